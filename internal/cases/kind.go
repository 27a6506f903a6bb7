package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// The outcomes that every kind shares.
const (
	OutcomeGranted = "granted" // innvilget
	OutcomeRefused = "refused" // avslag
	// OutcomeLapsed is of a case that has fallen away without a decision (bortfalt), as
	// when the one it was about has died. Its status is Withdrawn.
	OutcomeLapsed = "lapsed"
)

// Kind is a kind of case, registered by the service whose cases they are.
type Kind struct {
	// Key names it: "kindergarten". One that belongs to another begins with its key and
	// "_": whoever has a mandate for "building" has it for "building_conference" too.
	Key string
	// Title is the message key of its name: "kindergarten.case.title".
	Title string
	// Form is the key of the form whose submissions become such cases, and Facts
	// what that form must know of the one it is about.
	Form  string
	Facts func(subject identity.Person, otherGuardian bool) map[string]any
	// Advice tells the case worker what the rules say of the answers, each with
	// its source; may be nil. It decides nothing.
	Advice func(c Case, subject identity.Person, answers map[string]any, words *i18n.Localizer) []Term
	// Service is the name that switches the kind on for a municipality.
	Service string
	// Icon and Intro show the form on the front page: an icon of package ui and a
	// message key.
	Icon, Intro string
	// Ahead is a page of the service's own that a draft begins on, before the pages of
	// its form; may be empty.
	Ahead Ahead
	// Also is a further page about the service for the front page; may be empty.
	Also Link
	// Setting names the tenant's setting that holds the department new cases
	// come to.
	Setting string
	// Offer says that what is granted is an offer that the party accepts or
	// declines.
	Offer bool
	// InTurn says that cases are handled in the order they come in, so that a place
	// in line means something.
	InTurn bool
	// Again says that somebody may have several open applications for one child.
	Again bool
	// Instead is the page below a case's address on which the staff bring such a case to
	// its end when that is no decision (enkeltvedtak): "conference". Nothing is decided in
	// it then, no letter is written and there is nothing to appeal against. Its text is
	// what the case worker is told to do. Empty for the kinds that end with a decision.
	Instead Link
	// Fields returns what a granting decision must hold besides the reasons,
	// with the choices there are now.
	Fields func(ctx context.Context, tx *store.Tx) ([]DecisionField, error)
	// Check returns what is wrong with a decision; the fields' names are the
	// DecisionFields'.
	Check func(ctx context.Context, tx *store.Tx, c Case, d Decision) ([]errs.Field, error)
	// Terms tells what was decided, as it stands in the letter and on the page.
	Terms func(ctx context.Context, tx *store.Tx, d Decision, words *i18n.Localizer) ([]Term, error)
	// ByLaw are the values of the decision that the law makes when the municipality
	// has made none in time; nil where it makes none.
	ByLaw map[string]string
	// Basis suggests the legal basis of an outcome: a message key.
	Basis func(outcome string) string
	// Decided and Answered happen in the transaction of the decision and of the
	// party's answer; both may be nil.
	Decided  func(ctx context.Context, tx *store.Tx, c Case, d Decision) error
	Answered func(ctx context.Context, tx *store.Tx, c Case, d Decision, answer Answer) error
	// Withdrawn happens in the transaction in which nothing more comes of a case: it is
	// taken back, or has fallen away. What an earlier decision in it gave is free again.
	// May be nil.
	Withdrawn func(ctx context.Context, tx *store.Tx, c Case) error
}

// Undecided reports whether such cases end without a decision.
func (k Kind) Undecided() bool { return k.Instead.Href != "" }

// decides refuses a decision in a case that ends without one, as if it had no such page.
func (k Kind) decides() error {
	if k.Undecided() {
		return errs.NotFound("errs.not_found")
	}
	return nil
}

// Ahead is a page of a service's own, below the address of a draft. It goes with the
// versions of the form that have its fact.
type Ahead struct {
	Path  string // below the draft's address: "site"
	Title string // message key, for the steps of the form
	Fact  string // of the form
	Carry string // what the address of the form may hold for the page: "property"
}

// Link leads to a page: its title and text are message keys.
type Link struct{ Title, Text, Href string }

// DecisionField is a value that a granting decision must hold.
type DecisionField struct {
	Name    string
	Label   string // message key
	Type    string // "select", "date" or "text", which may be left empty
	Choices []Choice
}

// Choice is one value of a select.
type Choice struct {
	Value string
	Text  i18n.Text
	Left  int64 // how many there are left to give, or Uncounted
}

// Uncounted says of a choice that there is no number of it to give away.
const Uncounted = -1

// Term is a line of the letter and the page: what, and its value, as text.
type Term struct{ Label, Value string }

// Kinds is the register of kinds. It is filled at start.
type Kinds struct {
	byKey map[string]Kind
	order []string
	// companions follow every case, in the order of registration.
	companions []Companion
}

// NewKinds returns an empty register.
func NewKinds() *Kinds { return &Kinds{byKey: map[string]Kind{}} }

// Register adds a kind; two with one key are a mistake in the program.
func (k *Kinds) Register(kind Kind) {
	if _, twice := k.byKey[kind.Key]; twice || kind.Key == "" {
		panic(fmt.Sprintf("cases: kind %q is registered twice or has no key", kind.Key))
	}
	k.byKey[kind.Key] = kind
	k.order = append(k.order, kind.Key)
}

// CheckHandler asks whether the actor may do to a case what only those who are
// impartial may (forvaltningsloven § 6), for another service.
func (s *Service) CheckHandler(ctx context.Context, tx *store.Tx, perm access.Permission, c Case) error {
	if err := s.CheckCase(ctx, perm, c); err != nil {
		return err
	}
	return s.impartial(ctx, tx, identity.From(ctx), perm, c)
}

// gaveUp lets the kind hear that nothing more comes of a case.
func (s *Service) gaveUp(ctx context.Context, tx *store.Tx, before Status, c Case) error {
	if before == Withdrawn || c.Status != Withdrawn {
		return nil
	}
	kind, err := s.kinds.Get(c.Kind)
	if err != nil || kind.Withdrawn == nil {
		return err
	}
	return kind.Withdrawn(ctx, tx, c)
}

// Get returns a kind.
func (k *Kinds) Get(key string) (Kind, error) {
	kind, ok := k.byKey[key]
	if !ok {
		return Kind{}, fmt.Errorf("cases: unknown kind %q", key)
	}
	return kind, nil
}

// ByForm returns the kind whose form has the key.
func (k *Kinds) ByForm(form string) (Kind, bool) {
	for _, kind := range k.byKey {
		if kind.Form == form {
			return kind, true
		}
	}
	return Kind{}, false
}

// All returns the kinds in the order of registration.
func (k *Kinds) All() []Kind {
	list := make([]Kind, 0, len(k.order))
	for _, key := range slices.Clone(k.order) {
		list = append(list, k.byKey[key])
	}
	return list
}
