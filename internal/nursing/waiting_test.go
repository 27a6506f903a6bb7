package nursing_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// listed decides that a player's application puts her on the list.
func listed(t *testing.T, h *apptest.Harness, part demo.Part, need string) cases.Case {
	t.Helper()
	worker := h.As(0, demo.CareWorker)
	c := apptest.Receive(h, 0, part, nursing.FormKey, env().Facts, with(own(), map[string]any{"homes": nil}))
	c, err := h.App.Cases.AssignToMe(worker, c.ID, c.Version)
	if err == nil {
		c, err = h.App.Cases.Decide(worker, c.ID, c.Version, decision(map[string]string{"stay": "long", "result": "list", "need": need}))
	}
	if err == nil {
		c, err = h.App.Cases.Approve(h.As(0, demo.CareHead), c.ID, c.Version, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// places are the ids of the cases on the first page, in order.
func places(t *testing.T, ctx context.Context, h *apptest.Harness) (list nursing.WaitList, ids []string) {
	t.Helper()
	list, err := h.App.Nursing.WaitList(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list.Lines {
		ids = append(ids, l.CaseID)
	}
	return list, ids
}

func TestWaitList_isInTheOrderOfNeedThenOfTime(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Postgres: postgres})
			empty(t, h)
			first := listed(t, h, demo.Mother, "middle")
			h.Clock.Advance(24 * time.Hour)
			second := listed(t, h, demo.Apart, "middle")
			h.Clock.Advance(24 * time.Hour)
			third := listed(t, h, demo.CoParent, "high")
			list, ids := places(t, h.As(0, demo.CareWorker), h)
			if diff := cmp.Diff([]string{third.ID, first.ID, second.ID}, ids); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(map[string]int64{"high": 1, "middle": 2}, list.Counts); diff != "" || list.All != 3 {
				t.Errorf("%d in all: %s", list.All, diff)
			}
			unjudged(t, h, second)
			if _, ids = places(t, h.As(0, demo.CareHead), h); ids[0] != second.ID {
				t.Error("what nobody has judged does not stand first")
			}
			if last, err := h.App.Nursing.WaitList(h.As(0, demo.CareHead), 2); err != nil || len(last.Lines) != 0 || last.All != 3 {
				t.Errorf("a page after the last: %d of %d, %v", len(last.Lines), last.All, err)
			}
		})
	}
}

// empty takes away those whom the demonstration has put on the list.
func empty(t *testing.T, h *apptest.Harness) {
	t.Helper()
	write(t, h, `delete from nursing_places where tenant_id = $1 and state = $2`, "waiting")
}

// unjudged makes somebody one who came on the list before the need was asked for.
func unjudged(t *testing.T, h *apptest.Harness, c cases.Case) {
	t.Helper()
	write(t, h, `update nursing_places set need = '' where tenant_id = $1 and case_id = $2`, c.ID)
}

func write(t *testing.T, h *apptest.Harness, query string, args ...any) {
	t.Helper()
	ctx := identity.AsSystem(h.In("torgoy"), "test")
	err := h.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, query, append([]any{tx.Tenant}, args...)...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWaitList_isForTheDepartmentAndLeavesALook(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	c := listed(t, h, demo.Mother, "lower")
	for _, part := range []demo.Part{demo.Mother, demo.CaseWorker, demo.Head, demo.Planner, demo.Administrator} {
		if _, err := h.App.Nursing.WaitList(h.As(0, part), 1); !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound) {
			t.Errorf("%s: %v", part, err)
		}
	}
	if _, err := h.App.Nursing.WaitList(h.As(1, demo.CaseWorker), 1); err == nil {
		t.Error("another municipality's case worker reads the list")
	}
	if strings.Contains(h.Visitor("torgoy").As(demo.CaseWorker).Get("/work").Must(200).Text(), "Venteliste til sykehjem") {
		t.Error("who works with something else is led to the list")
	}
	h.Visitor("torgoy").As(demo.CareWorker).Get("/work").Must(200).Has("Venteliste til sykehjem")
	places(t, h.As(0, demo.CareWorker), h)
	_, looks, err := h.App.Cases.AccessLog(h.As(0, demo.Mother), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range looks {
		if strings.Contains(l.Action, "look") {
			return
		}
	}
	t.Errorf("the one who waits cannot see that she was looked at: %d lines", len(looks))
}

// A protected address closes the case to the department, and so the list.
func TestWaitList_hidesWhoIsProtected(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	empty(t, h)
	c := listed(t, h, demo.Mother, "high")
	write(t, h, `update cases set restricted = true where tenant_id = $1 and id = $2`, c.ID)
	if list, ids := places(t, h.As(0, demo.CareColleague), h); len(ids) != 0 || list.All != 1 {
		t.Errorf("%d lines of %d", len(ids), list.All)
	}
}

func TestWaitList_isPlainOnThePages(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	empty(t, h)
	page := h.Visitor("torgoy").As(demo.CareWorker).Get("/work/nursing-waiting").Must(200)
	page.Has("Ingen venter", "pasient- og brukerrettighetsloven § 2-1 e", "helse- og omsorgstjenesteloven § 3-2 a")
	c := listed(t, h, demo.Mother, "high")
	h.Visitor("torgoy").As(demo.CareWorker).Get("/work/nursing-waiting").Must(200).Has("1 person venter", "Stort behov", "Langtidsopphold", c.Label(), c.SubjectName)
	h.Visitor("torgoy").As(demo.CareWorker).Get("/work/cases/"+c.ID).Must(200).Has("På venteliste", "Se hele ventelista")
	mine := h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + c.ID).Must(200)
	mine.Has("På venteliste til sykehjem", "har rett til langtidsopphold", "Behovet avgjør hvem som får den neste ledige plassen")
	if strings.Contains(mine.Text(), "Se hele ventelista") {
		t.Error("she is led to the staff's list")
	}
}
