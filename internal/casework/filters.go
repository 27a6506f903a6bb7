package casework

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
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
		list, err = filtersOf(ctx, tx, owner(ctx))
		return err
	})
	return list, err
}

// SaveFilter keeps a filter under a name; another of the same name is replaced.
func (s *Service) SaveFilter(ctx context.Context, name string, values url.Values) error {
	if err := s.Access.Check(ctx, cases.PermList, access.Resource{Type: "case"}); err != nil {
		return err
	}
	f := SavedFilter{Name: tidyName(name), Query: queryOf(values)}
	if _, key := f.wrong(); key != "" || owner(ctx) == "" {
		return errs.Conflict(cmp.Or(key, "casework.filter.need_name"))
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := filtersOf(ctx, tx, owner(ctx))
		if err != nil {
			return err
		}
		saved := f
		if i := named(list, f.Name); i >= 0 {
			saved.ID = list[i].ID
		}
		return putFilter(ctx, tx, list, &saved)
	})
}

// PutFilter keeps a filter of the actor's: a new one, or with an id in the place of
// that one. A name that another of them has is a conflict.
func (s *Service) PutFilter(ctx context.Context, f SavedFilter, values url.Values) (SavedFilter, error) {
	if err := s.Access.Check(ctx, cases.PermList, access.Resource{Type: "case"}); err != nil {
		return f, err
	}
	f.Name, f.Query = tidyName(f.Name), queryOf(values)
	if field, key := f.wrong(); key != "" {
		return f, errs.InvalidFields(errs.Field{Name: field, Key: key})
	}
	if kind := values.Get("kind"); kind != "" {
		if _, err := s.kind(kind); err != nil {
			return f, err
		}
	}
	kept := f // the function may run twice, and must begin with what was asked for
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := filtersOf(ctx, tx, owner(ctx))
		if err != nil {
			return err
		}
		if f.ID != "" && !slices.ContainsFunc(list, func(other SavedFilter) bool { return other.ID == f.ID }) {
			return errs.NotFound("errs.not_found")
		}
		if i := named(list, f.Name); i >= 0 && list[i].ID != f.ID {
			return errs.Conflict("casework.filter.same_name")
		}
		saved := f
		err = putFilter(ctx, tx, list, &saved)
		if store.IsUnique(err) { // by two at once
			return errs.Conflict("casework.filter.same_name").Because(err)
		}
		kept = saved
		return err
	})
	return kept, err
}

// wrong returns the field of a filter that cannot be kept and why; nothing when it
// can.
func (f SavedFilter) wrong() (field, key string) {
	switch {
	case f.Name == "":
		return "name", "casework.filter.need_name"
	case utf8.RuneCountInString(f.Name) > maxFilterName:
		return "name", "casework.filter.long_name"
	case f.Query == "":
		return "filter", "casework.filter.empty"
	}
	return "", ""
}

func tidyName(name string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(name, "\x00", " ")), " ")
}

func named(list []SavedFilter, name string) int {
	return slices.IndexFunc(list, func(f SavedFilter) bool { return f.Name == name })
}

// putFilter writes a filter, with an id when it is new. There is room for so many.
func putFilter(ctx context.Context, tx *store.Tx, list []SavedFilter, f *SavedFilter) error {
	if f.ID == "" {
		if len(list) >= maxFilters {
			return errs.Conflict("casework.filter.too_many")
		}
		f.ID = ids.New()
	}
	_, err := tx.Exec(ctx, `insert into casework_filters (tenant_id, person_id, id, name, query, saved_at) values ($1, $2, $3, $4, $5, $6)
		on conflict (tenant_id, person_id, id) do update set name = excluded.name, query = excluded.query, saved_at = excluded.saved_at`,
		tx.Tenant, owner(ctx), f.ID, f.Name, f.Query, tx.Now)
	if err != nil {
		return fmt.Errorf("casework: save a filter: %w", err)
	}
	return nil
}

// DeleteFilter forgets one of the actor's own filters.
func (s *Service) DeleteFilter(ctx context.Context, id string) error {
	if err := s.Access.Check(ctx, cases.PermList, access.Resource{Type: "case"}); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, `delete from casework_filters where tenant_id = $1 and person_id = $2 and id = $3`, tx.Tenant, owner(ctx), id)
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
	list, err := filtersOf(ctx, tx, owner(ctx))
	now := queryOf(filter)
	if err != nil || len(list) == 0 && now == "" {
		return nil, err
	}
	return filterCard(list, filter, now), nil
}
