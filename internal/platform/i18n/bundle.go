package i18n

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed messages/*.toml
var own embed.FS

// Bundle holds every module's messages. It is filled at start and only read
// afterwards, by any number of goroutines.
type Bundle struct {
	bundle *goi18n.Bundle
	keys   map[Lang]map[string]bool
}

// New returns a bundle with the messages of the floor itself (errs.*, i18n.*).
func New() *Bundle {
	b := &Bundle{bundle: goi18n.NewBundle(language.MustParse("nb")), keys: map[Lang]map[string]bool{}}
	b.bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, prefix := range []string{"errs", "i18n"} {
		if err := b.load(prefix, own, prefix+"_"); err != nil {
			panic("i18n: embedded messages: " + err.Error())
		}
	}
	return b
}

// Load reads messages/<lang>.toml of a module; every key must begin with the
// module's name.
func (b *Bundle) Load(module string, files fs.FS) error {
	return b.load(module, files, "")
}

func (b *Bundle) load(module string, files fs.FS, prefix string) error {
	names, err := fs.Glob(files, "messages/"+prefix+"*.toml")
	if err != nil {
		return fmt.Errorf("i18n: list messages of %s: %w", module, err)
	}
	for _, name := range names {
		if prefix == "" && strings.Contains(path.Base(name), "_") {
			continue
		}
		if err := b.loadFile(module, files, name, prefix); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bundle) loadFile(module string, files fs.FS, name, prefix string) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("i18n: read %s of %s: %w", name, module, err)
	}
	lang := Lang(strings.TrimSuffix(strings.TrimPrefix(path.Base(name), prefix), ".toml"))
	if !lang.Valid() && lang != SE {
		return fmt.Errorf("i18n: %s of %s is of no language that Torg speaks", name, module)
	}
	parsed, err := b.bundle.ParseMessageFileBytes(text, string(lang)+".toml")
	if err != nil {
		return fmt.Errorf("i18n: parse %s of %s: %w", name, module, err)
	}
	if b.keys[lang] == nil {
		b.keys[lang] = map[string]bool{}
	}
	for _, m := range parsed.Messages {
		if !strings.HasPrefix(m.ID, module+".") {
			return fmt.Errorf("i18n: message %q in %s does not begin with %q", m.ID, name, module+".")
		}
		b.keys[lang][m.ID] = true
	}
	return nil
}

// Missing returns the keys that one of the offered languages lacks, as
// "lang key", sorted. A release has none.
func (b *Bundle) Missing() []string {
	all := map[string]bool{}
	for _, keys := range b.keys {
		maps.Copy(all, keys)
	}
	var missing []string
	for key := range all {
		for _, lang := range Offered() {
			if !b.keys[lang][key] {
				missing = append(missing, string(lang)+" "+key)
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// Has reports whether any language has the message.
func (b *Bundle) Has(key string) bool {
	for _, keys := range b.keys {
		if keys[key] {
			return true
		}
	}
	return false
}

// For returns the localizer of a language.
func (b *Bundle) For(lang Lang) *Localizer {
	l := &Localizer{lang: lang, keys: b.keys}
	for _, next := range lang.Chain() {
		l.chain = append(l.chain, voice{next, goi18n.NewLocalizer(b.bundle, string(next))})
	}
	return l
}

// Localizer turns keys into texts of one language.
type Localizer struct {
	lang  Lang
	keys  map[Lang]map[string]bool
	chain []voice
}

// voice speaks one language of a chain.
type voice struct {
	lang     Lang
	messages *goi18n.Localizer
}

// Lang returns the language it speaks.
func (l *Localizer) Lang() Lang { return l.lang }

// T returns the text of a message. The args are names and values for its
// {{.name}} places; the value of "count" also chooses the plural form. Numbers
// with decimals are written as the language does. A message that no language has comes back as its key in brackets, which the
// tests look for.
func (l *Localizer) T(key string, args ...any) string {
	config := &goi18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		data := pairs(args)
		config.TemplateData = data
		if count, ok := data["count"]; ok {
			config.PluralCount = count
		}
		for name, value := range data {
			if n, ok := value.(float64); ok {
				data[name] = l.Decimal(n, mostDecimals)
			}
		}
	}
	for _, v := range l.chain {
		if !l.keys[v.lang][key] {
			continue
		}
		// An error beside a text says that the plural form is missing and
		// another one served: a message without plurals may have a count.
		if text, _ := v.messages.Localize(config); text != "" {
			return text
		}
		// A count that is no whole number has no plural form.
		config.PluralCount = nil
		if text, _ := v.messages.Localize(config); text != "" {
			return text
		}
	}
	return "[" + key + "]"
}

// mostDecimals of a number in a text; those that come of reckoning in binary are cut off.
const mostDecimals = 6

func pairs(args []any) map[string]any {
	data := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		name, _ := args[i].(string)
		data[name] = args[i+1]
	}
	return data
}

type contextKey struct{}

// With returns a context whose texts come from the localizer.
func With(ctx context.Context, l *Localizer) context.Context {
	return context.WithValue(ctx, contextKey{}, l)
}

// From returns the localizer of the context, or one without messages whose
// texts are their keys.
func From(ctx context.Context) *Localizer {
	if l, ok := ctx.Value(contextKey{}).(*Localizer); ok {
		return l
	}
	return &Localizer{lang: NB}
}

// T returns the text of a message in the language of the context.
func T(ctx context.Context, key string, args ...any) string {
	return From(ctx).T(key, args...)
}

// LangOf returns the language of the context.
func LangOf(ctx context.Context) Lang { return From(ctx).lang }
