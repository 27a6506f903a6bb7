package deadlines

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

//go:embed policies/*.cedar
var policies embed.FS

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Deps is what the service stands on.
type Deps struct {
	DB       *store.DB
	Log      *slog.Logger
	Access   *access.Access
	Roles    *access.Service
	Identity *identity.Service
	Cases    *cases.Service
	Forms    *forms.Service
	Blobs    *blob.Store
	Notify   *notify.Service
	Bundle   *i18n.Bundle
	// SiteURL returns the address of the municipality's pages.
	SiteURL func(t tenant.Tenant) string
}

// Service is the use cases of a deadline.
type Service struct {
	Deps
	rules *Rules
}

// NewService returns the service. It refuses rules that name a consequence
// nobody knows, or texts that are not there.
func NewService(d Deps, rules *Rules) (*Service, error) {
	if err := rules.check(); err != nil {
		return nil, err
	}
	for _, rule := range rules.set.All() {
		if key := rule.Text + ".title"; !d.Bundle.Has(key) {
			return nil, fmt.Errorf("deadlines: rule %q has no text %q", rule.Key, key)
		}
	}
	return &Service{Deps: d, rules: rules}, nil
}

// Companion is how the service follows every case.
func (s *Service) Companion() cases.Companion {
	return cases.Companion{Name: "deadlines", Happened: s.happened, Panel: s.panel}
}

// Line is a deadline on the list, with the case it belongs to.
type Line struct {
	Deadline
	Case   cases.Case
	Window Window
	Left   int // days, negative when overrun
}

// Page is a page of the list.
type Page struct {
	Lines  []Line
	More   bool // there are others after these
	Counts map[Window]int64
	Today  clock.Date
	// Departments are those that one may filter by.
	Departments []tenant.Department
}

// List returns the deadlines of the cases that the case worker may read, the
// first to run out first.
func (s *Service) List(ctx context.Context, f Filter) (Page, error) {
	if err := s.Access.Check(ctx, PermList, access.Resource{Type: "deadline"}); err != nil {
		return Page{}, err
	}
	scope, err := s.Access.Scope(ctx, cases.PermRead, "case")
	if err != nil {
		return Page{}, fmt.Errorf("deadlines: scope: %w", err)
	}
	f = f.tidy()
	var p Page
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p = Page{Counts: map[Window]int64{}, Today: clock.DateIn(tx.Now.Time)}
		for _, w := range Windows() {
			if p.Counts[w], err = countWindow(ctx, tx, f, w, scope); err != nil {
				return err
			}
		}
		found, err := s.list(ctx, tx, f, scope)
		if err != nil {
			return err
		}
		if len(found) > pageSize {
			found, p.More = found[:pageSize], true
		}
		if p.Lines, err = s.lines(ctx, tx, found, p.Today); err != nil {
			return err
		}
		p.Departments, err = departments(ctx, tx)
		return err
	})
	return p, err
}

// lines adds the cases, and asks of each again: what the list was asked for by is
// a copy, which may be older than a protection of somebody's address.
func (s *Service) lines(ctx context.Context, tx *store.Tx, found []Deadline, today clock.Date) ([]Line, error) {
	lines := make([]Line, 0, len(found))
	for _, d := range found {
		c, err := s.Cases.CaseIn(ctx, tx, d.CaseID)
		if errs.Is(err, errs.KindNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		switch err := s.Cases.CheckCase(ctx, cases.PermRead, c); {
		case errs.Is(err, errs.KindNotFound), errs.Is(err, errs.KindForbidden):
			continue
		case err != nil:
			return nil, err
		}
		lines = append(lines, Line{Deadline: d, Case: c, Window: windowOf(d.Timer, today), Left: d.Timer.Left(today)})
	}
	return lines, nil
}

// departments are those in which the actor has a role, all for who has one in the
// whole municipality.
func departments(ctx context.Context, tx *store.Tx) ([]tenant.Department, error) {
	list, err := tenant.Departments(ctx, tx)
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	for _, g := range identity.From(ctx).Grants {
		own[g.Department] = true
	}
	return slices.DeleteFunc(list, func(d tenant.Department) bool { return !own[""] && !own[d.ID] }), nil
}

// ForCase returns the clocks of a case in the order they began. The caller has
// asked access to the case.
func (s *Service) ForCase(ctx context.Context, tx *store.Tx, caseID string) ([]Deadline, error) {
	return s.ofCase(ctx, tx, caseID, false)
}

// Open returns the clock of a rule that is not over for a case; ok is false when
// there is none. The caller has asked access to the case.
func (s *Service) Open(ctx context.Context, tx *store.Tx, caseID, rule string) (d Deadline, ok bool, err error) {
	list, err := s.ofCase(ctx, tx, caseID, false)
	if err != nil {
		return Deadline{}, false, err
	}
	for _, d := range list {
		if d.runs(rule) {
			return d, true, nil
		}
	}
	return Deadline{}, false, nil
}

func (d Deadline) runs(rule string) bool {
	return d.Timer.Rule.Key == rule && d.Timer.EndedOn.IsZero() && d.Timer.Open()
}

// running reports whether a clock of a rule is not over for a party, or for the whole case.
func running(list []Deadline, rule, party string) bool {
	return slices.ContainsFunc(list, func(d Deadline) bool { return d.Party == party && d.runs(rule) })
}
