package casework

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/errs"
)

// Checklist is what must be done in the cases of a kind (sjekkliste).
type Checklist struct {
	Department, Kind string
	Items            []Item
	SavedName        string
	SavedAt          time.Time
	Version          int64
}

// Item is one thing to do, and in a case by whom and when it was ticked.
type Item struct {
	ID, Name string
	Retired  bool // no longer on the list; shown where it is ticked
	DoneBy   string
	DoneAt   time.Time // zero while it is not
}

// Done reports whether the item is ticked.
func (i Item) Done() bool { return !i.DoneAt.IsZero() }

const (
	maxItems    = 40
	maxItemName = 200
)

// linesOf reads a checklist as it is typed, an item on each line. The same item
// twice is one.
func linesOf(text string) []string {
	var list []string
	seen := map[string]bool{}
	for line := range strings.Lines(strings.ReplaceAll(text, "\x00", " ")) {
		line = strings.Join(strings.Fields(line), " ")
		if line != "" && !seen[line] {
			seen[line] = true
			list = append(list, line)
		}
	}
	return list
}

func checkLines(list []string) error {
	if len(list) > maxItems {
		return errs.InvalidFields(errs.Field{Name: "items", Key: "casework.checklist.too_many", Args: []any{"most", maxItems}})
	}
	for _, line := range list {
		if utf8.RuneCountInString(line) > maxItemName {
			return errs.InvalidFields(errs.Field{Name: "items", Key: "casework.too_long", Args: []any{"most", maxItemName}})
		}
	}
	return nil
}

// undone counts the items that are left to do.
func undone(items []Item) (n int) {
	for _, i := range items {
		if !i.Done() {
			n++
		}
	}
	return n
}

// text is the list as it is typed.
func (c Checklist) text() string {
	lines := make([]string, 0, len(c.Items))
	for _, i := range c.Items {
		lines = append(lines, i.Name)
	}
	return strings.Join(lines, "\n")
}
