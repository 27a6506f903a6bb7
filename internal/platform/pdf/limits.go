package pdf

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// What a letter may hold. A letter is a few pages; the limits are far above
// that and keep a broken caller from filling memory.
const (
	maxText       = 1 << 20 // bytes of text in a document
	maxField      = 2000    // bytes in a title, a name, a label, an address line
	maxBlocks     = 5000    // blocks, list items and table rows together
	maxColumns    = 12
	maxImages     = 40
	maxImageBytes = 8 << 20
	maxImageDots  = 16 << 20 // pixels of one image
	maxAllDots    = 32 << 20 // pixels of all images: they are held in memory
	maxPages      = 1000
)

// ErrLimit is wrapped by errors about a document that is larger than a letter
// may be.
var ErrLimit = errors.New("pdf: document exceeds a limit")

// ErrInvalid is wrapped by errors about a document that cannot become an
// accessible letter: a missing title, a skipped heading level, an image
// without alternative text.
var ErrInvalid = errors.New("pdf: document is not valid")

func limitf(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrLimit, fmt.Sprintf(format, args...))
}

func invalidf(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
}

// checker adds up what a document holds.
type checker struct {
	text, blocks, images int
	level                int // of the last heading
}

// check refuses a document that is too large or cannot be tagged.
func (d *Document) check() error {
	c := &checker{}
	if err := d.checkMeta(c); err != nil {
		return err
	}
	if err := d.checkLetterhead(c); err != nil {
		return err
	}
	if d.titleIsHeading() {
		c.level = 1
	}
	for i, b := range d.Body {
		if b == nil {
			return invalidf("block %d is nil", i)
		}
		if err := c.addBlocks(1); err != nil {
			return err
		}
		if err := b.check(c); err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
	}
	return nil
}

func (d *Document) checkMeta(c *checker) error {
	if strings.TrimSpace(oneLine(d.Title)) == "" {
		return invalidf("no title")
	}
	if err := checkLang(d.Lang); err != nil {
		return err
	}
	if y := d.Created.UTC().Year(); d.Created.IsZero() || y < 1900 || y > 9999 {
		return invalidf("no usable creation time")
	}
	return c.fields(d.Title, d.Author, d.Subject, d.Footer)
}

func (d *Document) checkLetterhead(c *checker) error {
	if len(d.Recipient) > 9 || len(d.Sender.Lines) > MaxLines || len(d.Reference) > 10 {
		return limitf("letterhead has too many lines")
	}
	if len(d.Look.Emblem) > 0 {
		if err := c.addImage(d.Look.Emblem); err != nil {
			return fmt.Errorf("emblem: %w", err)
		}
	}
	for _, f := range d.Reference {
		if err := c.fields(f.Label, f.Value); err != nil {
			return err
		}
	}
	if err := c.fields(d.Sender.Name, d.Sender.Unit); err != nil {
		return err
	}
	return c.fields(slices.Concat(d.Sender.Lines, d.Recipient)...)
}

// titleIsHeading reports whether the title is printed as the first heading.
func (d *Document) titleIsHeading() bool {
	for _, b := range d.Body {
		if h, ok := b.(Heading); ok {
			return h.Level != 1
		}
	}
	return true
}

func checkLang(tag string) error {
	if _, err := language.Parse(tag); err != nil || len(tag) > 40 || strings.Contains(tag, "_") {
		return invalidf("language %q is no BCP 47 tag", trimTo(tag, 40))
	}
	return nil
}

func (c *checker) addText(s string) error {
	c.text += len(s)
	if c.text > maxText {
		return limitf("more than %d bytes of text", maxText)
	}
	return nil
}

func (c *checker) addBlocks(n int) error {
	c.blocks += n
	if c.blocks > maxBlocks {
		return limitf("more than %d blocks", maxBlocks)
	}
	return nil
}

func (c *checker) fields(list ...string) error {
	for _, s := range list {
		if len(s) > maxField {
			return limitf("a field of %d bytes", len(s))
		}
		if err := c.addText(s); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) spans(spans []Span) error {
	if err := c.addBlocks(len(spans) / 8); err != nil {
		return err
	}
	for _, s := range spans {
		if err := c.addText(s.Text); err != nil {
			return err
		}
		if err := c.fields(s.Link, s.LinkAlt); err != nil {
			return err
		}
		if err := checkLink(s.Link); err != nil {
			return err
		}
		if s.Lang != "" {
			if err := checkLang(s.Lang); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkLink keeps links to what a reader of a letter expects; a file or
// javascript address in a decision would be an attack.
func checkLink(link string) error {
	if link == "" {
		return nil
	}
	u, err := url.Parse(link)
	if err == nil && (u.Scheme == "mailto" || u.Scheme == "tel") && u.Opaque != "" {
		return nil
	}
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return invalidf("link %q is not an address for http, https, mailto or tel", trimTo(link, 80))
	}
	return nil
}

func (c *checker) addImage(data []byte) error {
	c.images++
	if c.images > maxImages {
		return limitf("more than %d images", maxImages)
	}
	if len(data) > maxImageBytes {
		return limitf("an image of %d bytes", len(data))
	}
	return nil
}

// inRange reports whether v is a number from low to high.
func inRange(v, low, high float64) bool { return !math.IsNaN(v) && v >= low && v <= high }

// trimTo cuts s to at most n bytes without splitting a character.
func trimTo(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
