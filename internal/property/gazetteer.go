package property

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/index"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// What is kept in memory of names, for all municipalities together, and how long.
const (
	namesBytes = 96 << 20
	namesIdle  = 10 * time.Minute
)

// gazetteer is what a municipality's addresses, properties, plans and places are
// called, and where they lie. It is made of the layers when first asked for, and
// never changed.
type gazetteer struct {
	entries []entry
	words   []string  // sorted
	found   [][]int32 // the entries that each word stands in
	context [][]int32 // the entries whose postal place or plan it is
	refs    map[Ref]int32
	ids     map[string]int32 // properties by their feature's id
	ground  []Ref            // numbers of properties, sorted
	plans   map[string]string
	// proposed holds the ids of the plans that are not adopted.
	proposed map[string]bool
	sites    []Site
	home     crs.System
	// large says that properties and addresses are too many to be kept in memory:
	// properties are then looked for in the store, and addresses not found by name.
	large bool
}

// entry is something that has a name.
type entry struct {
	kind  byte
	label string
	note  string
	id    string // of the feature; of an address, that of its property
	ref   Ref
	at    orb.Point
}

// The kinds, in the order in which equally good hits are listed.
const (
	kindAddress byte = iota
	kindPlace
	kindPlan
	kindProperty
)

// newNames makes the cache of gazetteers.
func (s *Service) newNames() *index.Cache[*gazetteer] {
	return index.New[*gazetteer](s.DB.Clock(), index.Options{MaxBytes: s.NamesBytes, Idle: namesIdle})
}

// gazetteerLayers are those that it is made of.
func gazetteerLayers() []string {
	return []string{layerProperties, layerAddresses, layerPlans, layerSites, layerIslands}
}

// gazetteer returns the names as the layers have them now.
func (s *Service) gazetteer(ctx context.Context, r *reader) (*gazetteer, error) {
	ctx = asTorg(ctx) // it is the same for everybody who asks, and made once
	all, err := s.Layers.LayersIn(ctx, r.tx)
	if err != nil {
		return nil, err
	}
	// A generation only rises, so their sum is that of them all.
	var generation int64
	for _, l := range all {
		if slices.Contains(gazetteerLayers(), l.Name) && l.Public {
			generation += l.Generation
		}
	}
	key := index.Key{Tenant: r.tx.Tenant, Layer: fmt.Sprintf("names@%d", r.home.Code)}
	kept, err := s.names.Get(ctx, key, generation, func(ctx context.Context, b *index.Builder[*gazetteer]) error {
		g, size, err := r.readNames(ctx, all)
		if err == nil && int64(size) > s.NamesBytes/2 {
			few := slices.DeleteFunc(slices.Clone(all), func(l layers.Layer) bool { return l.Name == layerProperties || l.Name == layerAddresses })
			if g, size, err = r.readNames(ctx, few); g != nil {
				g.large = true
			}
		}
		if err != nil {
			return err
		}
		return b.Add(orb.Bound{Max: orb.Point{1, 1}}, g, size)
	})
	if err != nil {
		return nil, fmt.Errorf("property: names: %w", err)
	}
	var g *gazetteer
	kept.Search(orb.Bound{Max: orb.Point{1, 1}}, func(found *gazetteer) bool {
		g = found
		return false
	})
	return g, nil
}

// readNames makes the gazetteer of the public layers and tells about how much memory
// it takes.
func (r *reader) readNames(ctx context.Context, all []layers.Layer) (*gazetteer, int, error) {
	b := &namer{g: &gazetteer{refs: map[Ref]int32{}, ids: map[string]int32{}, plans: map[string]string{}, proposed: map[string]bool{}, home: r.home}, plans: map[string]int32{}}
	for _, step := range []struct {
		layer string
		take  func(layers.Feature)
	}{{layerProperties, b.property}, {layerAddresses, b.address}, {layerSites, b.site}, {layerIslands, b.island}} {
		if !slices.ContainsFunc(all, func(l layers.Layer) bool { return l.Name == step.layer && l.Public && l.Generation > 0 }) {
			continue
		}
		err := r.s.Layers.EachIn(ctx, r.tx, step.layer, r.home, func(f layers.Feature) error {
			step.take(f)
			return nil
		})
		if err != nil {
			return nil, 0, err
		}
	}
	if slices.ContainsFunc(all, func(l layers.Layer) bool { return l.Name == layerPlans && l.Public && l.Generation > 0 }) {
		if err := r.eachPlan(ctx, b.plan); err != nil {
			return nil, 0, err
		}
	}
	return b.done()
}

// eachPlan visits all plans that there have been, without their shapes.
func (r *reader) eachPlan(ctx context.Context, visit func(layers.Feature)) error {
	q := layers.Query{Layer: layerPlans, System: r.home, Timed: true, Limit: layers.MaxLimit}
	for {
		page, err := r.s.Layers.FindIn(ctx, r.tx, q)
		if err != nil {
			return err
		}
		for _, f := range page.Features {
			visit(f)
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

// namer makes a gazetteer.
type namer struct {
	g     *gazetteer
	towns map[string]string // one copy of each note
	plans map[string]int32  // entries of plans by their number
}

func (n *namer) add(e entry) int32 {
	n.g.entries = append(n.g.entries, e)
	return int32(len(n.g.entries) - 1) // #nosec G115 -- a municipality has not a billion names
}

func (n *namer) property(f layers.Feature) {
	at, _ := shape.InnerPoint(f.Area())
	e := entry{kind: kindProperty, label: f.Text("name"), note: f.Text("address"), id: f.ID, ref: refFrom(f), at: at}
	if e.ref.IsZero() {
		return
	}
	k := n.add(e)
	n.g.refs[e.ref], n.g.ids[e.id] = k, k
	n.g.ground = append(n.g.ground, e.ref)
}

// note keeps one copy of a text that many entries have.
func (n *namer) note(text string) string {
	if n.towns == nil {
		n.towns = map[string]string{}
	}
	if kept, known := n.towns[text]; known {
		return kept
	}
	n.towns[text] = text
	return text
}

func (n *namer) address(f layers.Feature) {
	a := address(f)
	if a.Text == "" {
		return
	}
	e := entry{kind: kindAddress, label: a.Text, note: n.note(strings.TrimSpace(a.Code + " " + a.Place)), id: f.Text("property"), at: a.At}
	if k, known := n.g.ids[e.id]; known {
		e.ref = n.g.entries[k].ref
	}
	n.add(e)
}

func (n *namer) site(f layers.Feature) {
	s := site(f)
	n.g.sites = append(n.g.sites, s)
	n.add(entry{kind: kindPlace, label: s.Name, note: s.Address, id: s.ID, at: s.At})
}

func (n *namer) island(f layers.Feature) {
	if name := f.Text("name"); name != "" && f.Geometry != nil {
		n.add(entry{kind: kindPlace, label: name, id: f.ID, at: f.Geometry.Bound().Center()})
	}
}

func (n *namer) plan(f layers.Feature) {
	p := plan(f)
	if p.Number == "" {
		return
	}
	at, _ := shape.InnerPoint(p.Ground)
	e := entry{kind: kindPlan, label: p.Name, note: p.Number, id: p.ID, at: at}
	n.g.plans[p.Number], n.g.proposed[p.ID] = p.ID, p.Proposal
	if k, known := n.plans[p.Number]; known {
		n.g.entries[k] = e // the newest version comes last
		return
	}
	n.plans[p.Number] = n.add(e)
}

// done sorts the entries, so that equally good hits come in the order in which people
// look for them, and notes which words they are found by.
func (n *namer) done() (*gazetteer, int, error) {
	g := n.g
	order := make([]int32, len(g.entries))
	for i := range order {
		order[i] = int32(i) // #nosec G115 -- as above
	}
	keys := make([]string, len(g.entries))
	for i, e := range g.entries {
		keys[i] = sortKey(e)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(g.entries[a].kind, g.entries[b].kind), cmp.Compare(keys[a], keys[b]), cmp.Compare(a, b))
	})
	sorted := make([]entry, len(order))
	for i, k := range order {
		sorted[i] = g.entries[k]
		if e := sorted[i]; e.kind == kindProperty {
			g.refs[e.ref], g.ids[e.id] = int32(i), int32(i) // #nosec G115 -- as above
		}
	}
	g.entries = sorted
	slices.SortFunc(g.ground, func(a, b Ref) int {
		if a.Less(b) {
			return -1
		}
		return 1
	})
	return g, n.index(), nil
}

// sortKey puts house numbers in their order: 9 before 31, 31 before 31B.
func sortKey(e entry) string {
	if e.kind == kindProperty {
		return fmt.Sprintf("%05d%05d%05d", e.ref.Gnr, e.ref.Bnr, e.ref.Fnr)
	}
	words := wordsOf(e.label)
	for i, w := range words {
		if isNumber(w) {
			words[i] = fmt.Sprintf("%8s", w)
		}
	}
	return strings.Join(words, " ") + " " + e.note
}

// index notes the words of all entries and returns about how many bytes all of it
// takes.
func (n *namer) index() int {
	g, found, around := n.g, map[string][]int32{}, map[string][]int32{}
	size := 0
	for i, e := range g.entries {
		k := int32(i) // #nosec G115 -- as above
		for _, w := range wordsOf(e.label) {
			found[w] = once(found[w], k)
		}
		for _, w := range wordsOf(e.note) {
			if e.kind == kindPlan {
				found[w] = once(found[w], k)
			} else {
				around[w] = once(around[w], k)
			}
		}
		size += 120 + len(e.label) + len(e.id)
	}
	for w := range around {
		if _, known := found[w]; !known {
			found[w] = nil
		}
	}
	for w := range found {
		g.words = append(g.words, w)
	}
	slices.Sort(g.words)
	g.found, g.context = make([][]int32, len(g.words)), make([][]int32, len(g.words))
	for i, w := range g.words {
		g.found[i], g.context[i] = slices.Clip(found[w]), slices.Clip(around[w])
		size += 64 + len(w) + 4*(len(g.found[i])+len(g.context[i]))
	}
	return size + 64*len(g.refs)*2
}

// once appends an entry unless it is the last already.
func once(list []int32, k int32) []int32 {
	if len(list) > 0 && list[len(list)-1] == k {
		return list
	}
	return append(list, k)
}
