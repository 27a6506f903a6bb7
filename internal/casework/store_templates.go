package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	templateColumns = `id, department_id, kind, part, name, texts, retired, saved_name, saved_at, version`
	maxTemplates    = 300
	maxVersions     = 50
)

type templateRow struct {
	Template
	texts store.JSON
	at    store.Time
}

func (r *templateRow) fields() []any {
	t := &r.Template
	return []any{&t.ID, &t.Department, &t.Kind, &t.Part, &t.Name, &r.texts, &t.Retired, &t.SavedName, &r.at, &t.Version}
}

func (r templateRow) template() (Template, error) {
	t := r.Template
	t.SavedAt, t.Texts = r.at.Time, i18n.Text{}
	if err := json.Unmarshal(r.texts, &t.Texts); err != nil {
		return t, fmt.Errorf("casework: texts of a template: %w", err)
	}
	return t, nil
}

func toTemplates(rows []templateRow) ([]Template, error) {
	list := make([]Template, 0, len(rows))
	for _, r := range rows {
		t, err := r.template()
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// templatesOf reads a department's templates by name, also the retired ones.
func templatesOf(ctx context.Context, tx *store.Tx, department string) ([]Template, error) {
	rows, err := store.All(ctx, tx, (*templateRow).fields, `select `+templateColumns+` from casework_templates
		where tenant_id = $1 and department_id = $2 order by name, id limit $3`, tx.Tenant, department, maxTemplates)
	if err != nil {
		return nil, fmt.Errorf("casework: templates: %w", err)
	}
	return toTemplates(rows)
}

// offered reads the templates that serve a kind of case in a department.
func offered(ctx context.Context, tx *store.Tx, department, kind string) ([]Template, error) {
	rows, err := store.All(ctx, tx, (*templateRow).fields, `select `+templateColumns+` from casework_templates
		where tenant_id = $1 and department_id = $2 and kind in ($3, '') and retired = $4 order by name, id limit $5`, tx.Tenant, department, kind, false, maxTemplates)
	if err != nil {
		return nil, fmt.Errorf("casework: templates of a kind: %w", err)
	}
	return toTemplates(rows)
}

func loadTemplate(ctx context.Context, tx *store.Tx, id string, lock bool) (Template, error) {
	query := `select ` + templateColumns + ` from casework_templates where tenant_id = $1 and id = $2`
	if lock {
		query += tx.ForUpdate(false)
	}
	row, err := store.One(ctx, tx, (*templateRow).fields, query, tx.Tenant, id)
	if errors.Is(err, store.ErrNoRows) {
		return Template{}, errs.NotFound("errs.not_found")
	}
	if err != nil {
		return Template{}, fmt.Errorf("casework: template: %w", err)
	}
	return row.template()
}

// saveTemplate writes the template as its newest version, and that version beside
// the older ones.
func saveTemplate(ctx context.Context, tx *store.Tx, t Template) error {
	texts, err := json.Marshal(t.Texts)
	if err != nil {
		return fmt.Errorf("casework: texts of a template: %w", err)
	}
	actor := identity.From(ctx)
	_, err = tx.Exec(ctx, `insert into casework_templates (tenant_id, `+templateColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict (tenant_id, id) do update set kind = excluded.kind, part = excluded.part, name = excluded.name, texts = excluded.texts, retired = excluded.retired,
			saved_name = excluded.saved_name, saved_at = excluded.saved_at, version = excluded.version`,
		tx.Tenant, t.ID, t.Department, t.Kind, t.Part, t.Name, store.JSON(texts), t.Retired, actor.Name, tx.Now, t.Version)
	if err != nil {
		return fmt.Errorf("casework: save a template: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into casework_template_versions (tenant_id, template_id, version, name, texts, saved_by, saved_name, saved_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.Tenant, t.ID, t.Version, t.Name, store.JSON(texts), actor.PersonID, actor.Name, tx.Now)
	if err != nil {
		return fmt.Errorf("casework: keep a version: %w", err)
	}
	return nil
}

// versionsOf reads the versions of a template, the newest first.
func versionsOf(ctx context.Context, tx *store.Tx, id string) ([]Template, error) {
	rows, err := store.All(ctx, tx, func(r *templateRow) []any {
		return []any{&r.Version, &r.Name, &r.texts, &r.SavedName, &r.at}
	}, `select version, name, texts, saved_name, saved_at from casework_template_versions
		where tenant_id = $1 and template_id = $2 order by version desc limit $3`, tx.Tenant, id, maxVersions)
	if err != nil {
		return nil, fmt.Errorf("casework: versions: %w", err)
	}
	return toTemplates(rows)
}
