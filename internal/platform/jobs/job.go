package jobs

import (
	"errors"
	"fmt"
	"time"
)

// Args is what a job is told. It is written as JSON and holds ids only.
type Args interface {
	// Kind names the work, prefixed with its module: "notify.send".
	Kind() string
}

// Versioned is implemented by Args whose JSON has changed its meaning. Without
// it the version is 1. A process that knows only lower versions leaves the job
// to a newer one; lower versions pass KindOptions.Upgrade.
type Versioned interface {
	KindVersion() int
}

// Job is one run of a job.
type Job[T Args] struct {
	ID string
	// Attempt is 1 the first time.
	Attempt int
	// Tenant is empty for a job of the platform.
	Tenant    string
	Args      T
	CreatedAt time.Time

	task *task
}

// Lane says who goes first.
type Lane string

// The lanes, in their order.
const (
	LaneAlarm   Lane = "alarm"
	LaneMessage Lane = "message"
	LaneBulk    Lane = "bulk"
)

// Lanes returns the lanes, the most urgent first.
func Lanes() []Lane { return []Lane{LaneAlarm, LaneMessage, LaneBulk} }

func (l Lane) valid() bool { return l == LaneAlarm || l == LaneMessage || l == LaneBulk }

// State is where a job stands.
type State string

// The states; the package comment explains them.
const (
	StateScheduled State = "scheduled"
	StatePending   State = "pending"
	StateAvailable State = "available"
	StateRunning   State = "running"
	StateCompleted State = "completed"
	StateCancelled State = "cancelled"
	StateDiscarded State = "discarded"
)

// Finished reports whether a job in this state is over.
func (s State) Finished() bool {
	return s == StateCompleted || s == StateCancelled || s == StateDiscarded
}

// ErrLeaseLost says that the job is no longer this worker's: its lease passed
// and somebody else may have taken it. Roll back.
var ErrLeaseLost = errors.New("jobs: the lease was lost")

// errStopping is the cause with which running jobs are ended at a stop.
var errStopping = errors.New("jobs: the runner stops")

type snoozeError struct{ wait time.Duration }

// Error implements error.
func (e *snoozeError) Error() string { return fmt.Sprintf("jobs: snoozed for %v", e.wait) }

// Snooze is returned by a worker that cannot do its work yet. The job runs
// again after the wait, and the attempt does not count.
func Snooze(wait time.Duration) error { return &snoozeError{wait: max(0, wait)} }

type cancelError struct{ cause error }

// Error implements error.
func (e *cancelError) Error() string { return fmt.Sprintf("jobs: cancelled: %v", e.cause) }

// Unwrap returns the reason.
func (e *cancelError) Unwrap() error { return e.cause }

// Cancel is returned by a worker whose work shall not be done at all, for the
// given reason. The job is kept as cancelled and not tried again.
func Cancel(reason error) error { return &cancelError{cause: reason} }
