package applications

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/staging"
	"github.com/torg-no/torg/internal/platform/store"
)

// Drafts returns what the person has begun and not sent, the newest first; of
// the one whom she represents when she acts for somebody. What she fills in for
// others at the counter stands on the counter's page.
func (s *Service) Drafts(ctx context.Context) (list []forms.DraftInfo, err error) {
	actor := identity.From(ctx)
	if err := s.access.Check(ctx, access.LoggedIn, access.Resource{Type: "self", ID: actor.PersonID, Owners: []string{actor.PersonID}}); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if list, err = s.forms.Drafts(ctx, tx, actor.Author()); err != nil {
			return err
		}
		counter, err := countersOf(ctx, tx, actor.PersonID)
		list = slices.DeleteFunc(list, func(d forms.DraftInfo) bool {
			kind, _ := s.cases.Kinds().ByForm(d.Form)
			atCounter := slices.ContainsFunc(counter, func(c Counter) bool { return c.Draft == d.ID })
			return atCounter || actor.Author() != actor.PersonID && !actor.Represents(kind.Key)
		})
		return err
	})
	return list, err
}

// Delete throws a draft away, with its files.
func (s *Service) Delete(ctx context.Context, id string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err := s.open(ctx, tx, id, PermWrite)
		if err != nil {
			return err
		}
		return s.throwAway(ctx, tx, o.Draft.ID)
	})
}

// sweepDrafts is how many drafts one transaction deletes.
const sweepDrafts = 200

// Sweep deletes the drafts of the context's municipality that have run out, with
// their files: what nobody sends is not kept. It reminds those whose signature
// is waited for, gives up what nobody signs, and erases what was sent without
// log-in and nobody came for. A periodic job calls it.
func (s *Service) Sweep(ctx context.Context) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	for {
		var swept int
		err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			swept, err = s.sweepSome(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
		if swept < sweepDrafts {
			return s.sweepRest(ctx)
		}
	}
}

// sweepRest is what else time does to applications.
func (s *Service) sweepRest(ctx context.Context) error {
	for _, step := range []func(context.Context) error{s.expire, s.remind, s.sweepUnbound, staging.Of(s.blobs).Sweep} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) sweepSome(ctx context.Context, tx *store.Tx) (int, error) {
	expired, err := s.forms.Expired(ctx, tx, sweepDrafts)
	if err != nil {
		return 0, err
	}
	for _, id := range expired {
		if err := s.throwAway(ctx, tx, id); err != nil {
			return 0, err
		}
	}
	return len(expired), nil
}

// sweepAll is Sweep within a transaction. There are few: those that ran out
// since the last hour's sweep.
func (s *Service) sweepAll(ctx context.Context, tx *store.Tx) error {
	for {
		swept, err := s.sweepSome(ctx, tx)
		if err != nil || swept < sweepDrafts {
			return err
		}
	}
}

// throwAway deletes a draft and its files.
func (s *Service) throwAway(ctx context.Context, tx *store.Tx, id string) error {
	if err := s.dropFiles(ctx, tx, id); err != nil {
		return err
	}
	if err := endCounter(ctx, tx, id); err != nil {
		return err
	}
	return s.forms.DeleteDraft(ctx, tx, id)
}

// dropFiles deletes what was attached to a draft.
func (s *Service) dropFiles(ctx context.Context, tx *store.Tx, draft string) error {
	if err := s.blobs.Uploads().RemoveFor(ctx, tx, blob.Owner{Type: "draft", ID: draft}); err != nil {
		return fmt.Errorf("applications: give up uploads: %w", err)
	}
	files, err := s.blobs.ListFor(ctx, tx, blob.Owner{Type: "draft", ID: draft})
	if err != nil {
		return fmt.Errorf("applications: list files: %w", err)
	}
	for _, f := range files {
		if err := s.blobs.Remove(ctx, tx, f.ID); err != nil {
			return fmt.Errorf("applications: remove file: %w", err)
		}
	}
	return nil
}
