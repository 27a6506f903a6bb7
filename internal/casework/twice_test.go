package casework_test

import (
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/casework"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// refuseOnce lets the database refuse the first commit that writes to a table, as when
// two transactions are in each other's way; the store runs the function again.
func refuseOnce(t *testing.T, owner *pgx.Conn, table string) {
	t.Helper()
	for _, statement := range []string{
		`create sequence refused_` + table,
		`grant usage on sequence refused_` + table + ` to public`,
		`create function refuse_` + table + `() returns trigger as $$ begin
			if nextval('refused_` + table + `') = 1 then raise exception 'in the way' using errcode = '40001'; end if;
			return null;
		end $$ language plpgsql`,
		`create constraint trigger refuse after insert or update on ` + table + ` deferrable initially deferred for each row execute function refuse_` + table + `()`,
	} {
		if _, err := owner.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// What is saved when the function runs twice is what was asked for, once: on SQLite it
// never does of itself.
func TestSave_whenTheCommitIsRefusedOnce(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{Postgres: true})
	head := h.As(0, demo.Head)
	owner, err := pgx.Connect(t.Context(), h.App.Config.Get("TORG_MIGRATE_URL"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = owner.Close(t.Context()) }()
	for _, table := range []string{"casework_filters", "casework_templates"} {
		refuseOnce(t, owner, table)
	}
	f, err := h.App.Casework.PutFilter(head, casework.SavedFilter{Name: "De som venter"}, url.Values{"status": {"waiting"}})
	if list, failed := h.App.Casework.Filters(head); err != nil || failed != nil || len(list) != 1 || list[0].ID != f.ID {
		t.Errorf("%v, %v, %+v, want %s", err, failed, list, f.ID)
	}
	text := "Vi trenger flere opplysninger."
	m := casework.Template{
		Department: mine(t, h).Department, Part: cases.FieldQuestion, Name: "Mer", Texts: i18n.Text{i18n.NB: text, i18n.NN: text, i18n.EN: text},
	}
	saved, err := h.App.Casework.SaveTemplate(head, m)
	if err != nil || saved.Version != 1 || saved.ID == "" {
		t.Fatalf("%+v, %v", saved, err)
	}
	if again, err := h.App.Casework.SaveTemplate(head, saved); err != nil || again.Version != 2 {
		t.Errorf("%+v, %v", again, err)
	}
}
