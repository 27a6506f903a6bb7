package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// The values that KindOptions leaves out.
const (
	defaultMaxAttempts = 20
	defaultTimeout     = time.Minute
	newerVersionWait   = 30 * time.Second
)

// KindOptions says how jobs of a kind are run.
type KindOptions struct {
	// Lane is LaneMessage unless said.
	Lane Lane
	// MaxAttempts is 20 unless said: with the usual backoff, half a day.
	MaxAttempts int
	// Timeout ends a run's context; a minute unless said, negative for never.
	Timeout time.Duration
	// Concurrency is the number of jobs of this kind that one process runs at a
	// time; 0 is no limit of its own.
	Concurrency int
	// Backoff is the wait after the attempt that failed, counted from 1.
	Backoff func(attempt int) time.Duration
	// Upgrade turns arguments of a lower version into today's.
	Upgrade func(version int, args []byte) ([]byte, error)
}

// Registry knows the workers. It is filled when the program is put together and
// then only read.
type Registry struct {
	kinds     map[string]*kind
	periodics []*periodic
	held      sync.Map // kinds that are left lying
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry { return &Registry{kinds: map[string]*kind{}} }

// kind is a registered worker without its type.
type kind struct {
	KindOptions

	name string
	work func(context.Context, *task) error
}

// Register tells which function does the work of T's kind. The context it gets
// is bound to the job's tenant, if it has one, and ends with the timeout, when
// the lease is lost and when the runner is told to stop for good. A kind
// registered twice is a mistake in the program and panics.
func Register[T Args](r *Registry, o KindOptions, work func(context.Context, Job[T]) error) {
	var zero T
	k := &kind{KindOptions: o.withDefaults(), name: zero.Kind()}
	if k.name == "" || !k.Lane.valid() {
		panic(fmt.Sprintf("jobs: kind %q in lane %q cannot be registered", k.name, k.Lane))
	}
	if r.kinds[k.name] != nil {
		panic("jobs: kind registered twice: " + k.name)
	}
	k.work = func(ctx context.Context, t *task) error {
		args, err := decode[T](k, t)
		if err != nil {
			return err
		}
		return work(ctx, Job[T]{ID: t.id, Attempt: int(t.attempt), Tenant: t.tenant, Args: args, CreatedAt: t.createdAt.Time, task: t})
	}
	r.kinds[k.name] = k
}

func (o KindOptions) withDefaults() KindOptions {
	if o.Lane == "" {
		o.Lane = LaneMessage
	}
	if o.MaxAttempts <= 0 {
		o.MaxAttempts = defaultMaxAttempts
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.Backoff == nil {
		o.Backoff = Backoff
	}
	return o
}

// decode reads the arguments in the version they were written in.
func decode[T Args](k *kind, t *task) (T, error) {
	var args T
	raw, today := t.args, int64(versionOf(args))
	switch {
	case t.version > today:
		// A newer release runs beside this one and will take it.
		return args, Snooze(newerVersionWait)
	case t.version < today && k.Upgrade != nil:
		var err error
		if raw, err = k.Upgrade(int(t.version), raw); err != nil {
			return args, fmt.Errorf("jobs: upgrade arguments of version %d: %w", t.version, err)
		}
	case t.version < today:
		return args, Cancel(fmt.Errorf("jobs: %s no longer knows version %d", k.name, t.version))
	}
	if err := json.Unmarshal(raw, &args); err != nil {
		return args, fmt.Errorf("jobs: read arguments of %s: %w", k.name, err)
	}
	return args, nil
}

func versionOf(args Args) int {
	if v, ok := args.(Versioned); ok {
		return v.KindVersion()
	}
	return 1
}

// Kinds returns the names of all registered kinds, in their order.
func (r *Registry) Kinds() []string { return slices.Sorted(maps.Keys(r.kinds)) }
