package errs_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
)

func TestConstructors_sayKindKeyAndArguments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  *errs.Error
		kind errs.Kind
		key  string
		wait time.Duration
	}{
		"not found":   {errs.NotFound("a.b", "n", 1), errs.KindNotFound, "a.b", 0},
		"forbidden":   {errs.Forbidden("a.b", "n", 1), errs.KindForbidden, "a.b", 0},
		"conflict":    {errs.Conflict("a.b", "n", 1), errs.KindConflict, "a.b", 0},
		"too large":   {errs.TooLarge("a.b", "n", 1), errs.KindTooLarge, "a.b", 0},
		"too many":    {errs.TooMany(time.Minute, "a.b", "n", 1), errs.KindTooMany, "a.b", time.Minute},
		"unavailable": {errs.Unavailable(time.Second, "a.b", "n", 1), errs.KindUnavailable, "a.b", time.Second},
		"invalid":     {errs.Invalid("a.b", "n", 1), errs.KindInvalid, "a.b", 0},
	} {
		if c.err.Kind != c.kind || c.err.Key != c.key || c.err.RetryAfter != c.wait || c.err.Error() != c.key {
			t.Errorf("%s: %+v", name, c.err)
		}
		if diff := cmp.Diff([]any{"n", 1}, c.err.Args); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if !errs.Is(c.err, c.kind) || errs.Is(c.err, errs.KindInternal) {
			t.Errorf("%s is not of its kind", name)
		}
	}
	if login := errs.Login(); login.Kind != errs.KindLogin || login.Key != "errs.login" {
		t.Errorf("login: %+v", login)
	}
}

func TestInvalidFields_isNilWithoutFields(t *testing.T) {
	t.Parallel()
	if err := errs.InvalidFields(); err != nil {
		t.Errorf("no wrong field, and yet %v", err)
	}
	fields := []errs.Field{{Name: "children[0].name", Key: "errs.required"}, {Name: "email", Key: "x.email", Args: []any{"max", 200}}}
	err := errs.InvalidFields(fields...)
	fields[0].Name = "changed afterwards"
	e := errs.Of(err)
	if e == nil || e.Kind != errs.KindInvalid || e.Key != "errs.invalid" {
		t.Fatalf("got %+v", e)
	}
	if e.Fields[0].Name != "children[0].name" {
		t.Error("the error shares its fields with the caller")
	}
	if got, want := err.Error(), "errs.invalid children[0].name=errs.required email=x.email"; got != want {
		t.Errorf("for the log: %q", got)
	}
}

func TestBecause_leavesTheOriginalAlone(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk full")
	plain := errs.Unavailable(time.Second, "errs.unavailable")
	because := plain.Because(cause)
	if plain.Unwrap() != nil || plain.Error() != "errs.unavailable" {
		t.Error("the original has got the cause")
	}
	if !errors.Is(because, cause) || because.Error() != "errs.unavailable: disk full" {
		t.Errorf("got %v", because)
	}
	if because.Kind != plain.Kind || because.Key != plain.Key || because.RetryAfter != plain.RetryAfter {
		t.Error("the copy says something else")
	}
}

func TestOf_findsTheErrorInside(t *testing.T) {
	t.Parallel()
	inner := errs.NotFound("case.not_found")
	for name, err := range map[string]error{
		"itself":  inner,
		"wrapped": fmt.Errorf("open case: %w", inner),
		"twice":   fmt.Errorf("page: %w", fmt.Errorf("open case: %w", inner)),
		"joined":  errors.Join(errors.New("close"), inner),
	} {
		if got := errs.Of(err); got != inner {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, err := range map[string]error{"nil": nil, "internal": errors.New("boom"), "cancelled": context.Canceled} {
		if got := errs.Of(err); got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestOf_takesTheOutermost(t *testing.T) {
	t.Parallel()
	err := errs.Conflict("case.closed").Because(errs.NotFound("case.not_found"))
	if got := errs.Of(fmt.Errorf("close: %w", err)); got.Key != "case.closed" {
		t.Errorf("a person is told %q", got.Key)
	}
}

func TestIs_table(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  error
		kind errs.Kind
		want bool
	}{
		{"nil is of no kind", nil, errs.KindInternal, false},
		{"nil is not not-found", nil, errs.KindNotFound, false},
		{"without words it is internal", errors.New("boom"), errs.KindInternal, true},
		{"internal is nothing else", errors.New("boom"), errs.KindInvalid, false},
		{"wrapped", fmt.Errorf("x: %w", errs.Forbidden("a.b")), errs.KindForbidden, true},
		{"wrapped is not internal", fmt.Errorf("x: %w", errs.Forbidden("a.b")), errs.KindInternal, false},
		{"fields", errs.InvalidFields(errs.Field{Name: "n", Key: "k"}), errs.KindInvalid, true},
	} {
		if got := errs.Is(c.err, c.kind); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestCause_canBeAskedThroughTheWords(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("save: %w", errs.Conflict("errs.conflict").Because(context.DeadlineExceeded))
	if !errors.Is(err, context.DeadlineExceeded) || !errs.Is(err, errs.KindConflict) {
		t.Errorf("got %v", err)
	}
	if bare := errs.Conflict("errs.conflict").Because(nil); bare.Unwrap() != nil || bare.Error() != "errs.conflict" {
		t.Errorf("no cause became one: %v", bare)
	}
}
