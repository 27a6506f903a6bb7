package casework

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Letter is a letter template (brevmal): how the letters of decisions of a kind are
// laid out in a department, or in the whole municipality.
type Letter struct {
	Kind       string // key of the kind of case
	Department string // empty for the whole municipality
	Blocks     []Block
	Retired    bool // out of use
	SavedName  string
	SavedAt    time.Time
	Version    int64 // zero: nobody has written one
}

// Block is a section (avsnitt) of a letter template: one of those that the law wants
// in every letter, which can only be moved, or a text of the municipality's own.
type Block struct {
	Locked  string    `json:"locked,omitempty"` // cases.BlockReasons and its like
	When    string    `json:"when,omitempty"`   // the outcome it is for; empty for both
	Heading i18n.Text `json:"heading,omitempty"`
	Text    i18n.Text `json:"text,omitempty"`
}

const (
	maxOwnBlocks = 10
	maxHeading   = 120
	maxBlock     = 3000
)

// standard is the order of letters that nobody has laid out otherwise.
func standard(k cases.Kind) []Block {
	var list []Block
	for _, locked := range k.LockedBlocks() {
		list = append(list, Block{Locked: locked})
	}
	return list
}

// serves reports whether letters are laid out by the template.
func (l Letter) serves() bool { return l.Version > 0 && !l.Retired }

// same reports whether two templates lay letters out alike.
func (l Letter) same(other Letter) bool {
	return l.Retired == other.Retired && slices.EqualFunc(l.Blocks, other.Blocks, func(a, b Block) bool {
		return a.Locked == b.Locked && a.When == b.When && sameText(a.Heading, b.Heading) && sameText(a.Text, b.Text)
	})
}

func sameText(a, b i18n.Text) bool {
	return !slices.ContainsFunc(languages(), func(lang i18n.Lang) bool { return a[lang] != b[lang] })
}

// tidy trims what was typed.
func (l Letter) tidy() Letter {
	blocks := make([]Block, 0, len(l.Blocks))
	for _, b := range l.Blocks {
		if b.Locked != "" {
			b = Block{Locked: b.Locked}
		} else {
			heading, text := i18n.Text{}, i18n.Text{}
			for _, lang := range languages() {
				heading[lang] = strings.Join(strings.Fields(strings.ReplaceAll(b.Heading[lang], "\x00", " ")), " ")
				text[lang] = strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", " ").Replace(b.Text[lang]))
			}
			b.Heading, b.Text = heading, text
		}
		blocks = append(blocks, b)
	}
	l.Blocks = blocks
	return l
}

// blockField names a part of a block, in the form and in what is wrong.
func blockField(i int, part string) string { return "blocks[" + strconv.Itoa(i) + "]." + part }

// letterCheck collects what is wrong with a letter template.
type letterCheck struct {
	always  []string // the placeholders that every decision fills in
	granted []string // and those that one that grants something does
	wrong   []errs.Field
}

func (c *letterCheck) add(name, key string, args ...any) {
	c.wrong = append(c.wrong, errs.Field{Name: name, Key: key, Args: args})
}

// check returns what is wrong: the letter must have each block that the law wants
// (forvaltningsloven §§ 23, 25 and 27), once, and the texts must be written in every
// language that a recipient may have chosen.
func (c *letterCheck) check(l Letter, k cases.Kind) []errs.Field {
	own, seen := 0, map[string]bool{}
	for i, b := range l.Blocks {
		switch {
		case b.Locked == "":
			own++
			c.text(i, b)
		case seen[b.Locked] || !slices.Contains(k.LockedBlocks(), b.Locked):
			c.add(blockField(i, "locked"), "errs.invalid_input")
		}
		seen[b.Locked] = true
	}
	for _, locked := range k.LockedBlocks() {
		if !seen[locked] {
			c.add("blocks", "casework.letter.missing."+locked)
		}
	}
	if own > maxOwnBlocks {
		c.add("blocks", "casework.letter.too_many", "most", maxOwnBlocks)
	}
	return c.wrong
}

func (c *letterCheck) text(i int, b Block) {
	if b.When != "" && b.When != cases.OutcomeGranted && b.When != cases.OutcomeRefused {
		c.add(blockField(i, "when"), "errs.invalid_input")
	}
	for _, lang := range languages() {
		c.part(blockField(i, "heading."+string(lang)), b.Heading[lang], "casework.letter.need_heading", maxHeading, b.When)
		c.part(blockField(i, "text."+string(lang)), b.Text[lang], "casework.letter.need_text", maxBlock, b.When)
	}
}

// part checks one text. A refusal has none of the values of a decision that grants
// something: a placeholder for one would stop every refusal.
func (c *letterCheck) part(name, text, need string, most int, when string) {
	known := c.always
	if when == cases.OutcomeGranted {
		known = c.granted
	}
	found := unknown(text, known)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		c.add(name, need)
	case n > most:
		c.add(name, "casework.too_long", "most", most)
	case found != "" && slices.Contains(c.granted, strings.Trim(found, "{}")):
		c.add(name, "casework.letter.only_granted", "name", found)
	case found != "":
		c.add(name, "casework.template.unknown", "name", found)
	}
}

// whole is the template as it can be changed: with each block that the kind's letters
// must have, and without those that they no longer have.
func (l Letter) whole(k cases.Kind) Letter {
	locked, blocks := k.LockedBlocks(), []Block{}
	for _, b := range l.Blocks {
		if b.Locked == "" || slices.Contains(locked, b.Locked) {
			blocks = append(blocks, b)
		}
	}
	for _, key := range locked {
		if !slices.ContainsFunc(blocks, func(b Block) bool { return b.Locked == key }) {
			blocks = append(blocks, Block{Locked: key})
		}
	}
	l.Blocks = blocks
	return l
}

// move puts a block one place up or down, and returns where it stands.
func (l *Letter) move(i, by int) int {
	to := i + by
	if i < 0 || i >= len(l.Blocks) || to < 0 || to >= len(l.Blocks) {
		return i
	}
	l.Blocks = slices.Clone(l.Blocks)
	l.Blocks[i], l.Blocks[to] = l.Blocks[to], l.Blocks[i]
	return to
}

// remove takes a text of the municipality's own away; locked blocks stay.
func (l *Letter) remove(i int) bool {
	if i < 0 || i >= len(l.Blocks) || l.Blocks[i].Locked != "" {
		return false
	}
	l.Blocks = slices.Delete(slices.Clone(l.Blocks), i, i+1)
	return true
}

// own counts the texts of the municipality's own.
func (l Letter) own() (n int) {
	for _, b := range l.Blocks {
		if b.Locked == "" {
			n++
		}
	}
	return n
}
