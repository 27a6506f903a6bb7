package cases_test

import (
	"bytes"
	"context"
	"io"
	"slices"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
)

// suspicious is a scanner that refuses everything.
type suspicious struct{}

func (suspicious) Scan(_ context.Context, document io.Reader) (blob.Verdict, error) {
	_, err := io.Copy(io.Discard, document)
	return blob.Verdict{State: blob.Refused, Finding: "Test.Signature"}, err
}

func TestRefusedFile_isToldToBothSidesAndOpensForNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, worker := h.As(0, demo.Mother), h.As(0, demo.CaseWorker)
		mine := mothersCase(t, h)
		must(t)(h.App.Cases.AssignToMe(worker, mine.ID, mine.Version))
		h.Settle()
		h.App.Blobs.Scanner = suspicious{}
		png := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\nIDATx\x9cc\x60\x00\x00\x00\x02\x00\x01\x48\xaf\xa4\x71\x00\x00\x00\x00IEND\xaeB\x60\x82")
		file, err := h.App.Blobs.Put(mother, bytes.NewReader(png), blob.PutOptions{Name: "bilde.png"})
		if err != nil {
			t.Fatal(err)
		}
		must(t)(h.App.Cases.Answer(mother, mine.ID, "Her er bildet.", []blob.Stored{file}))
		h.Settle()
		v, err := h.App.Cases.View(mother, mine.ID)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(v.Entries, func(e cases.Entry) bool { return e.Kind == cases.EntryRefused })
		if at < 0 || v.Entries[at].Text != "bilde.png" {
			t.Fatalf("the party is not told on the case: %+v", v.Entries)
		}
		items, err := h.App.Notify.Outbox(worker, 500)
		if err != nil {
			t.Fatal(err)
		}
		told := map[string]int{}
		for _, item := range items {
			if item.Thread == "case:"+mine.ID {
				told[item.Kind]++
			}
		}
		if told["case.file_refused"] == 0 || told["case.staff.file_refused"] != 1 {
			t.Errorf("told %v", told)
		}
		for name, ctx := range map[string]context.Context{"the party": mother, "the case worker": worker} {
			if _, _, err := h.App.Cases.OpenDocument(ctx, mine.ID, v.Documents[len(v.Documents)-1].ID); errs.Of(err) == nil {
				t.Errorf("%s opens a refused file: %v", name, err)
			}
		}
	})
}
