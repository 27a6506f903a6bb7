package demo

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

func today() clock.Date { return clock.NewDate(2026, time.November, 23) }

// days are ones on which reckoning of dates may slip.
func days() []clock.Date {
	return []clock.Date{
		today(), clock.NewDate(2027, time.January, 1), clock.NewDate(2028, time.February, 29),
		clock.NewDate(2032, time.March, 1), clock.NewDate(2026, time.December, 31), clock.NewDate(2036, time.July, 15),
	}
}

func people(tb testing.TB, day clock.Date) Population {
	tb.Helper()
	p, err := Populate(day)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func byNumber(p Population) map[pid.PID]Resident {
	all := make(map[pid.PID]Resident, len(p.People))
	for _, r := range p.People {
		all[r.Number] = r
	}
	return all
}

func TestPopulate_numbersAreSyntheticAndUnique(t *testing.T) {
	t.Parallel()
	for _, day := range days() {
		p := people(t, day)
		if len(p.People) != 2*Residents || len(p.Of(0)) != Residents || len(p.Of(1)) != Residents {
			t.Fatalf("%s: %d people", day, len(p.People))
		}
		if len(byNumber(p)) != len(p.People) {
			t.Errorf("%s: %d numbers for %d people", day, len(byNumber(p)), len(p.People))
		}
		for _, r := range p.People {
			if n, err := pid.Parse(r.Number.Digits()); err != nil || n != r.Number || !n.Synthetic() || r.Number.Digits()[2] < '8' {
				t.Fatalf("%s: %s has no number of the series month + 80", day, r.Name.Full())
			}
		}
	}
}

func TestPopulate_hasNumbersByTheRuleOf2032AndTemporaryOnes(t *testing.T) {
	t.Parallel()
	later, temporary := 0, 0
	for _, r := range people(t, today()).People {
		digits, sum := r.Number.Digits(), 0
		for i, weight := range []int{3, 7, 6, 1, 8, 9, 4, 5, 2, 1} {
			sum += int(digits[i]-'0') * weight
		}
		if sum%11 != 0 {
			later++
		}
		if r.Number.Temporary() {
			temporary++
		}
	}
	if later < 100 || later > 400 {
		t.Errorf("%d numbers of %d only pass by the rule of 2032", later, 2*Residents)
	}
	if temporary < 5 {
		t.Errorf("%d D-numbers", temporary)
	}
}

func TestPopulate_everyChildHasAGuardian(t *testing.T) {
	t.Parallel()
	for _, day := range days() {
		p := people(t, day)
		all := byNumber(p)
		for _, r := range p.People {
			if r.BirthDate.YearsAt(day) >= adult {
				continue
			}
			responsible, home := 0, 0
			for _, g := range r.Guardians {
				guardian, known := all[g.Number]
				if !known || guardian.Town != r.Town {
					t.Fatalf("%s: %s has a guardian from nowhere", day, r.Name.Full())
				}
				checkParent(t, day, r, guardian, g)
				if g.Responsible && guardian.DeceasedOn.IsZero() {
					responsible++
				}
				if g.LivesWith {
					home++
					if diff := cmp.Diff(r.Address, guardian.Address); diff != "" {
						t.Errorf("%s lives with %s elsewhere: %s", r.Name.Full(), guardian.Name.Full(), diff)
					}
				}
			}
			if responsible == 0 || home == 0 {
				t.Errorf("%s: %s, %d years, has %d guardians and lives with %d", day, r.Name.Full(), r.BirthDate.YearsAt(day), responsible, home)
			}
		}
	}
}

func checkParent(t *testing.T, day clock.Date, child, guardian Resident, g identity.RegisterGuardian) {
	t.Helper()
	age := guardian.BirthDate.YearsAt(child.BirthDate)
	if g.Kind == identity.Parent && (age < 17 || age > 55) {
		t.Errorf("%s: %s became a parent at %d", day, guardian.Name.Full(), age)
	}
	if guardian.BirthDate.YearsAt(day) < adult {
		t.Errorf("%s: a child, %s, is a guardian", day, guardian.Name.Full())
	}
}

func TestPopulate_agesAreThoseOfAMunicipality(t *testing.T) {
	t.Parallel()
	for _, day := range days() {
		p := people(t, day)
		for town := range Towns() {
			children, kindergarten, old := 0, 0, 0
			for _, r := range p.Of(town) {
				age := r.BirthDate.YearsAt(day)
				if age < 0 || age > 100 {
					t.Fatalf("%s: %s is %d years old", day, r.Name.Full(), age)
				}
				children += count(age < adult)
				kindergarten += count(age >= 1 && age <= 5)
				old += count(age >= 67)
			}
			if children < 300 || children > 600 || kindergarten < 80 || kindergarten > 220 || old < 250 || old > 480 {
				t.Errorf("%s: %d children, %d of kindergarten age, %d past 67", day, children, kindergarten, old)
			}
		}
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func TestPopulate_isTheSameAgain(t *testing.T) {
	t.Parallel()
	first, second := people(t, today()), people(t, today())
	if diff := cmp.Diff(digits(first), digits(second)); diff != "" {
		t.Error(diff)
	}
	same := cmp.Comparer(func(a, b pid.PID) bool { return a == b })
	if diff := cmp.Diff(first.People, second.People, same, cmp.AllowUnexported(identity.RegisterPerson{})); diff != "" {
		t.Error(diff)
	}
}

func digits(p Population) []string {
	var list []string
	for _, r := range p.People {
		list = append(list, r.Number.Digits())
	}
	return list
}

func TestPopulate_lifeIsNotSimple(t *testing.T) {
	t.Parallel()
	p := people(t, today())
	for town := range Towns() {
		grades, dead, without, verge, apart := map[identity.Protection]int{}, 0, 0, 0, 0
		for _, r := range p.Of(town) {
			grades[r.Protection]++
			dead += count(!r.DeceasedOn.IsZero())
			if !r.DeceasedOn.IsZero() && !r.DeceasedOn.Before(today()) {
				t.Errorf("%s dies in the future", r.Name.Full())
			}
			for _, g := range r.Guardians {
				without += count(g.Kind == identity.Parent && !g.Responsible)
				verge += count(g.Kind == identity.AppointedGuardian)
				apart += count(g.Responsible && !g.LivesWith)
			}
		}
		if grades[identity.Confidential] == 0 || grades[identity.StrictlyConfidential] == 0 || dead < 5 || without == 0 || verge == 0 || apart < 10 {
			t.Errorf("town %d: protection %v, %d dead, %d without responsibility, %d with a guardian, %d apart", town, grades, dead, without, verge, apart)
		}
	}
}

func TestPopulate_playersHaveTheirParts(t *testing.T) {
	t.Parallel()
	for _, day := range days() {
		p := people(t, day)
		register, err := fakeregister.New(p.Records()...)
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		for town := range Towns() {
			for _, part := range Parts() {
				r, ok := p.Player(town, part)
				if !ok || names[r.Name.Full()] {
					t.Fatalf("town %d has no %s of its own", town, part)
				}
				names[r.Name.Full()] = true
			}
			mother, _ := p.Player(town, Mother)
			father, _ := p.Player(town, CoParent)
			m, err := register.Person(t.Context(), mother.Number)
			if err != nil {
				t.Fatal(err)
			}
			f, err := register.Person(t.Context(), father.Number)
			if err != nil {
				t.Fatal(err)
			}
			if got := ages(byNumber(p), m.Children, day); !cmp.Equal(got, []int{3, 1}) {
				t.Errorf("%s: the mother's children are %v years old", day, got)
			}
			if !cmp.Equal(digitsOf(m.Children), digitsOf(f.Children)) {
				t.Errorf("%s: the parents have different children", day)
			}
		}
	}
}

func digitsOf(numbers []pid.PID) []string {
	var list []string
	for _, n := range numbers {
		list = append(list, n.Digits())
	}
	return list
}

func ages(all map[pid.PID]Resident, children []pid.PID, day clock.Date) []int {
	var list []int
	for _, c := range children {
		list = append(list, all[c].BirthDate.YearsAt(day))
	}
	return list
}

func TestPopulate_canBeWrittenToAndReachNobody(t *testing.T) {
	t.Parallel()
	p := people(t, today())
	seen, langs := map[string]bool{}, map[i18n.Lang]int{}
	for _, r := range p.People {
		langs[r.Lang]++
		grown := r.BirthDate.YearsAt(today()) >= adult
		if grown != (r.Email != "") || grown != (r.Phone != "") {
			t.Errorf("%s: mail %q, phone %q", r.Name.Full(), r.Email, r.Phone)
		}
		if !grown {
			continue
		}
		if seen[r.Email] || !strings.HasSuffix(r.Email, ".test") || strings.HasPrefix(r.Email, ".") {
			t.Errorf("mail %q", r.Email)
		}
		seen[r.Email] = true
		if !strings.HasPrefix(r.Phone, "+4784") || len(r.Phone) != 11 {
			t.Errorf("phone %q", r.Phone)
		}
	}
	for _, lang := range i18n.Offered() {
		if langs[lang] < 50 {
			t.Errorf("%d people prefer %s", langs[lang], lang)
		}
	}
	if p.Of(0)[0].Address.Municipality == p.Of(1)[0].Address.Municipality {
		t.Error("both live in one municipality")
	}
}

func BenchmarkPopulate(b *testing.B) {
	for b.Loop() {
		people(b, today())
	}
}
