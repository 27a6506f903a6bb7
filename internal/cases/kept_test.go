package cases_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// looksAt counts the looks at a person that are recorded.
func looksAt(t *testing.T, h *apptest.Harness, person string) (n int64) {
	t.Helper()
	err := h.App.DB.Read(h.In("torgoy"), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], `select count(*) from audit_entries where tenant_id = $1 and object_type = 'person' and object_id = $2`, tx.Tenant, person)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Who is refused as a party was looked at all the same, and can see it.
func TestFindParty_recordsTheLookAtWhoIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head := h.As(0, demo.Head)
		c := one(t, h, free)
		looks := func() int64 { return looksAt(t, h, identity.From(h.As(0, demo.Apart)).PersonID) }
		before := looks()
		p, err := h.App.Cases.FindParty(head, c.ID, cases.PartySearch{Number: numberOf(t, h, demo.Apart), Role: cases.RoleOrganisation, Name: "Apart AS", Reason: because})
		if !errs.Is(err, errs.KindInvalid) || p.ID != "" {
			t.Fatalf("%s, %v", p.ID, err)
		}
		if _, err := h.App.Cases.FindParty(head, c.ID, cases.PartySearch{Number: numberOf(t, h, demo.Apart), Role: cases.RoleGuardian, Reason: because}); !errs.Is(err, errs.KindInvalid) {
			t.Fatal(err)
		}
		if got := looks(); got != before+1 {
			t.Errorf("%d looks, were %d", got, before)
		}
	})
}

// Who comes second keeps the question she typed, over the case as the first has left it.
func TestAsk_keepsTheQuestionWhenTheCaseHasChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker := h.As(0, demo.CaseWorker)
		c := one(t, h, free)
		c, err := h.App.Cases.AssignToMe(worker, c.ID, c.Version)
		if err != nil {
			t.Fatal(err)
		}
		v := h.Visitor("torgoy").As(demo.CaseWorker)
		words, at := h.App.Bundle.For(i18n.NB), "/work/cases/"+c.ID
		page := v.Get(at).Must(http.StatusOK)
		if _, err := h.App.Cases.Ask(worker, c.ID, c.Version, "Når vil dere begynne?"); err != nil {
			t.Fatal(err)
		}
		const typed = "Hvilken barnehage går søskenet i?"
		fields := map[string][]string{"version": {page.Value("version")}, "once": {"second"}, "text": {typed}}
		again := v.Post(at+"/ask", fields).Must(http.StatusConflict).Has(typed, words.T("errs.conflict"))
		fields["version"] = []string{again.Value("version")}
		v.Post(at+"/ask", fields).Must(http.StatusOK).Has(words.T("cases.flash.asked"), typed)
	})
}

// The same of the forms about the parties.
func TestParties_keepWhatWasTypedWhenTheCaseHasChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker := h.As(0, demo.CaseWorker)
		c := one(t, h, free)
		v := h.Visitor("torgoy").As(demo.Head)
		words, at := h.App.Bundle.For(i18n.NB), "/work/cases/"+c.ID+"/parties"
		page := v.Get(at).Must(http.StatusOK)
		if _, err := h.App.Cases.AssignToMe(worker, c.ID, c.Version); err != nil {
			t.Fatal(err)
		}
		const typed = "Hun har fullmakt fra søkeren, datert i går."
		apart := identity.From(h.As(0, demo.Apart))
		before := looksAt(t, h, apart.PersonID)
		v.Post(at, map[string][]string{
			"version": {page.Value("version")}, "person": {apart.PersonID}, "role": {string(cases.RoleAgent)}, "reason": {typed}, "considered": {"true"},
		}).Must(http.StatusConflict).Has(typed, words.T("errs.conflict"), apart.Name)
		if n := looksAt(t, h, apart.PersonID); n != before+1 {
			t.Errorf("%d looks at whom the page names, were %d", n, before)
		}
	})
}
