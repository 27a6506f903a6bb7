package retention_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/retention"
)

// fetched asks for a copy of somebody on the page, waits for it and unpacks it.
func (w *world) fetched(v *apptest.Visitor, person string) map[string]string {
	w.Helper()
	p := v.Get("/my/takeout").Must(http.StatusOK)
	v.Submit(p, "/my/takeout", apptest.Set("person", person)).Must(http.StatusOK)
	w.Settle()
	return files(w.T, v.Get(v.Get("/my/takeout").Must(http.StatusOK).Links("/file")[0]).Must(http.StatusOK))
}

// everything is all that is to read in a copy.
func everything(all map[string]string) string {
	var text strings.Builder
	for name, content := range all {
		if !strings.HasPrefix(name, "documents/") {
			text.WriteString(content)
		}
	}
	return text.String()
}

// A journal of more lines than any page shows stands in the copy whole, in pieces.
func TestTakeout_holdsTheWholeJournal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.withdrawn()
		const many = 1_250
		w.must(w.App.DB.Write(w.system(town), func(ctx context.Context, tx *store.Tx) error {
			for seq := range many {
				_, err := tx.Exec(ctx, `insert into cases_entries (tenant_id, case_id, seq, at, kind, internal, actor_id, actor_name)
					values ($1, $2, $3, $4, 'answered', $5, 'somebody', $6)`, tx.Tenant, c.ID, 1000+seq, tx.Now, false, "Linje "+strconv.Itoa(seq)+".")
				if err != nil {
					return err
				}
			}
			return nil
		}))
		v := w.Visitor(town).As(demo.Mother)
		all := files(t, v.Get(w.copied(v)).Must(http.StatusOK))
		text, pieces, most := "", 0, 0
		for name, content := range all {
			if strings.HasPrefix(name, "data/cases-"+strings.ReplaceAll(c.Label(), "/", "-")) {
				text += content
				pieces++
				most = max(most, strings.Count(content, `"what"`))
			}
		}
		for seq := range many {
			if !strings.Contains(text, `"Linje `+strconv.Itoa(seq)+`."`) {
				t.Fatalf("line %d of %d is missing", seq, many)
			}
		}
		if pieces < 7 || most > 200 {
			t.Errorf("%d pieces, of %d lines at most", pieces, most)
		}
		if !strings.Contains(all["index.html"], "(del 7)") {
			t.Error("the index does not lead to the last piece")
		}
	})
}

// changedDecision is a case of the mother's that was refused, appealed against and
// refused anew.
func (w *world) changedDecision() cases.Case {
	w.Helper()
	c := w.refused()
	a, err := w.App.Appeals.Lodge(w.As(torgoy, demo.Mother), c.ID, appeals.New{Wants: "Jeg vil ha plass likevel.", Why: "Storesøsteren går der.", Key: "k"})
	w.must(err)
	worker := w.As(torgoy, demo.CaseWorker)
	_, err = w.App.Appeals.Prepare(worker, a.ID, a.Version, appeals.Preparation{Verdict: appeals.Change, Statement: "Vi hadde oversett søskenet."})
	w.must(err)
	_, err = w.App.Cases.Decide(worker, c.ID, w.read(c.ID).Version, cases.Decision{
		Outcome: cases.OutcomeRefused, LegalBasis: "barnehageloven § 16", Reasons: "Det nye vedtaket: barnehagen er full.", Appeal: "Du kan klage innen tre uker.", Version: cases.AnyVersion,
	})
	w.must(err)
	w.Settle()
	return w.read(c.ID)
}

func TestTakeout_holdsPastDecisionsTheirLettersAndAppeals(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.changedDecision()
		v := w.Visitor(town).As(demo.Mother)
		all := files(t, v.Get(w.copied(v)).Must(http.StatusOK))
		var got struct {
			Decision  struct{ Reasons string }
			Past      []struct{ Reasons, Outcome string } `json:"past_decisions"`
			Appeals   []struct{ Wants, Why, Statement string }
			Documents []struct{ Name, File string }
		}
		w.must(json.Unmarshal([]byte(caseFile(all, c.Label(), ".json")), &got))
		if got.Decision.Reasons != "Det nye vedtaket: barnehagen er full." || len(got.Past) != 1 || !strings.Contains(got.Past[0].Reasons, secret) || got.Past[0].Outcome == "" {
			t.Errorf("decisions %+v, past %+v", got.Decision, got.Past)
		}
		if len(got.Appeals) != 1 || got.Appeals[0].Why != "Storesøsteren går der." || got.Appeals[0].Statement == "" {
			t.Errorf("appeals %+v", got.Appeals)
		}
		letters := 0
		for _, d := range got.Documents {
			if strings.HasPrefix(all[d.File], "%PDF") {
				letters++
			}
		}
		if letters < 2 {
			t.Errorf("%d letters of two decisions: %+v", letters, got.Documents)
		}
	})
}

// The mother has a copy for the child, in which the other parent's case stands,
// and not how he can be reached.
func TestTakeout_ofAChild(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := apptest.Apply(w.Harness, torgoy, demo.CoParent)
		w.Settle()
		c = w.read(c.ID)
		all := w.fetched(w.Visitor(town).As(demo.Mother), c.Subject)
		text := everything(all)
		child, err := w.App.Identity.Number(w.system(town), c.Subject)
		w.must(err)
		for _, there := range []string{"Alt om " + c.SubjectName, child.Digits(), c.Label(), "Bedt om av ", c.ApplicantName, "Ikke tatt med: det er en annens"} {
			if !strings.Contains(text, there) {
				t.Errorf("%q is missing", there)
			}
		}
		father, err := w.App.Identity.Person(w.system(town), c.Applicant)
		w.must(err)
		for _, gone := range []string{w.number(t.Context(), demo.CoParent), w.number(t.Context(), demo.Mother), father.Email, father.Phone, "log_ins", "[retention."} {
			if gone == "" || strings.Contains(text, gone) {
				t.Errorf("%q is there", gone)
			}
		}
		n := w.count(town, `select count(*) from audit_entries where tenant_id = $1 and action like 'retention.takeout_%' and subject_id = $2 and on_behalf_of = $2 and actor_id = $3`,
			c.Subject, identity.From(w.As(torgoy, demo.Mother)).PersonID)
		if n != 2 {
			t.Errorf("%d lines tell who asked and fetched for whom", n)
		}
		for _, stranger := range []demo.Part{demo.Apart, demo.CaseWorker, demo.Administrator} {
			if _, err := w.App.Retention.Ask(w.As(torgoy, stranger), c.Subject); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s asks for the child: %v", stranger, err)
			}
		}
	})
}

// mandate lets the mother give the other parent, who lives elsewhere, a mandate.
func (w *world) mandate(scopes ...string) (grantor, mandate string) {
	w.Helper()
	agent := identity.From(w.As(torgoy, demo.Apart)).PersonID
	ctx := w.As(torgoy, demo.Mother)
	w.must(w.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		m, err := w.App.Identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: agent, Scopes: scopes})
		mandate = m.ID
		return err
	}))
	return identity.From(ctx).PersonID, mandate
}

func TestTakeout_byAMandateReachesItsCasesAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		grantor, first := w.mandate("building")
		agent := w.Visitor(town).As(demo.Apart)
		text := everything(w.fetched(agent, grantor))
		for _, gone := range []string{c.Label(), secret, w.number(t.Context(), demo.Mother)} {
			if strings.Contains(text, gone) {
				t.Errorf("by a mandate for other cases: %q is there", gone)
			}
		}
		if n := w.count(town, `select count(*) from notify_messages where tenant_id = $1 and kind = 'retention.takeout_for' and person_id = $2`, grantor); n != 1 {
			t.Errorf("she who gave the mandate is told %d times", n)
		}
		w.end(first)
		_, second := w.mandate("kindergarten")
		w.travel(25 * time.Hour)
		agent = w.Visitor(town).As(demo.Apart)
		all := w.fetched(agent, grantor)
		text = everything(all)
		if !strings.Contains(text, c.Label()) || !strings.Contains(text, "Hva heter legen?") || !strings.Contains(text, "har fullmakt.") {
			t.Error("the case that the mandate reaches is missing")
		}
		for _, gone := range []string{w.number(t.Context(), demo.Mother), "log_ins", "Internt: ", "contact_register"} {
			if strings.Contains(text, gone) {
				t.Errorf("%q is there", gone)
			}
		}
		page := agent.Get("/my/takeout").Must(http.StatusOK)
		if p := agent.Get(page.Links("/file")[1]); p.Status != http.StatusNotFound {
			t.Errorf("what was made by the mandate before is %d", p.Status)
		}
		file := page.Links("/file")[0]
		agent.Get(file).Must(http.StatusOK)
		w.end(second)
		if p := agent.Get(file); p.Status != http.StatusNotFound {
			t.Errorf("the mandate is withdrawn, and the copy is %d", p.Status)
		}
	})
}

func (w *world) end(mandate string) {
	w.Helper()
	w.must(w.App.DB.Write(w.As(torgoy, demo.Mother), func(ctx context.Context, tx *store.Tx) error {
		_, err := w.App.Identity.EndMandate(ctx, tx, mandate)
		return err
	}))
}

// A mandate that ends between the asking and the making makes no copy.
func TestTakeout_isNotMadeWhenTheRightHasEnded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		grantor, mandate := w.mandate(identity.AllScopes)
		asked, err := w.App.Retention.Ask(w.As(torgoy, demo.Apart), grantor)
		w.must(err)
		w.end(mandate)
		w.Settle()
		list, err := w.App.Retention.Takeouts(w.As(torgoy, demo.Apart))
		if err != nil || len(list) != 1 || list[0].ID != asked.ID || list[0].State != retention.Failed || list[0].Name == "" {
			t.Errorf("%+v, %v", list, err)
		}
		if n := w.count(town, `select count(*) from blob_documents where tenant_id = $1 and owner_type = 'takeout'`); n != 0 {
			t.Errorf("%d files were made", n)
		}
	})
}
