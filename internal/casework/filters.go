package casework

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// SavedFilter is what a case worker looks for again and again. Nobody else sees it.
type SavedFilter struct {
	ID, Name string
	Query    string // of the work list's address: "assignee=me&status=waiting"
}

const (
	maxFilters    = 30
	maxFilterName = 60
	maxFilterText = 100
)

// filterKeys are the parts of the work list's address that a filter keeps.
func filterKeys() []string { return []string{"q", "status", "kind", "assignee"} }

// queryOf keeps of an address what makes a filter; empty when nothing does.
func queryOf(values url.Values) string {
	kept := url.Values{}
	for _, key := range filterKeys() {
		value := strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(values.Get(key), ""), "\x00", " "))
		if value != "" && utf8.RuneCountInString(value) <= maxFilterText {
			kept.Set(key, value)
		}
	}
	return kept.Encode()
}

// Filters returns the actor's filters, by name.
func (s *Service) Filters(ctx context.Context) (list []SavedFilter, err error) {
	if err := s.Access.Check(ctx, cases.PermList, access.Resource{Type: "case"}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = filtersOf(ctx, tx, person(ctx))
		return err
	})
	return list, err
}

// SaveFilter keeps a filter under a name; another of the same name is replaced.
func (s *Service) SaveFilter(ctx context.Context, name string, values url.Values) error {
	if err := s.Access.Check(ctx, cases.PermList, access.Resource{Type: "case"}); err != nil {
		return err
	}
	name = strings.Join(strings.Fields(strings.ReplaceAll(name, "\x00", " ")), " ")
	query := queryOf(values)
	switch {
	case name == "" || person(ctx) == "":
		return errs.Conflict("casework.filter.need_name")
	case utf8.RuneCountInString(name) > maxFilterName:
		return errs.Conflict("casework.filter.long_name")
	case query == "":
		return errs.Conflict("casework.filter.empty")
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := filtersOf(ctx, tx, person(ctx))
		if err != nil {
			return err
		}
		if len(list) >= maxFilters {
			return errs.Conflict("casework.filter.too_many")
		}
		_, err = tx.Exec(ctx, `insert into casework_filters (tenant_id, person_id, id, name, query, saved_at) values ($1, $2, $3, $4, $5, $6)
			on conflict (tenant_id, person_id, name) do update set query = excluded.query, saved_at = excluded.saved_at`, tx.Tenant, person(ctx), ids.New(), name, query, tx.Now)
		if err != nil {
			return fmt.Errorf("casework: save a filter: %w", err)
		}
		return nil
	})
}

// DeleteFilter forgets one of the actor's own filters.
func (s *Service) DeleteFilter(ctx context.Context, id string) error {
	if err := s.Access.Check(ctx, cases.PermList, access.Resource{Type: "case"}); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, `delete from casework_filters where tenant_id = $1 and person_id = $2 and id = $3`, tx.Tenant, person(ctx), id)
		if err != nil {
			return fmt.Errorf("casework: forget a filter: %w", err)
		}
		if n == 0 {
			return errs.NotFound("errs.not_found")
		}
		return nil
	})
}

func filtersOf(ctx context.Context, tx *store.Tx, person string) ([]SavedFilter, error) {
	list, err := store.All(ctx, tx, func(f *SavedFilter) []any { return []any{&f.ID, &f.Name, &f.Query} },
		`select id, name, query from casework_filters where tenant_id = $1 and person_id = $2 order by name, id limit $3`, tx.Tenant, person, maxFilters)
	if err != nil {
		return nil, fmt.Errorf("casework: filters: %w", err)
	}
	return list, nil
}

// beside shows the actor's filters on the work list, and keeps the one that is set.
func (*Service) beside(ctx context.Context, tx *store.Tx, filter url.Values) (templ.Component, error) {
	list, err := filtersOf(ctx, tx, person(ctx))
	now := queryOf(filter)
	if err != nil || len(list) == 0 && now == "" {
		return nil, err
	}
	return filterCard(list, filter, now), nil
}
