package property

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// The bounds of a search.
const (
	maxHits = 50
	maxText = 200
)

// The kinds of hits of a search.
const (
	HitAddress  = "address"
	HitProperty = "property"
	HitPlace    = "place"
	HitPlan     = "plan"
	HitProposal = "proposal" // of a plan, not adopted
)

// Hit is something that a search found.
type Hit struct {
	Kind  string
	Label string
	Note  string // what tells it from others of the same name
	Path  string // of its page
	At    orb.Point
	Ref   Ref // zero for places and plans
}

// Search finds addresses, properties, plans and places by what people type: the
// beginning of words, with æ, ø and å or without, and with a letter wrong when
// nothing is found otherwise. The best come first, at most 50. Names of owners are
// not looked at.
func (s *Service) Search(ctx context.Context, tx *store.Tx, text string, limit int) ([]Hit, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	g, err := s.gazetteer(ctx, s.reader(ctx, tx))
	if err != nil {
		return nil, err
	}
	limit = min(max(limit, 1), maxHits)
	hits := g.byNumber(text, tenant.From(ctx).Number, limit)
	if of, ref, ok := ParseNumbered(text); ok && g.large && (of == "" || of == tenant.From(ctx).Number) {
		if hits, err = s.oneByNumber(ctx, tx, ref); err != nil {
			return nil, err
		}
	}
	for _, k := range g.match(wordsOf(text), limit) {
		hits = append(hits, g.hit(k))
	}
	return hits[:min(len(hits), limit)], nil
}

// oneByNumber finds a property where there are too many to know them by heart.
func (s *Service) oneByNumber(ctx context.Context, tx *store.Tx, ref Ref) ([]Hit, error) {
	p, err := s.ByRef(ctx, tx, ref)
	if errs.Is(err, errs.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	at, _ := shape.InnerPoint(p.Ground)
	return []Hit{{Kind: HitProperty, Label: strings.TrimSpace(ref.String() + " " + p.Name), Note: p.Address, Path: "/property/" + ref.Path(), At: at, Ref: ref}}, nil
}

// byNumber finds properties by a number, and those whose holding's number begins with
// what has been typed of it.
func (g *gazetteer) byNumber(text, municipality string, limit int) []Hit {
	of, r, ok := ParseNumbered(text)
	if !ok || of != "" && of != municipality {
		return nil
	}
	var hits []Hit
	if k, known := g.refs[r.Ground()]; known {
		h := g.hit(k)
		if r.Snr != 0 {
			h.Label, h.Path, h.Ref = r.String(), "/property/"+r.Path(), r
		}
		hits = append(hits, h)
	}
	if r.Fnr != 0 || r.Snr != 0 {
		return hits
	}
	typed := strconv.Itoa(r.Bnr)
	start, _ := slices.BinarySearchFunc(g.ground, Ref{Gnr: r.Gnr}, func(a, b Ref) int { return cmp.Compare(a.Gnr, b.Gnr) })
	for _, o := range g.ground[start:] {
		if o.Gnr != r.Gnr || len(hits) >= limit {
			break
		}
		if o != r && strings.HasPrefix(strconv.Itoa(o.Bnr), typed) {
			hits = append(hits, g.hit(g.refs[o]))
		}
	}
	return hits
}

// hit is an entry as it is told.
func (g *gazetteer) hit(k int32) Hit {
	e := g.entries[k]
	h := Hit{Label: e.label, Note: e.note, At: e.at, Ref: e.ref}
	switch e.kind {
	case kindAddress:
		h.Kind, h.Path = HitAddress, PlacePath(e.at)
		if !e.ref.IsZero() {
			h.Path = "/property/" + e.ref.Path()
		}
	case kindProperty:
		h.Kind, h.Path, h.Label = HitProperty, "/property/"+e.ref.Path(), strings.TrimSpace(e.ref.String()+" "+e.label)
	case kindPlan:
		h.Kind, h.Path = HitPlan, "/plan/"+e.note
		if g.proposed[e.id] {
			h.Kind = HitProposal
		}
	default:
		h.Kind, h.Path = HitPlace, PlacePath(e.at)
	}
	return h
}

// PlacePath is the address of the page that tells what is at a point.
func PlacePath(p orb.Point) string { return fmt.Sprintf("/place?e=%.1f&n=%.1f", p[0], p[1]) }

// How well a word meets one of an entry; less is better.
const (
	metWhole   = 1
	metPrefix  = 2
	metContext = 5
	metTypo    = 9
)

// match returns the entries in which each of the words stands, the best first; where
// there are none, those in which words much like them stand.
func (g *gazetteer) match(words []string, limit int) []int32 {
	if len(words) == 0 {
		return nil
	}
	words = words[:min(len(words), maxWords)]
	best := g.rank(words, false)
	if len(best) == 0 {
		best = g.rank(words, true)
	}
	list := make([]int32, 0, min(len(best), limit))
	for _, b := range best[:min(len(best), limit)] {
		list = append(list, b.entry)
	}
	return list
}

type ranked struct {
	entry int32
	score int
}

// rank gives each entry that has all words its score.
func (g *gazetteer) rank(words []string, typos bool) []ranked {
	total := make([]uint16, len(g.entries))
	named := make([]bool, len(g.entries)) // by more than its surroundings
	for n, word := range words {
		met := g.meet(word, typos)
		for k, m := range met {
			switch {
			case m == 0 || n > 0 && total[k] == 0:
				total[k] = 0
			default:
				total[k] += uint16(m)
				named[k] = named[k] || m == metWhole || m == metPrefix || m == metTypo
			}
		}
	}
	var list []ranked
	for k, score := range total {
		if score > 0 && named[k] {
			list = append(list, ranked{int32(k), int(score) + g.extra(int32(k), words)}) // #nosec G115 -- as in namer.add
		}
	}
	slices.SortFunc(list, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.entry, b.entry))
	})
	return list
}

// extra puts back what has other words before the first that was typed: "Torg" means
// Torggata more than Gamle Torg.
func (g *gazetteer) extra(k int32, words []string) int {
	first := wordsOf(g.entries[k].label)
	if len(first) > 0 && (strings.HasPrefix(first[0], words[0]) || near(words[0], first[0], allowedTypos(words[0]))) {
		return 0
	}
	return 1
}

// meet tells how well a word meets each entry, 0 where it does not.
func (g *gazetteer) meet(word string, typos bool) []uint8 {
	met := make([]uint8, len(g.entries))
	mark := func(w int, by uint8) {
		for _, k := range g.found[w] {
			if met[k] == 0 || by < met[k] {
				met[k] = by
			}
		}
		for _, k := range g.context[w] {
			if far := by + metContext - metWhole; met[k] == 0 || far < met[k] {
				met[k] = far
			}
		}
	}
	start, exact := slices.BinarySearch(g.words, word)
	for i := start; i < len(g.words) && strings.HasPrefix(g.words[i], word); i++ {
		if exact && i == start {
			mark(i, metWhole)
		} else {
			mark(i, metPrefix)
		}
	}
	if most := allowedTypos(word); typos && most > 0 {
		for i, w := range g.words {
			if !isNumber(w) && near(word, w, most) {
				mark(i, metTypo)
			}
		}
	}
	return met
}

// allowedTypos is how many letters of a word may be wrong. In a number, and in a
// short word, one wrong letter makes another.
func allowedTypos(word string) int {
	switch n := len([]rune(word)); {
	case isNumber(word) || n < 4:
		return 0
	case n < 8:
		return 1
	default:
		return 2
	}
}

// near reports whether a word is much like another, or like the beginning of it.
func near(typed, word string, most int) bool {
	if distance(typed, word, most) <= most {
		return true
	}
	runes, n := []rune(word), len([]rune(typed))
	return len(runes) > n && distance(typed, string(runes[:n]), most) <= most
}
