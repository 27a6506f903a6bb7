package units

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
)

// Kind is what a service says of its list.
type Kind struct {
	// Name is the service's: the prefix of its message keys, and the type of the
	// resource that access is asked for.
	Name string
	// Table is the service's table.
	Table string
	// Manage is the permission to change the list.
	Manage access.Permission
	// Public and Work are the addresses of the two lists, and API that of the
	// JSON operations: "/schools", "/work/schools", "/api/schools".
	Public, Work, API string
	// Singular and Plural name the kind in JSON operations: "add-school",
	// "list-schools".
	Singular, Plural string
	// Form is the key of the form that the public list leads to.
	Form string
}

// Columns are those that the table must have besides tenant_id.
const Columns = "id, name, address, phone, hours, private, capacity, closed, taken, version"

// Unit is a kindergarten, a school, a nursing home.
type Unit struct {
	ID       string
	Name     string
	Address  string
	Phone    string
	Hours    string // when it is open, or what the kind's words make of it
	Private  bool   // run by others than the municipality
	Capacity int64  // places
	Taken    int64  // places offered or accepted
	Closed   bool   // takes no more
	Version  int64
}

// Free is how many places are left.
func (u Unit) Free() int64 { return max(u.Capacity-u.Taken, 0) }

// How long the texts of a unit may be, and how many places it has.
const (
	maxName     = 120
	maxAddress  = 200
	maxPhone    = 40
	maxHours    = 80
	maxCapacity = 2000
)

// tidy trims what was typed. NUL, which PostgreSQL does not take, and line breaks
// become spaces.
func (u Unit) tidy() Unit {
	for _, text := range []*string{&u.Name, &u.Address, &u.Phone, &u.Hours} {
		*text = strings.Join(strings.FieldsFunc(*text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	}
	return u
}

// check says what is wrong; the kind names what the unit is.
func (k Kind) check(u Unit) error {
	var wrong []errs.Field
	if name := strings.TrimSpace(u.Name); name == "" || utf8.RuneCountInString(name) > maxName {
		wrong = append(wrong, errs.Field{Name: "name", Key: k.key("unit.need_name")})
	}
	for _, text := range []struct {
		name, value string
		most        int
	}{{"address", u.Address, maxAddress}, {"phone", u.Phone, maxPhone}, {"hours", u.Hours, maxHours}} {
		if utf8.RuneCountInString(text.value) > text.most {
			wrong = append(wrong, errs.Field{Name: text.name, Key: "units.too_long"})
		}
	}
	if u.Capacity < 0 || u.Capacity > maxCapacity {
		wrong = append(wrong, errs.Field{Name: "capacity", Key: "units.capacity_range"})
	}
	return errs.InvalidFields(wrong...)
}

// key is a message key of the service.
func (k Kind) key(name string) string { return k.Name + "." + name }
