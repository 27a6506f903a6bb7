package cases_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
)

const receipt = "case.answered_by_staff"

// TestRegisterAnswer_givesAReceipt: whoever answers on paper is told that it is there,
// by the way she is told everything else, once for each answer; what it says stands in
// the case and not in the message (eForvaltningsforskriften § 4).
func TestRegisterAnswer_givesAReceipt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		worker := h.As(0, demo.CaseWorker)
		c := askedOnPaper(worker, t, h, "Når begynner du på jobb?")
		said := cases.Posting{Text: "Jeg begynner i august.", Came: cases.CamePaper, Key: "1"}
		for range 2 { // pressed twice
			must(t)(h.App.Cases.RegisterAnswer(worker, c.ID, c.Version, said))
		}
		h.Settle()
		for _, part := range []demo.Part{demo.Mother, demo.CoParent} {
			if n := toldOf(t, h, c.ID, receipt, personOf(h, part)); n != 1 {
				t.Errorf("%s has %d receipts", part, n)
			}
		}
		h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + c.ID).Must(http.StatusOK).Has("Jeg begynner i august.")
	})
}

// TestRegisterAnswer_givesTheReceiptByLetter to whoever gets letters.
func TestRegisterAnswer_givesTheReceiptByLetter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		letters(t, h, demo.Mother)
		worker := h.As(0, demo.CaseWorker)
		c := askedOnPaper(worker, t, h, "Når begynner du på jobb?")
		must(t)(h.App.Cases.RegisterAnswer(worker, c.ID, 0, cases.Posting{Text: "Jeg begynner i august.", Came: cases.CamePaper}))
		h.Settle()
		item, step := letterTo(t, h, personOf(h, demo.Mother), c.ID, receipt)
		if strings.Contains(item.Text+item.Short+item.Subject, "august") || !strings.Contains(item.Subject, c.Label()) {
			t.Errorf("the receipt says %s: %s", item.Subject, item.Text)
		}
		file, err := h.App.Notify.Print(worker, step.ID, false)
		if err != nil || !strings.HasPrefix(string(file.Bytes), "%PDF-") {
			t.Errorf("%d bytes, %v", len(file.Bytes), err)
		}
	})
}
