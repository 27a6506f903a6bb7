package retention_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/store"
)

// logLine is a line of the log in a copy.
type logLine struct {
	Entry, At, By, Role, Department, What string
	For                                   string `json:"on_behalf_of"`
	Case                                  string `json:"case_number"`
}

// logOf are the lines of all files whose names begin so, and how many the longest
// file has.
func logOf(t *testing.T, all map[string]string, prefix string) (lines []logLine, most int) {
	t.Helper()
	for name, content := range all {
		if !strings.HasPrefix(name, "data/"+prefix) {
			continue
		}
		var some []logLine
		if err := json.Unmarshal([]byte(content), &some); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		lines, most = append(lines, some...), max(most, len(some))
	}
	return lines, most
}

func has(lines []logLine, matches func(logLine) bool) bool {
	return slices.ContainsFunc(lines, matches)
}

// What the staff did and saw stands in the copy: who, as what, in which department
// and in which case.
func TestTakeout_holdsWhatTheStaffDid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		w.Visitor(town).As(demo.CaseWorker).Get("/work/cases/" + c.ID).Must(http.StatusOK)
		v := w.Visitor(town).As(demo.Mother)
		all := files(t, v.Get(w.copied(v)).Must(http.StatusOK))
		lines, _ := logOf(t, all, "acts")
		worker := identity.From(w.As(torgoy, demo.CaseWorker)).Name
		for what, matches := range map[string]func(logLine) bool{
			"the decision": func(l logLine) bool {
				return l.By == worker && l.Case == c.Label() && l.What == w.text("cases.action.decide") && l.Department != "" && l.Role == w.text("access.role.case_worker")
			},
			"the look": func(l logLine) bool {
				return l.By == worker && l.Case == c.Label() && l.What == w.text("audit.action.looked")
			},
			"her log-in": func(l logLine) bool { return l.What == w.text("identity.action.login") && l.Case == "" },
		} {
			if !has(lines, matches) {
				t.Errorf("%s is missing among %d lines", what, len(lines))
			}
		}
		text := everything(all)
		for _, there := range []string{"Logg for sak " + c.Label(), "Innlogginger", "Hva som er gjort med opplysninger om deg", "De ansattes interne notater"} {
			if !strings.Contains(text, there) {
				t.Errorf("%q is missing", there)
			}
		}
		for _, gone := range []string{"Internt: ", `"what": "[`} {
			if strings.Contains(text, gone) {
				t.Errorf("%q is there", gone)
			}
		}
	})
}

func (w *world) text(key string) string {
	w.Helper()
	return w.App.Bundle.For("nb").T(key)
}

// However much was done, all of it is there, in files that are small enough to be
// made in memory.
func TestTakeout_holdsTheWholeLogAndEveryLogIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.withdrawn()
		const many = 1_250
		mother := identity.From(w.As(torgoy, demo.Mother)).PersonID
		w.must(w.App.DB.Write(w.As(torgoy, demo.CaseWorker), func(ctx context.Context, tx *store.Tx) error {
			for n := range many {
				_, err := tx.Exec(ctx, `insert into identity_sessions (tenant_id, digest, id, person_id, represents, kind, acr, issuer, client_id, sid_digest,
					agent, created_at, last_seen_at, expires_at, ends_at, ended_by)
					values ($1, $2, $2, $3, '', '', 'substantial', '', '', '', $4, $5, $5, $5, $5, '')`,
					tx.Tenant, fmt.Sprintf("login-%05d", n), mother, fmt.Sprintf("Nettleser %05d.", n), store.At(tx.Now.Add(-time.Hour)))
				if err != nil {
					return err
				}
				if err := audit.Record(ctx, tx, audit.Event{Action: "notify.posted", Object: audit.Ref{Type: "letter", ID: fmt.Sprint(n)}, Subject: mother}); err != nil {
					return err
				}
				if err := audit.Record(ctx, tx, audit.Event{Action: "casework.ticked", Object: audit.Ref{Type: "case", ID: c.ID}, Subject: c.Subject, Case: c.ID}); err != nil {
					return err
				}
			}
			return nil
		}))
		v := w.Visitor(town).As(demo.Mother)
		all := files(t, v.Get(w.copied(v)).Must(http.StatusOK))
		lines, most := logOf(t, all, "acts")
		count := func(what string) (n int) {
			for _, l := range lines {
				if l.What == what {
					n++
				}
			}
			return n
		}
		if posted, ticked := count(w.text("notify.action.posted")), count(w.text("casework.action.ticked")); posted != many || ticked != many || most > 500 {
			t.Errorf("%d and %d of %d lines, %d in a file", posted, ticked, many, most)
		}
		text := everything(all)
		for n := range many {
			if !strings.Contains(text, fmt.Sprintf("Nettleser %05d.", n)) {
				t.Fatalf("log-in %d of %d is missing", n, many)
			}
		}
	})
}

// protect gives somebody a protected address, or takes it away with
// identity.Unprotected, in the register, and lets Torg hear of it.
func (w *world) protect(person string, grade identity.Protection) {
	w.Helper()
	number, err := w.App.Identity.Number(w.system(town), person)
	w.must(err)
	r, ok := w.Demo.Register().(*fakeregister.Register)
	if !ok {
		w.Fatal("the demonstration has another register")
	}
	w.must(r.Protect(number, grade))
	w.must(w.App.Identity.Poll(w.system(town)))
	w.Settle()
}

// Where the mother has a protected address, neither her name nor her case nor when
// she did something stands in what the father can have, his own and the child's.
func TestTakeout_tellsNothingOfAProtectedParent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := apptest.Apply(w.Harness, torgoy, demo.Mother)
		w.Settle()
		c = w.read(c.ID)
		w.Visitor(town).As(demo.Mother).Get("/my/cases/" + c.ID).Must(http.StatusOK)
		w.protect(c.Applicant, identity.StrictlyConfidential)
		mother, err := w.App.Identity.Person(w.system(town), c.Applicant)
		w.must(err)
		father := w.As(torgoy, demo.CoParent)
		if _, err := w.App.Retention.Ask(father, c.Subject); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the father asks for the child's: %v", err)
		}
		v := w.Visitor(town).As(demo.CoParent)
		all := files(t, v.Get(w.copied(v)).Must(http.StatusOK))
		delete(all, "data/messages.json") // what he was sent before he has
		delete(all, "messages.html")
		text := everything(all)
		for _, gone := range []string{mother.Name.Full(), w.read(c.ID).SubjectName, c.Label(), c.ID, mother.ID} {
			if strings.Contains(text, gone) {
				t.Errorf("%q is there", gone)
			}
		}
		text = everything(w.fetched(w.Visitor(town).As(demo.Mother), c.Subject))
		if !strings.Contains(text, c.Label()) || !strings.Contains(text, mother.Name.Full()) {
			t.Error("the mother lacks her own")
		}
		w.protect(c.Applicant, identity.Unprotected)
		if text := everything(w.fetched(w.Visitor(town).As(demo.CoParent), c.Subject)); !strings.Contains(text, mother.Name.Full()) {
			t.Error("the address is no longer protected, and the father is kept out")
		}
	})
}

// A father whom the municipality has let into the case reads in its log that
// something was done, and not by whom.
func TestTakeout_namesNobodyProtectedInALog(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := apptest.Apply(w.Harness, torgoy, demo.Mother)
		w.Settle()
		c = w.read(c.ID)
		w.protect(c.Applicant, identity.Confidential)
		father := identity.From(w.As(torgoy, demo.CoParent))
		w.must(w.App.DB.Write(w.system(town), func(ctx context.Context, tx *store.Tx) error {
			_, err := w.App.Cases.AddParty(ctx, tx, c.ID, cases.Party{Person: father.PersonID, Name: father.Name, Role: cases.RoleGuardian})
			return err
		}))
		v := w.Visitor(town).As(demo.CoParent)
		lines, _ := logOf(t, files(t, v.Get(w.copied(v)).Must(http.StatusOK)), "acts-logg-for-sak-"+strings.ReplaceAll(c.Label(), "/", "-"))
		if !has(lines, func(l logLine) bool { return l.By == "Noen med adressesperre" }) || has(lines, func(l logLine) bool { return l.By == c.ApplicantName }) {
			t.Errorf("%+v", lines)
		}
	})
}
