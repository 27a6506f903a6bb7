package demo

import (
	"bytes"
	"context"
	"slices"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// attach puts a made-up drawing where the form wants one.
func (w *worker) attach(ctx context.Context, s story, draft string) error {
	opened, err := w.Applications.Open(ctx, draft)
	if err != nil {
		return err
	}
	for _, field := range s.trade.files {
		if _, there := opened.Draft.Answers.Values[field]; there {
			continue // from the start that was interrupted, or from the map
		}
		name := i18n.T(ctx, "demo.file."+field)
		stored, err := w.Blobs.Put(ctx, bytes.NewReader(drawing(name, slices.Index(s.trade.files, field))), blob.PutOptions{
			Name: name + ".pdf", Declared: blob.PDF, Generated: true,
		})
		if err != nil {
			return err
		}
		if _, err := w.Applications.AddFile(ctx, draft, field, stored); err != nil {
			return err
		}
	}
	return nil
}
