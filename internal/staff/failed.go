package staff

import (
	"time"

	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
)

// FailedJob is a job that Torg has given up: a dead letter. It names its thing by
// no more than its own id.
type FailedJob struct {
	ID, Kind string
	Attempts int
	At       time.Time // when it was given up
}

// FailedMessage is a message that did not reach anybody. It tells neither who it
// is for nor what it says.
type FailedMessage struct {
	ID, Kind string
	State    notify.State
	Code     string // what the other side answered, "" when it said nothing
	Attempts int
	At       time.Time // when it was made
	// Mendable is false when there is no address it could be sent to.
	Mendable bool
}

// FailedWork is what a municipality's administrator must look after.
type FailedWork struct {
	Jobs     []FailedJob
	Messages []FailedMessage
	More     bool // there is more than is shown
}

func failedJob(row jobs.Row) FailedJob {
	return FailedJob{ID: row.ID, Kind: row.Kind, Attempts: row.Attempt, At: row.EndedAt}
}

func failedMessage(item notify.Item) FailedMessage {
	return FailedMessage{
		ID: item.ID, Kind: item.Kind, State: item.State, Code: item.LastError, Attempts: item.Attempts, At: item.CreatedAt,
		Mendable: item.Address != "",
	}
}
