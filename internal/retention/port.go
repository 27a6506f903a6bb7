package retention

import (
	"context"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/store"
)

// Holding is where a kind of data lies that has a rule, cases apart. A package
// that keeps something adds one.
type Holding struct {
	Kind string
	// Due returns the ids of what was last used before an instant, in order of id,
	// after one.
	Due func(ctx context.Context, tx *store.Tx, before store.Time, after string, limit int) ([]string, error)
	// End deletes one of them; that it is gone already is no error.
	End func(ctx context.Context, tx *store.Tx, id string) error
}

// Forgetter is a package's part in anonymising a case: it removes at most limit
// rows of what it holds of it and returns how many. It is asked again until it
// removes fewer, and also after a crash: what it has removed it does not count
// again.
type Forgetter func(ctx context.Context, tx *store.Tx, c cases.Case, limit int) (int, error)

// Once is a Forgetter of something small.
func Once(forget func(ctx context.Context, tx *store.Tx, c cases.Case) error) Forgetter {
	return func(ctx context.Context, tx *store.Tx, c cases.Case, _ int) (int, error) {
		return 0, forget(ctx, tx, c)
	}
}

// Holder says that a case must be left alone, whatever its age: something goes on
// in it that the case itself does not show.
type Holder func(ctx context.Context, tx *store.Tx, c cases.Case) (bool, error)

// Source is a package's part of the copy of everything about a person.
type Source interface {
	// Name names the file and the message "retention.source.<name>".
	Name() string
	// Export returns a page of what is kept about the person, after the page
	// before; a page is small enough to be held in memory. What its reader may not
	// know it leaves out.
	Export(ctx context.Context, tx *store.Tx, of Whose, after string) (Page, error)
}

// Page is some of what a Source holds.
type Page struct {
	// Title is what the page is called in the index, when it has a name of its own:
	// a case's number. Pages of one title that follow each other are numbered.
	Title string
	// Data is written as JSON, and as a page to read. Its fields' names are
	// described by "retention.field.<name>".
	Data any
	// Empty says that there is nothing to write.
	Empty bool
	// Documents are copied, each into a folder.
	Documents []Enclosed
	// Next is where the next page begins; empty when this is the last.
	Next string
}

// Enclosed is a document of a page.
type Enclosed struct {
	Folder   string
	Document blob.Document
	// Placed is told where in the copy it lies; it is not called for one that could
	// not be copied. It may be nil.
	Placed func(path string)
	// Withheld says that it would tell the reader where somebody else lives: it is not
	// copied, and the index says why.
	Withheld bool
	// Anew writes it for the reader when what is kept is written to somebody else; it
	// returns nil when it is copied as it is. May be nil.
	Anew func(ctx context.Context) ([]byte, error)
}

// AppealCopy is an appeal as its party may read it. The package of appeals hands
// it over.
type AppealCopy struct {
	At        string `json:"at"`
	By        string `json:"by,omitempty"`
	Status    string `json:"status"`
	Wants     string `json:"wants,omitempty"`
	Why       string `json:"why,omitempty"`
	Late      string `json:"why_late,omitempty"`
	LateOK    string `json:"late_accepted,omitempty"`
	Body      string `json:"appeal_body,omitempty"`
	Statement string `json:"statement,omitempty"`
	Outcome   string `json:"outcome,omitempty"`
	Answer    string `json:"answer_text,omitempty"`
}

// instant writes a time for people and machines; nothing for none.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
