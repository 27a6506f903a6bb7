package forms

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Where a version comes from.
const (
	OriginShipped = "shipped" // with a release
	OriginOwn     = "own"     // of the municipality
)

// Version is a version of a form as it is listed.
type Version struct {
	Key     string
	Version int64
	Digest  string
	Origin  string
	Live    bool
	Drafts  int64 // how many drafts stand on it that may still be sent
}

// Versions lists the tenant's forms, each with its versions, the newest first.
func (s *Service) Versions(ctx context.Context, tx *store.Tx) ([]Version, error) {
	list, err := listVersions(ctx, tx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Live = i == 0 || list[i-1].Key != list[i].Key
	}
	return list, nil
}

// Ship publishes a version that came with a release, unless the municipality has a
// version of its own: what it has changed itself stays until it changes it again.
func (s *Service) Ship(ctx context.Context, tx *store.Tx, d *Definition) error {
	live, err := findDefinition(ctx, tx, d.Key, 0)
	if err != nil && !errs.Is(err, errs.KindNotFound) {
		return err
	}
	if err == nil && live.Origin == OriginOwn {
		return nil
	}
	return s.publish(ctx, tx, d, OriginShipped)
}

// Behind tells which municipalities lack any of the definitions, by their ids. It
// reads them all in a platform transaction, so that a start of many municipalities
// writes only where there is something to write.
func (s *Service) Behind(ctx context.Context, tx *store.Tx, definitions []*Definition, tenants []string) ([]string, error) {
	have, err := everyVersion(ctx, tx)
	if err != nil {
		return nil, err
	}
	var behind []string
	for _, id := range tenants {
		for _, d := range definitions {
			if !have[tenantVersion{id, d.Key, d.Version, d.digest}] {
				behind = append(behind, id)
				break
			}
		}
	}
	return behind, nil
}

// Plan is what publishing a version would mean for the people who are filling in
// the form.
type Plan struct {
	Live    *Definition // nil when the tenant has no such form
	Next    *Definition
	Changes []Change
	Drafts  int // that would be moved when their writers say so
	Expired int // that have run out and are not looked at
	// Lost counts the drafts by what they would lose.
	Lost map[Loss]int
	// Newly counts, by field, the drafts whose answer is accepted now and would
	// have to be corrected: nothing is lost, but the person must do something.
	Newly map[string]int
}

// Losses returns what would be lost, sorted by field, without what is accepted.
func (p Plan) Losses(accepted ...string) []Loss {
	var losses []Loss
	for loss := range p.Lost {
		if !slices.Contains(accepted, loss.Field) {
			losses = append(losses, loss)
		}
	}
	slices.SortFunc(losses, func(a, b Loss) int {
		if a.Field != b.Field {
			return compareText(a.Field, b.Field)
		}
		return compareText(string(a.Kind), string(b.Kind))
	})
	return losses
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// PlanPublish replays every draft of the tenant on the new version, without
// changing any, and tells what would come of it. The tenant's keys are in memory.
func (s *Service) PlanPublish(ctx context.Context, tx *store.Tx, next *Definition) (Plan, error) {
	plan := Plan{Next: next, Lost: map[Loss]int{}, Newly: map[string]int{}}
	if err := s.sourcesKnown(next); err != nil {
		return plan, err
	}
	live, err := s.Live(ctx, tx, next.Key)
	if errs.Is(err, errs.KindNotFound) {
		plan.Changes = Diff(nil, next)
		return plan, nil
	}
	if err != nil {
		return plan, err
	}
	plan.Live, plan.Changes = live, Diff(live, next)
	after := ""
	for {
		rows, err := openDrafts(ctx, tx, next.Key, after)
		if err != nil {
			return plan, err
		}
		for _, row := range rows {
			after = row.ID
			if err := s.replay(ctx, tx, row, &plan); err != nil {
				return plan, err
			}
		}
		if len(rows) < draftBatch {
			return plan, nil
		}
	}
}

// replay moves one draft in memory.
func (s *Service) replay(ctx context.Context, tx *store.Tx, row draftRow, plan *Plan) error {
	if !row.expires.After(tx.Now.Time) {
		plan.Expired++
		return nil
	}
	draft, err := s.open(ctx, tx, row)
	if err != nil {
		return err
	}
	from, err := s.Definition(ctx, tx, draft.Form, draft.FormVersion)
	if err != nil {
		return err
	}
	plan.Drafts++
	answers, losses := moved(from, plan.Next, draft.Answers)
	slices.SortFunc(losses, func(a, b Loss) int { return compareText(a.Field+string(a.Kind), b.Field+string(b.Kind)) })
	for _, loss := range slices.Compact(losses) {
		plan.Lost[loss]++
	}
	before, after := s.wrong(ctx, tx, from, draft.Answers, draft.Facts), s.wrong(ctx, tx, plan.Next, answers, draft.Facts)
	for field := range after {
		if !before[field] && from.Field(field) != nil && answers.answers(field) && !lost(losses, field) {
			plan.Newly[field]++
		}
	}
	return nil
}

func lost(losses []Loss, field string) bool {
	return slices.ContainsFunc(losses, func(l Loss) bool { return l.Field == field })
}

// wrong are the answered fields with something wrong. Lists that cannot be read
// just now make nothing wrong: the plan is about the form.
func (s *Service) wrong(ctx context.Context, tx *store.Tx, d *Definition, a Answers, facts map[string]any) map[string]bool {
	found := map[string]bool{}
	env, err := s.Env(ctx, tx, d, facts)
	if err != nil {
		env = Env{Facts: facts, Today: clock.DateIn(tx.Now.Time)}
	}
	for _, f := range d.Validate(a, env) {
		found[fieldID(f.Name)] = true
	}
	return found
}

// PublishOwn publishes a version that the municipality has made itself, after
// PlanPublish in the same transaction. What would be lost is refused unless it is
// accepted by the name of its field. Drafts stay on the version they began with.
func (s *Service) PublishOwn(ctx context.Context, tx *store.Tx, next *Definition, accepted ...string) (Plan, error) {
	plan, err := s.PlanPublish(ctx, tx, next)
	if err != nil {
		return plan, err
	}
	if err := plan.Check(accepted...); err != nil {
		return plan, err
	}
	return plan, s.publish(ctx, tx, next, OriginOwn)
}

// Check refuses a version that is not the next one, that changes nothing, or with
// which something would be lost that is not accepted by the name of its field.
func (p Plan) Check(accepted ...string) error {
	if p.Live != nil && p.Live.digest == p.Next.digest {
		return errs.Conflict("forms.publish.same", "version", p.Live.Version)
	}
	if p.Live != nil && p.Next.Version != p.Live.Version+1 {
		return errs.Invalid("forms.publish.version", "version", p.Next.Version, "next", p.Live.Version+1)
	}
	if losses := p.Losses(accepted...); len(losses) > 0 {
		return errs.Conflict("forms.publish.refused", "count", len(losses))
	}
	return nil
}

// publish writes the version. Publishing it again does nothing; another text under
// the same version is an error, since drafts and submissions refer to the version.
func (s *Service) publish(ctx context.Context, tx *store.Tx, d *Definition, origin string) error {
	if err := s.sourcesKnown(d); err != nil {
		return err
	}
	if err := insertDefinition(ctx, tx, d, origin); err != nil {
		return err
	}
	row, err := findDefinition(ctx, tx, d.Key, d.Version)
	if err != nil {
		return err
	}
	if row.Digest != d.digest {
		return fmt.Errorf("forms: publish %q: version %d exists with other content", d.Key, d.Version)
	}
	return nil
}

func (s *Service) sourcesKnown(d *Definition) error {
	for _, name := range d.Sources() {
		if s.sources[name] == nil {
			return fmt.Errorf("forms: publish %q: nobody brings the list %q", d.Key, name)
		}
	}
	return nil
}
