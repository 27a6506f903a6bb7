package kindergarten

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

//go:embed policies/*.cedar
var policies embed.FS

//go:embed forms/*.json
var definitions embed.FS

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Definitions returns the package's forms.
func Definitions() fs.FS { return definitions }

// Name is the service's name, by which a municipality switches it on.
const Name = "kindergarten"

// SettingDepartment names the tenant's setting that holds the department which
// handles applications.
const SettingDepartment = "kindergarten.department"

// PermManage lets one change the kindergartens.
const PermManage access.Permission = "kindergarten.manage"

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	return access.Rules{Module: Name, Policies: policies, Permissions: []access.PermissionInfo{access.Describe(Name, PermManage)}}
}

// Unit is a kindergarten (barnehage).
type Unit struct {
	ID       string
	Name     string
	Address  string
	Phone    string
	Hours    string
	Private  bool
	Capacity int64 // places
	Taken    int64 // places offered or accepted
	Closed   bool  // takes no more children
	Version  int64
}

// Free is how many places are left.
func (u Unit) Free() int64 { return max(u.Capacity-u.Taken, 0) }

// Service is the use cases.
type Service struct {
	db     *store.DB
	access *access.Access
}

// NewService returns the service.
func NewService(db *store.DB, a *access.Access) *Service { return &Service{db: db, access: a} }

// Units returns the municipality's kindergartens, which are public knowledge.
func (s *Service) Units(ctx context.Context) (list []Unit, err error) {
	if err := s.access.Check(ctx, access.Public, access.Resource{Type: Name}); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = units(ctx, tx)
		return err
	})
	return list, err
}

// Managed returns the kindergartens to whoever may change them.
func (s *Service) Managed(ctx context.Context) ([]Unit, error) {
	if err := s.mayManage(ctx); err != nil {
		return nil, err
	}
	return s.Units(ctx)
}

func (s *Service) mayManage(ctx context.Context) error {
	return s.access.Check(ctx, PermManage, access.Resource{Type: Name})
}

// Open returns a kindergarten to whoever may change it.
func (s *Service) Open(ctx context.Context, id string) (u Unit, err error) {
	if err := s.access.Check(ctx, PermManage, access.Resource{Type: Name, ID: id}); err != nil {
		return Unit{}, err
	}
	if !ids.Valid(id) {
		return Unit{}, errs.NotFound("errs.not_found")
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		u, err = unit(ctx, tx, id, false)
		return err
	})
	return u, err
}

// Put makes a kindergarten when it has no ID, or changes the version that was read.
func (s *Service) Put(ctx context.Context, u Unit) (Unit, error) {
	if err := s.access.Check(ctx, PermManage, access.Resource{Type: Name, ID: u.ID}); err != nil {
		return u, err
	}
	if u.ID != "" && !ids.Valid(u.ID) {
		return u, errs.NotFound("errs.not_found")
	}
	u = u.tidy()
	if err := u.check(); err != nil {
		return u, err
	}
	var saved Unit
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if u.ID != "" {
			if _, err := unit(ctx, tx, u.ID, true); err != nil {
				return err
			}
		}
		if saved, err = Save(ctx, tx, u); err != nil {
			return err
		}
		saved, err = unit(ctx, tx, saved.ID, false)
		return err
	})
	if err != nil {
		return u, err
	}
	return saved, nil
}

// Save writes a kindergarten in the caller's transaction; the caller has asked
// access, or sets up a new municipality.
func Save(ctx context.Context, tx *store.Tx, u Unit) (Unit, error) {
	if u.ID == "" {
		u.ID, u.Version = ids.New(), 1
		if err := insertUnit(ctx, tx, u); err != nil {
			return u, err
		}
	} else {
		ok, err := updateUnit(ctx, tx, u)
		if err != nil {
			return u, err
		}
		if !ok {
			return u, errs.Conflict("errs.conflict")
		}
		u.Version++
	}
	err := audit.Record(ctx, tx, audit.Event{Action: "kindergarten.manage", Object: audit.Ref{Type: Name, ID: u.ID}})
	if err != nil {
		return u, fmt.Errorf("kindergarten: record: %w", err)
	}
	return u, nil
}

// How long the texts of a kindergarten may be, and how many places it has.
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

func (u Unit) check() error {
	var wrong []errs.Field
	if name := strings.TrimSpace(u.Name); name == "" || utf8.RuneCountInString(name) > maxName {
		wrong = append(wrong, errs.Field{Name: "name", Key: "kindergarten.unit.need_name"})
	}
	for _, text := range []struct {
		name, value string
		most        int
	}{{"address", u.Address, maxAddress}, {"phone", u.Phone, maxPhone}, {"hours", u.Hours, maxHours}} {
		if utf8.RuneCountInString(text.value) > text.most {
			wrong = append(wrong, errs.Field{Name: text.name, Key: "kindergarten.unit.too_long"})
		}
	}
	if u.Capacity < 0 || u.Capacity > maxCapacity {
		wrong = append(wrong, errs.Field{Name: "capacity", Key: "kindergarten.unit.capacity"})
	}
	return errs.InvalidFields(wrong...)
}
