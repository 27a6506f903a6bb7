package staff

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// PermFailed is to see the work that Torg has given up, and to have it done again
// or put away.
const PermFailed access.Permission = "failed.manage"

// Post is what the service needs of package notify.
type Post interface {
	List(ctx context.Context, f notify.Filter) ([]notify.Item, error)
	Retry(ctx context.Context, tx *store.Tx, id string) error
}

// Keys is what the service needs of package keys.
type Keys interface {
	Warm(ctx context.Context, tenantID string) error
}

// failedLength is how much failed work of each sort is shown: whoever has more
// has one fault that made it all, and mends that first.
const failedLength = 100

// Failed returns the dead letters and the messages that did not reach anybody,
// the newest first. It shows ids and kinds only, so that whoever keeps the
// municipality's machinery running reads nobody's case (personvernforordningen
// art. 5 nr. 1 c).
func (s *Service) Failed(ctx context.Context) (w FailedWork, err error) {
	if err := s.everywhere(ctx, PermFailed); err != nil {
		return FailedWork{}, err
	}
	var dead []jobs.Row
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		dead, err = jobs.ListIn(ctx, tx, jobs.Filter{State: jobs.StateDiscarded, Limit: failedLength + 1})
		return err
	})
	if err != nil {
		return FailedWork{}, err
	}
	messages, err := s.unread(ctx)
	if err != nil {
		return FailedWork{}, err
	}
	w.More = len(dead) > failedLength || len(messages) > failedLength
	for _, row := range dead[:min(len(dead), failedLength)] {
		w.Jobs = append(w.Jobs, failedJob(row))
	}
	for _, item := range messages[:min(len(messages), failedLength)] {
		w.Messages = append(w.Messages, failedMessage(item))
	}
	return w, nil
}

// unread returns the messages that failed or came back, the newest first.
func (s *Service) unread(ctx context.Context) (all []notify.Item, err error) {
	for _, state := range []notify.State{notify.Failed, notify.Bounced} {
		list, err := s.post.List(ctx, notify.Filter{State: state, Limit: failedLength + 1})
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b notify.Item) int { return strings.Compare(b.ID, a.ID) })
	return all, nil
}

// FailedJob returns one dead letter.
func (s *Service) FailedJob(ctx context.Context, id string) (j FailedJob, err error) {
	if err := s.everywhere(ctx, PermFailed); err != nil {
		return FailedJob{}, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := jobs.ListIn(ctx, tx, jobs.Filter{ID: id, State: jobs.StateDiscarded})
		if err == nil && (id == "" || len(list) == 0) {
			return errs.NotFound("errs.not_found")
		}
		if err == nil {
			j = failedJob(list[0])
		}
		return err
	})
	return j, err
}

// RetryJob has a job that was given up done again.
func (s *Service) RetryJob(ctx context.Context, id string) error {
	return s.mend(ctx, "staff.job_retried", audit.Ref{Type: "job", ID: id}, jobs.RetryIn)
}

// PutJobAway takes a dead letter from the list without doing it.
func (s *Service) PutJobAway(ctx context.Context, id string) error {
	return s.mend(ctx, "staff.job_put_away", audit.Ref{Type: "job", ID: id}, jobs.PutAwayIn)
}

// DiscardJob does the same with a job that Torg still tries: it is given up first,
// and put away when it was given up already.
func (s *Service) DiscardJob(ctx context.Context, id string) error {
	return s.mend(ctx, "staff.job_discarded", audit.Ref{Type: "job", ID: id}, func(ctx context.Context, tx *store.Tx, id string) error {
		err := jobs.PutAwayIn(ctx, tx, id)
		if errs.Is(err, errs.KindConflict) {
			return jobs.DiscardIn(ctx, tx, id)
		}
		return err
	})
}

// RetryMessage has a message that did not reach anybody sent again.
func (s *Service) RetryMessage(ctx context.Context, id string) error {
	if err := s.everywhere(ctx, PermFailed); err != nil {
		return err
	}
	if err := s.keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return err
	}
	return s.mend(ctx, "staff.message_retried", audit.Ref{Type: "message", ID: id}, s.post.Retry)
}

// mend changes one piece of failed work and records it.
func (s *Service) mend(ctx context.Context, action string, object audit.Ref, change func(context.Context, *store.Tx, string) error) error {
	if err := s.everywhere(ctx, PermFailed); err != nil {
		return err
	}
	if object.ID == "" {
		return errors.New("staff: no id")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := change(ctx, tx, object.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Action: action, Object: object})
	})
}
