package neighbours

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// notifiedADay bounds how many a person has the municipality notify in a day: it writes
// to them in its own name.
const notifiedADay = 600

// lookedUpADay bounds how often a person has it look up in a day who owns what lies around
// a property: each is a look in the register of properties.
const lookedUpADay = 30

// ground is the properties of a notice with those who own them.
type ground struct {
	places []Place
	owners map[string][]Owner
}

// ownGround looks up who owns what is to be built on. It asks a register over the
// network.
func (s *Service) ownGround(ctx context.Context, own []Place) (g ground, err error) {
	g.places = own
	if g.owners, err = s.ownersAt(ctx, wanted(own)); err != nil {
		return g, fmt.Errorf("neighbours: who owns the ground: %w", err)
	}
	return g, nil
}

// owns reports whether one of some owns a property, or a flat of it.
func (g ground) owns(p Place, keys []string) bool {
	return slices.ContainsFunc(wanted([]Place{p}), func(ref string) bool {
		return slices.ContainsFunc(g.owners[ref], func(o Owner) bool { return o.isOneOf(keys) })
	})
}

// ownedBy reports whether some own all of it, and whether they own any.
func (g ground) ownedBy(keys []string) (all, some bool) {
	all = len(g.places) > 0
	for _, p := range g.places {
		if g.owns(p, keys) {
			some = true
		} else {
			all = false
		}
	}
	return all, some
}

// keysOf are what knows those again for whom the actor begins a notice, among owners: the
// developer, and the child or organisation whose guardian or representative she is.
func (s *Service) keysOf(ctx context.Context, sender string) (keys []string, err error) {
	persons := []string{sender}
	if actor := identity.From(ctx); actor.Represents(kindOfCase) && actor.OnBehalfOf != sender {
		persons = append(persons, actor.OnBehalfOf)
	}
	for _, person := range persons {
		own, err := s.keysOfPerson(ctx, person)
		if err != nil {
			return nil, err
		}
		keys = append(keys, own...)
	}
	return keys, nil
}

// entitle refuses whoever has nothing to do with a property: the municipality writes to
// the neighbours in its own name, and looks up who they are. The developer owns it, or
// acts for an owner, or is applying, or has applied, to build on it.
func (s *Service) entitle(ctx context.Context, n *Notice, own []Place) error {
	g, err := s.ownGround(ctx, own)
	if err != nil {
		return err
	}
	keys, err := s.keysOf(ctx, n.Sender)
	if err != nil {
		return err
	}
	all, some := g.ownedBy(keys)
	n.Texts.CopyToOwner = !all
	if some || n.DraftID != "" {
		return nil
	}
	applies, err := s.applies(ctx, *n)
	if err == nil && !applies {
		err = errs.InvalidFields(errs.Field{Name: "property", Key: "neighbours.not_yours", Args: []any{"property", n.Property()}})
	}
	return err
}

// applies reports whether the developer is applying to build on a property, or has.
func (s *Service) applies(ctx context.Context, n Notice) (found bool, err error) {
	mine, err := s.Cases.Mine(ctx)
	if err != nil {
		return false, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		drafts, err := s.bindable(ctx, tx, n)
		if found = len(drafts) > 0; err != nil || found {
			return err
		}
		for _, c := range mine {
			if c.Kind != kindOfCase || c.Applicant != n.Sender || c.Submission == "" {
				continue
			}
			sent, err := s.Forms.Submission(ctx, tx, c.Submission)
			if errs.Is(err, errs.KindNotFound) {
				continue
			}
			if found = err == nil && overlap(n.Properties, refsOf(sent.Values)); err != nil || found {
				return err
			}
		}
		return nil
	})
	return found, err
}

// fewEnough bounds how many a person has notified in a day.
func (*Service) fewEnough(ctx context.Context, tx *store.Tx, n Notice, more int) error {
	ok, err := spend(ctx, tx, n.Sender, 0, more)
	if err == nil && !ok {
		err = errs.TooMany(24*time.Hour, "neighbours.too_many_notified", "most", notifiedADay)
	}
	return err
}

// askedFew counts, before it is done, that a person has the municipality look up who owns
// what lies around a property, also when she is then refused.
func (s *Service) askedFew(ctx context.Context, sender string) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		ok, err := spend(ctx, tx, sender, 1, 0)
		if err == nil && !ok {
			err = errs.TooMany(time.Hour, "neighbours.too_many_begun")
		}
		return err
	})
}

// ownersToTell are those who own what is to be built on, where the developer does not:
// they get a copy, so that nobody has the municipality write about somebody else's
// ground without her hearing of it. Whom the municipality cannot reach gets none.
func (s *Service) ownersToTell(ctx context.Context, n Notice) (persons []string, err error) {
	var own []Place
	for _, ref := range n.Properties {
		place, _, err := s.Around.Around(ctx, ref)
		if errs.Is(err, errs.KindNotFound) {
			continue // it has got another number since
		}
		if err != nil {
			return nil, fmt.Errorf("neighbours: what is to be built on: %w", err)
		}
		own = append(own, place)
	}
	if len(own) == 0 {
		return nil, nil
	}
	g, err := s.ownGround(ctx, own)
	if err != nil {
		return nil, err
	}
	keys, err := s.keysOf(ctx, n.Sender)
	if err != nil {
		return nil, err
	}
	var list []Recipient
	for _, p := range own {
		if g.owns(p, keys) {
			continue
		}
		for _, o := range ownersOf(p, g.owners) {
			if r := o.recipient(); o.key() != "" && r.Way == ByTorg {
				list = append(list, r)
			}
		}
	}
	if list, _, err = s.meet(ctx, n, list); err != nil {
		return nil, err
	}
	for _, r := range list {
		if r.PersonID != "" && r.PersonID != n.Sender && !slices.Contains(persons, r.PersonID) {
			persons = append(persons, r.PersonID)
		}
	}
	return persons, nil
}

// copyTo sends the owners of what is to be built on a copy of the notice.
func (s *Service) copyTo(ctx context.Context, tx *store.Tx, n Notice, owners []string) error {
	for _, person := range owners {
		p, err := s.Identity.PersonIn(ctx, tx, person)
		if err != nil {
			return err
		}
		words := s.wordsFor(ctx, p)
		_, err = s.write(ctx, tx, p, words, letter{
			what: "owner_copy", thread: thread(n.ID), dedupe: n.ID + ":" + person + ":copy", path: "/property/" + strings.ReplaceAll(n.Properties[0], "/", "-"),
			open: "open_property", class: notify.Reminder, args: []any{"address", placeOf(n)}, paragraphs: copyText(ctx, words, n),
		})
		if err != nil {
			return err
		}
		err = audit.Record(ctx, tx, audit.Event{Action: "neighbours.owner_copy", Object: audit.Ref{Type: "notice", ID: n.ID}, Subject: person})
		if err != nil {
			return err
		}
	}
	return nil
}

// copyText is what the copy says.
func copyText(ctx context.Context, words *i18n.Localizer, n Notice) []string {
	text := []string{
		words.T("neighbours.mail.owner_copy.text", "name", n.Texts.SenderName, "address", placeOf(n), "property", n.Property(), "municipality", tenant.From(ctx).Name.In(words.Lang())),
		words.T("neighbours.mail.notice.works") + "\n" + n.Texts.Description,
	}
	if len(n.Texts.Dispensations) > 0 {
		text = append(text, words.T("neighbours.mail.notice.dispensations")+"\n– "+strings.Join(n.Texts.Dispensations, "\n– "))
	}
	return append(text, words.T("neighbours.mail.owner_copy.unknown"))
}
