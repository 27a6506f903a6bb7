package forms

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
)

func TestSent_isInTheWordsItWasSentIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		draft := b.mustSave(b.filled(), "choosing", goodAnswers().Values)
		sent, _, err := b.submit(draft.ID, "key")
		if err != nil {
			t.Fatal(err)
		}
		b.write(func(ctx context.Context, tx *store.Tx) error {
			summary, err := b.service.Sent(ctx, tx, sent, words(t, i18n.NN))
			if err != nil {
				return err
			}
			if text := summary.Plain(); !strings.Contains(text, "Kari Nordmann") {
				t.Errorf("the print-out lacks the name:\n%s", text)
			}
			about := Sending{Number: "2026/7", By: "Kari", Subject: "Ola", Form: sent.Form, Version: sent.FormVersion, At: sent.SubmittedAt}
			var file bytes.Buffer
			if err := pdf.Write(&file, summary.Document(about, words(t, i18n.NN))); err != nil {
				return err
			}
			if !bytes.HasPrefix(file.Bytes(), []byte("%PDF-")) {
				t.Errorf("begins with %.8q", file.Bytes())
			}
			return nil
		})
	})
}

func TestSending_tellsWhoseItIsOnce(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for _, lang := range i18n.Offered() {
		own := Sending{By: "Kari", Subject: "Kari", Form: "small", Version: 1, At: at}.Fields(words(t, lang))
		child := Sending{Number: "2026/7", By: "Kari", Subject: "Ola", Form: "small", Version: 1, At: at}.Fields(words(t, lang))
		if len(own) != 3 || len(child) != 5 {
			t.Errorf("%s: %v, %v", lang, own, child)
		}
		for _, f := range child {
			if strings.HasPrefix(f.Label, "forms.") || strings.HasPrefix(f.Value, "forms.") {
				t.Errorf("%s: no words: %+v", lang, f)
			}
		}
	}
}
