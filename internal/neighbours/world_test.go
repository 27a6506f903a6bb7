package neighbours_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	torgoy   = 0
	town     = "torgoy"
	drawing  = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
	own      = "12/34"
	secret   = "Hemmelig veg 13"
	coop     = "810000007"
	coopName = "Fjordgløtt borettslag"
)

// each runs the test on the whole product, on both databases.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newWorld(t, apptest.Options{Map: true, Postgres: postgres}))
		})
	}
}

// world is the product, with ground around the mother's property.
type world struct {
	*testing.T
	*apptest.Harness

	ground *ground
}

func newWorld(t *testing.T, o apptest.Options) *world {
	t.Helper()
	h := apptest.Start(t, o)
	w := &world{T: t, Harness: h, ground: &ground{}}
	w.ground.fill(w)
	h.App.Neighbours.Around = w.ground
	h.Settle()
	return w
}

// ground is what lies around the mother's property: the property register of the
// tests.
type ground struct {
	places []neighbours.Place
	owners map[string][]neighbours.Owner
	down   bool
	asked  atomic.Int64
}

func (g *ground) fill(w *world) {
	number := func(part demo.Part) string {
		p, _ := w.Demo.Population().Player(torgoy, part)
		return p.Number.Digits()
	}
	name := func(part demo.Part) string {
		p, _ := w.Demo.Population().Player(torgoy, part)
		return p.Name.Full()
	}
	person := func(part demo.Part) neighbours.Owner {
		return neighbours.Owner{Number: number(part), Name: name(part), Lines: []string{"Storgata 7", "9961 Torgøy"}}
	}
	g.places = []neighbours.Place{
		{Ref: "12/35", Address: "Fyrlia 6"}, {Ref: "12/36"}, {Ref: "12/37", Opposite: true}, {Ref: "12/38", Sections: []string{"12/38/0/1", "12/38/0/2"}}, {Ref: "12/39"}, {Ref: own},
	}
	hidden := person(demo.Hidden)
	hidden.Lines, hidden.Protected = []string{secret, "9961 Torgøy"}, true
	g.owners = map[string][]neighbours.Owner{
		"12/35":     {person(demo.Apart), person(demo.Mother)}, // the mother owns half of her neighbour's ground
		"12/36":     {hidden},
		"12/37":     {person(demo.Apart), {Organisation: coop, Name: coopName, Lines: []string{"Postboks 12", "9961 Torgøy"}}},
		"12/38/0/1": {person(demo.AppointedGuardian)},
		"12/38/0/2": {{Name: "John Smith", Lines: []string{"1 Main Street", "London"}}},
		"12/39":     {{Number: number(demo.CareWorker), Name: "Gamle Per", Deceased: true, Lines: []string{"Storgata 9", "9961 Torgøy"}}},
		own:         {person(demo.Mother), person(demo.CoParent)},
		"12/40":     {person(demo.Mother)},
		"12/41":     {person(demo.CoParent), {Organisation: coop, Name: coopName}},
	}
}

// Around implements neighbours.Surroundings.
func (g *ground) Around(_ context.Context, ref string) (neighbours.Place, []neighbours.Place, error) {
	if ref != own && ref != "12/40" && ref != "12/41" {
		return neighbours.Place{}, nil, errs.NotFound("errs.not_found")
	}
	return neighbours.Place{Ref: ref, Address: "Fyrlia 4"}, g.places, nil
}

// Owners implements neighbours.Surroundings.
func (g *ground) Owners(_ context.Context, refs []string) (map[string][]neighbours.Owner, error) {
	g.asked.Add(1)
	if g.down {
		return nil, errs.Unavailable(time.Minute, "property.no_register")
	}
	if len(refs) > 500 { // as package property
		return nil, errors.New("too many at once")
	}
	found := map[string][]neighbours.Owner{}
	for _, ref := range refs {
		found[ref] = g.owners[ref]
	}
	return found, nil
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) mother() context.Context  { return w.As(torgoy, demo.Mother) }
func (w *world) apart() context.Context   { return w.As(torgoy, demo.Apart) }
func (w *world) planner() context.Context { return w.As(torgoy, demo.Planner) }
func (w *world) system() context.Context  { return identity.AsSystem(w.In(town), "test") }
func (w *world) nobody() context.Context  { return w.In(town) }

// id is who plays a part.
func (w *world) id(part demo.Part) string { return identity.From(w.As(torgoy, part)).PersonID }

// at sets the clock to an instant by the clock on the wall in Norway.
func (w *world) at(s string) {
	w.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Oslo())
	w.must(err)
	w.Clock.Set(at)
}

func (w *world) put(name string) blob.Stored {
	w.Helper()
	stored, err := w.App.Blobs.Put(w.In(town), strings.NewReader(drawing), blob.PutOptions{Name: name})
	w.must(err)
	return stored
}

// draft is the mother's building application, filled in but for the neighbours.
func (w *world) draft(changed map[string]any) string {
	w.Helper()
	ctx := w.mother()
	draft, err := w.App.Applications.Start(ctx, building.FormKey, w.id(demo.Mother))
	w.must(err)
	answers := apptest.Garage()
	for _, name := range []string{"notice", "notices", "site_plan", "floor_plans", "sections", "facades", "notice_receipts"} {
		delete(answers, name)
	}
	for name, value := range changed {
		answers[name] = value
	}
	w.must(w.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		definition, err := w.App.Forms.Definition(ctx, tx, draft.Form, draft.FormVersion)
		if err != nil {
			return err
		}
		version := draft.Version
		for _, page := range definition.Pages {
			saved, err := w.App.Forms.SavePage(ctx, tx, draft.ID, version, page.ID, forms.Answers{Values: answers})
			if err != nil {
				return err
			}
			version = saved.Version
		}
		return nil
	}))
	for _, field := range []string{"site_plan", "floor_plans", "sections", "facades"} {
		_, err := w.App.Applications.AddFile(ctx, draft.ID, field, w.put(field+".pdf"))
		w.must(err)
	}
	return draft.ID
}

// answersOf are the answers of the mother's draft as they stand.
func (w *world) answersOf(draft string) map[string]any {
	w.Helper()
	o, err := w.App.Applications.Open(w.mother(), draft)
	w.must(err)
	return o.Draft.Answers.Values
}

// begun is a notice for a draft that is not sent.
func (w *world) begun(draft string) neighbours.Notice {
	w.Helper()
	n, err := w.App.Neighbours.Begin(w.mother(), neighbours.Source{DraftID: draft})
	w.must(err)
	return n
}

// sent is a notice for a draft, sent to everybody, with the letters posted.
func (w *world) sent(draft string) neighbours.Notice {
	w.Helper()
	n := w.unposted(draft)
	w.letters(n)
	return n
}

// unposted is a notice for a draft that is sent, with the letters still in the print
// room.
func (w *world) unposted(draft string) neighbours.Notice {
	w.Helper()
	n, err := w.App.Neighbours.Send(w.mother(), w.begun(draft).ID, 0)
	w.must(err)
	w.Settle()
	return n
}

func (w *world) view(n neighbours.Notice) neighbours.View {
	w.Helper()
	v, err := w.App.Neighbours.View(w.mother(), n.ID)
	w.must(err)
	return v
}

// staff is the notice as a case worker reads it: with names.
func (w *world) staff(n neighbours.Notice) neighbours.View {
	w.Helper()
	v, err := w.App.Neighbours.View(w.planner(), n.ID)
	w.must(err)
	return v
}

// line is how it stands with one of those notified, by name, as the staff see it.
func (w *world) line(n neighbours.Notice, name string) neighbours.Line {
	w.Helper()
	for _, l := range w.staff(n).Lines {
		if strings.Contains(l.About.Name, name) {
			return l
		}
	}
	w.Fatalf("%s is not notified", name)
	return neighbours.Line{}
}

// of is how it stands with a player.
func (w *world) of(n neighbours.Notice, part demo.Part) neighbours.Line {
	w.Helper()
	p, _ := w.Demo.Population().Player(torgoy, part)
	return w.line(n, p.Name.Full())
}

// message is the newest message of a kind to a player.
func (w *world) message(kind string, part demo.Part) notify.Item {
	w.Helper()
	items, err := w.App.Notify.List(w.system(), notify.Filter{PersonID: w.id(part)})
	w.must(err)
	for _, item := range items {
		if item.Kind == kind {
			return item
		}
	}
	w.Fatalf("%s has no message %s", part, kind)
	return notify.Item{}
}

// told counts the messages of a kind.
func (w *world) told(kind string) (n int) {
	w.Helper()
	items, err := w.App.Notify.Outbox(w.system(), 500)
	w.must(err)
	for _, item := range items {
		if item.Kind == kind {
			n++
		}
	}
	return n
}

// code is what stands in the notice to a player.
func (w *world) code(part demo.Part) string {
	w.Helper()
	_, code, ok := strings.Cut(w.message("neighbours.notice", part).Body.Action.URL, "/notice/")
	if !ok {
		w.Fatal("the message has no code")
	}
	return code
}

// reply answers as a player.
func (w *world) reply(n neighbours.Notice, part demo.Part, in neighbours.Reply) {
	w.Helper()
	_, err := w.App.Neighbours.Answer(w.As(torgoy, part), neighbours.Key{ID: w.of(n, part).ID}, in)
	w.must(err)
	w.Settle()
}

// submit sends the mother's application.
func (w *world) submit(draft string) cases.Case {
	w.Helper()
	c, err := w.App.Applications.Submit(w.mother(), draft)
	w.must(err)
	w.Settle()
	return c
}

// conflict expects a refusal with the key.
func (w *world) refused(err error, key string) {
	w.Helper()
	if e := errs.Of(err); e == nil || e.Key != key {
		w.Errorf("got %v, want %s", err, key)
	}
}

// kind expects a refusal of the kind.
func (w *world) kind(err error, kind errs.Kind) {
	w.Helper()
	if !errs.Is(err, kind) {
		w.Errorf("got %v, want kind %v", err, kind)
	}
}

// wrong expects exactly these fields to be wrong.
func (w *world) wrong(err error, names ...string) {
	w.Helper()
	e := errs.Of(err)
	if e == nil || len(e.Fields) != len(names) {
		w.Errorf("got %v, want %v", err, names)
		return
	}
	for i, name := range names {
		if e.Fields[i].Name != name {
			w.Errorf("field %s, want %s", e.Fields[i].Name, name)
		}
	}
}

func (w *world) count(query string, args ...any) (n int64) {
	w.Helper()
	w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], query, append([]any{tx.Tenant}, args...)...)
		return err
	}))
	return n
}

func (w *world) audited(action string) int64 {
	w.Helper()
	return w.count(`select count(*) from audit_entries where tenant_id = $1 and action = $2`, "neighbours."+action)
}

// entries are the texts of the lines of a kind that the party reads in the journal.
func (w *world) entries(c cases.Case, kind cases.EntryKind) (texts []string) {
	w.Helper()
	v, err := w.App.Cases.View(w.mother(), c.ID)
	w.must(err)
	for _, e := range v.Entries {
		if e.Kind == kind {
			texts = append(texts, e.Text)
		}
	}
	return texts
}

// fillIn writes answers in the mother's draft as she would.
func (w *world) fillIn(draft string, values map[string]any) error {
	w.Helper()
	ctx := w.mother()
	return w.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d, err := w.App.Forms.Draft(ctx, tx, draft)
		if err != nil {
			return err
		}
		definition, err := w.App.Forms.Definition(ctx, tx, d.Form, d.FormVersion)
		if err != nil {
			return err
		}
		answers := d.Answers
		for name, value := range values {
			answers.Values[name] = value
			if d, err = w.App.Forms.SavePage(ctx, tx, draft, d.Version, definition.PageOf(name).ID, answers); err != nil {
				return err
			}
		}
		return nil
	})
}

// rule is the clock over the decision of a case.
func (w *world) rule(c cases.Case) (rule string) {
	w.Helper()
	w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) error {
		list, err := w.App.Deadlines.ForCase(ctx, tx, c.ID)
		for _, d := range list {
			if strings.HasPrefix(d.Timer.Rule.Key, "building.") {
				rule = d.Timer.Rule.Key
			}
		}
		return err
	}))
	return rule
}

// decide grants a building case.
func (w *world) decide(c cases.Case) {
	w.Helper()
	planner := w.planner()
	v, err := w.App.Cases.View(planner, c.ID)
	w.must(err)
	taken, err := w.App.Cases.AssignToMe(planner, c.ID, v.Case.Version)
	w.must(err)
	_, err = w.App.Cases.Decide(planner, c.ID, taken.Version, cases.Decision{
		Outcome: cases.OutcomeGranted, Values: map[string]string{"permit": "one_step"}, LegalBasis: "plan- og bygningsloven § 20-4",
		Reasons: "Tiltaket er i samsvar med planen og loven.", Appeal: "Du kan klage innen tre uker.", Version: cases.AnyVersion,
	})
	w.must(err)
	w.Settle()
}
