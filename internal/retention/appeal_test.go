package retention_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// pdf is the smallest file that is a PDF.
const pdf = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"

// appealedCase is a refused case with an appeal, which has a document.
func (w *world) appealedCase() (cases.Case, appeals.Appeal) {
	w.Helper()
	c, mother := w.refused(), w.As(torgoy, demo.Mother)
	stored, err := w.App.Blobs.Put(mother, strings.NewReader(pdf), blob.PutOptions{Name: "Legeerklæring.pdf"})
	w.must(err)
	a, err := w.App.Appeals.Lodge(mother, c.ID, appeals.New{Wants: secret, Why: secret, Files: []blob.Stored{stored}, Key: "k-" + c.ID})
	w.must(err)
	w.Settle()
	return c, a
}

func (w *world) appeal(id string) appeals.Appeal {
	w.Helper()
	v, err := w.App.Appeals.View(w.As(torgoy, demo.CaseWorker), id)
	w.must(err)
	return v.Appeal
}

// The whole way: while an appeal is prepared, and while it lies with the appeal
// body, nothing of the case goes, however old it is. When it is answered, all goes.
func TestRun_waitsForAnAppealAndThenForgetsIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, a := w.appealedCase()
		name := c.ApplicantName
		worker := w.As(torgoy, demo.CaseWorker)
		w.travel(years)
		w.left(c, "it is prepared")
		_, err := w.App.Appeals.Prepare(worker, a.ID, w.appeal(a.ID).Version, appeals.Preparation{Verdict: appeals.Forward, Statement: secret + ". Vi holder fast ved vedtaket."})
		w.must(err)
		w.Settle()
		w.left(c, "it is ready to be sent")
		_, err = w.App.Appeals.HandOver(worker, a.ID, w.appeal(a.ID).Version, appeals.Handed{On: clock.DateIn(w.Clock.Now()), How: appeals.ByPost})
		w.must(err)
		w.Settle()
		w.left(c, "it lies with the appeal body")
		packed := w.appeal(a.ID).Package
		_, err = w.App.Appeals.RegisterAnswer(worker, a.ID, w.appeal(a.ID).Version, appeals.BodyAnswer{Answer: appeals.Upheld, Text: secret, On: clock.DateIn(w.Clock.Now())})
		w.must(err)
		w.Settle()
		before := w.verified()
		if got := w.run("")[kindergarten]; got.Ended == 0 || got.Failed != 0 {
			t.Fatalf("the run tells %+v", got)
		}
		w.nothingLeft(c, name)
		w.nothingOfTheAppeal(a.ID, packed)
		if after := w.verified(); after.Erased <= before.Erased {
			t.Errorf("the log had %+v and has %+v", before, after)
		}
	})
}

// left fails the test when a run touches the case.
func (w *world) left(c cases.Case, why string) {
	w.Helper()
	got := w.run("")[kindergarten]
	if got.Held == 0 || w.read(c.ID).Anonymised() {
		w.Fatalf("%s, and the run tells %+v", why, got)
	}
	if n := w.count(town, `select count(*) from cases_entries where tenant_id = $1 and case_id = $2 and actor_name <> ''`, c.ID); n == 0 {
		w.Fatalf("%s, and its journal is empty", why)
	}
	if n := w.count(town, `select count(*) from blob_documents where tenant_id = $1 and owner_id = $2 and deleted_at is null`, c.ID); n < 2 {
		w.Fatalf("%s, and %d documents are left", why, n)
	}
}

// nothingOfTheAppeal looks for what must be gone, and for what stays for the
// statistics.
func (w *world) nothingOfTheAppeal(id, packed string) {
	w.Helper()
	type row struct {
		state, appellant, name, documents, further, letter, packed, lodged, prepared string
		cipher                                                                       []byte
	}
	ctx := w.system(town)
	w.must(w.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err := store.One(ctx, tx, func(r *row) []any {
			return []any{&r.state, &r.appellant, &r.name, &r.documents, &r.further, &r.letter, &r.packed, &r.lodged, &r.prepared, &r.cipher}
		}, `select state, appellant_id, appellant_name, documents, further, letter_id, package_id, lodged_by || lodged_by_name, prepared_by || prepared_name, content_cipher
			from appeals where tenant_id = $1 and id = $2`, tx.Tenant, id)
		if err != nil {
			return err
		}
		if r.state != string(appeals.Answered) || !strings.HasPrefix(r.appellant, "anonymised:") || r.name != "–" || r.documents != "[]" || r.further+r.letter+r.packed+r.lodged+r.prepared != "" {
			w.Errorf("the appeal is %+v", r)
		}
		plain, err := w.App.Keys.Decrypt(ctx, tx.Tenant, "appeal", r.cipher, []byte(id))
		if err != nil {
			return err
		}
		texts := appeals.Texts{}
		w.must(json.Unmarshal(plain, &texts))
		if texts != (appeals.Texts{}) {
			w.Errorf("texts are left: %+v", texts)
		}
		return nil
	}))
	if n := w.count(town, `select count(*) from blob_documents where tenant_id = $1 and id = $2 and deleted_at is null`, packed); packed == "" || n != 0 {
		w.Errorf("the package %q is left", packed)
	}
	if _, _, err := w.App.Blobs.Open(ctx, packed); err == nil {
		w.Error("the package can be opened")
	}
}

// An appeal that was taken back holds nothing.
func TestRun_doesNotWaitForAWithdrawnAppeal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, _ := w.appealedCase()
		w.must(w.App.Appeals.Withdraw(w.As(torgoy, demo.Mother), c.ID))
		w.Settle()
		w.travel(years)
		w.run("")
		if !w.read(c.ID).Anonymised() {
			t.Error("it is kept")
		}
		w.nothingLeft(c, c.ApplicantName)
		w.verified()
	})
}
