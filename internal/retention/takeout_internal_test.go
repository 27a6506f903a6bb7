package retention

import (
	"context"
	"errors"
	"testing"

	"github.com/torg-no/torg/internal/platform/blob"
)

// A letter that could not be written anew just now is not told of as one that the scanner
// refused: the copy is made again.
func TestArchive_failsWhenALetterCannotBeWritten(t *testing.T) {
	t.Parallel()
	a, away := &archive{}, errors.New("the database is away")
	err := a.document(t.Context(), Enclosed{Folder: "2026/1", Document: blob.Document{Name: "vedtak.pdf"}, Anew: func(context.Context) ([]byte, error) { return nil, away }})
	if !errors.Is(err, away) || len(a.left) != 0 {
		t.Errorf("%v, left out: %q", err, a.left)
	}
}
