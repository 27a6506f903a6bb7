package around

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// planMany is told when an import changes more plans than anybody is told of one by one.
const planMany = "many"

// notePlan writes down what became of a plan on a day. What another layer, or another
// import, has said of it that day is put together with it: the zones of a new plan that
// come before the plan itself do not make it one that is changed. Somebody who was told
// already is told what is new. The event keeps all that was said, so that the same said
// twice, by a job that is run again, changes nothing.
func (s *Service) notePlan(ctx context.Context, tx *store.Tx, p planChange, day string) error {
	e := event{Key: "plan:" + p.number + ":" + day, Kind: TopicPlans, Subject: p.number, Label: labelOf(p.said, p.name), Shape: p.ground}
	before, found, err := eventByKey(ctx, tx, e.Key)
	if err != nil {
		return err
	}
	if !found {
		return s.note(ctx, tx, e)
	}
	was, name := saidOf(before.Label)
	if name == "" {
		name = p.name
	}
	all := slices.Concat(was, p.said)
	if what := together(all...); what != together(was...) {
		told, err := isTold(ctx, tx, before.ID)
		if err != nil {
			return err
		}
		if told {
			e.Key, e.Label = e.Key+":"+what, labelOf(all, name)
			return s.note(ctx, tx, e)
		}
	}
	return s.amend(ctx, tx, before, labelOf(all, name), p.ground)
}

// labelOf is what was said of a plan on a day, and its name, as the event keeps it.
func labelOf(said []string, name string) string {
	said = slices.Clone(said)
	slices.Sort(said)
	return strings.Join(slices.Compact(said), ",") + "\t" + name
}

// toldOf is what became of the plan of a label, in one word, and its name.
func toldOf(label string) (what, name string) {
	said, name := saidOf(label)
	if slices.Contains(said, planMany) {
		return planMany, name
	}
	return together(said...), name
}

// saidOf takes the label of a plan's event apart.
func saidOf(label string) (said []string, name string) {
	first, name, _ := strings.Cut(label, "\t")
	return strings.Split(first, ","), name
}

// amend puts more to an event that nobody has been told of as something else. Areas
// that only the new ground touches are looked for; ground within the box of what is
// known is the plan's own, drawn by another layer.
func (*Service) amend(ctx context.Context, tx *store.Tx, e event, label string, ground orb.MultiPolygon) error {
	all, _ := e.Shape.(orb.MultiPolygon)
	known, more := all.Bound(), ground.Bound()
	within := len(all) > 0 && known.Contains(more.Min) && known.Contains(more.Max)
	if within && label == e.Label {
		return nil
	}
	e.Label = label
	if !within {
		e.Shape = append(all.Clone(), ground...)
	}
	if err := updateEvent(ctx, tx, e); err != nil || within {
		return err
	}
	return jobs.Enqueue(ctx, tx, matchArgs{EventID: e.ID})
}

// manyPlans tells of an import that has changed more plans than are told of one by one:
// whoever follows plans there is told that it is so, once a day, and the department that
// has building cases that nobody was told which.
func (s *Service) manyPlans(ctx context.Context, changes []planChange, day string) error {
	e := event{Key: "plans:" + day, Kind: TopicPlans, Label: planMany + "\t" + strconv.Itoa(len(changes)), Shape: boxes(changes)}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, stands, err := eventByKey(ctx, tx, e.Key)
		if err != nil || stands {
			return err
		}
		if err := s.note(ctx, tx, e); err != nil {
			return err
		}
		return s.tellStaff(ctx, tx, len(changes), day)
	})
}

// boxes are where many plans lie: about, since they are many.
func boxes(changes []planChange) orb.MultiPolygon {
	list := make(orb.MultiPolygon, 0, len(changes))
	for _, p := range changes {
		list = append(list, p.ground.Bound().ToPolygon())
	}
	return list
}

// tellStaff writes to the mailbox of the department that has building cases. Without
// one it stands in the log alone.
func (s *Service) tellStaff(ctx context.Context, tx *store.Tx, plans int, day string) error {
	s.Log.WarnContext(ctx, "an import changed more plans than subscribers are told of one by one", "plans", plans, "most", maxPlanNews)
	if s.Department == nil {
		return nil
	}
	list, err := tenant.Departments(ctx, tx)
	if err != nil {
		return fmt.Errorf("around: departments: %w", err)
	}
	for _, d := range list {
		if d.ID == s.Department(ctx) && d.Email != "" {
			return s.writeStaff(ctx, tx, d.Email, plans, day)
		}
	}
	return nil
}

func dayText(words *i18n.Localizer, day string) string {
	d, err := clock.ParseDate(day)
	if err != nil {
		return day
	}
	return words.Date(d)
}
