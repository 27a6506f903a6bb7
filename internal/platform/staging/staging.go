package staging

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// The limits of what is sent ahead.
const (
	// Lives is how long a file waits to be used.
	Lives = 24 * time.Hour
	// MaxFiles and MaxBytes are what one sender may have waiting.
	MaxFiles = 200
	MaxBytes = 1 << 30
	// MaxTaken is how many files one application or answer may use.
	MaxTaken = 50
	maxKey   = 100
	sweeps   = 200
)

// ownerType is that of documents that wait here.
const ownerType = "staged"

// File is a file that was sent ahead.
type File struct {
	blob.Document
	ExpiresAt time.Time
	Taken     bool // used already
}

// New is a file as it comes.
type New struct {
	Name         string // as the sender calls it
	Declared     string // media type
	KeepPosition bool   // leave in a picture where it was taken
	Key          string // idempotency key of the sender's choice, or ""
}

// Store is the use cases. Get one from Of.
type Store struct{ blobs *blob.Store }

// Of returns the files sent ahead that lie in a store of documents.
func Of(blobs *blob.Store) Store { return Store{blobs} }

// sender is who may use what the actor sends; "" for nobody.
func sender(ctx context.Context) string {
	actor := identity.From(ctx)
	if actor.Kind == identity.Token {
		return actor.TokenID
	}
	return actor.PersonID
}

// Put takes a file in and keeps it for its sender. The same content again under
// the same key is the first file, and true; other content under it is refused.
func (s Store) Put(ctx context.Context, r io.Reader, n New) (f File, again bool, err error) {
	me := sender(ctx)
	if me == "" {
		return f, false, errs.Login()
	}
	if len(n.Key) > maxKey {
		return f, false, errs.InvalidFields(errs.Field{Name: "Idempotency-Key", Key: "staging.bad_key", Args: []any{"most", maxKey}})
	}
	if err := s.blobs.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return f, false, err
	}
	// Asked before the bytes come in too: whoever has no room need not send them.
	err = s.blobs.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error { return room(ctx, tx, me, n.Key, 0) })
	if err != nil {
		return f, false, err
	}
	stored, err := s.blobs.Put(ctx, r, blob.PutOptions{Name: n.Name, Declared: n.Declared, KeepPosition: n.KeepPosition})
	if err != nil {
		return f, false, err
	}
	err = s.blobs.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, again, err = s.keep(ctx, tx, me, n.Key, stored)
		return err
	})
	return f, again, err
}

// room refuses what a sender has no room for. A key that was used before needs none.
func room(ctx context.Context, tx *store.Tx, me, key string, size int64) error {
	if key != "" {
		if _, known, err := find(ctx, tx, me, "key_digest", ids.Digest(key), false); err != nil || known {
			return err
		}
	}
	count, bytes, err := waiting(ctx, tx, me)
	if err != nil {
		return err
	}
	if count >= MaxFiles || bytes+size > MaxBytes {
		return errs.TooMany(time.Hour, "staging.too_many", "files", MaxFiles, "megabytes", MaxBytes>>20)
	}
	return nil
}

func (s Store) keep(ctx context.Context, tx *store.Tx, me, key string, stored blob.Stored) (File, bool, error) {
	if err := room(ctx, tx, me, key, stored.Size); err != nil {
		return File{}, false, err
	}
	d, err := s.blobs.Keep(ctx, tx, stored, blob.Owner{Type: ownerType, ID: me, Person: identity.From(ctx).PersonID})
	if err != nil {
		return File{}, false, fmt.Errorf("staging: keep a file: %w", err)
	}
	r := row{id: d.ID, sender: me, key: d.ID, size: d.Size, expires: store.At(tx.Now.Add(Lives))}
	if key != "" {
		r.key = ids.Digest(key)
	}
	fresh, err := insert(ctx, tx, r)
	if err != nil || fresh {
		return File{Document: d, ExpiresAt: r.expires.Time}, false, err
	}
	// The key was used before: what has come now is not needed.
	if err := s.blobs.Remove(ctx, tx, d.ID); err != nil {
		return File{}, false, err
	}
	first, _, err := find(ctx, tx, me, "key_digest", r.key, false)
	if err != nil {
		return File{}, false, err
	}
	f, err := s.file(ctx, tx, first)
	if err == nil && f.Digest != d.Digest {
		err = errs.Conflict("staging.key_used")
	}
	return f, true, err
}

func (s Store) file(ctx context.Context, tx *store.Tx, r row) (File, error) {
	d, err := s.blobs.Get(ctx, tx, r.id)
	return File{Document: d, ExpiresAt: r.expires.Time, Taken: !r.taken.IsZero()}, err
}

// Get returns a file that the actor has sent and that has not run out.
func (s Store) Get(ctx context.Context, id string) (f File, err error) {
	if err := s.blobs.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return f, err
	}
	err = s.blobs.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, err = s.get(ctx, tx, id, false)
		return err
	})
	return f, err
}

func (s Store) get(ctx context.Context, tx *store.Tx, id string, lock bool) (File, error) {
	me := sender(ctx)
	if me == "" || !ids.Valid(id) {
		return File{}, errs.NotFound("staging.gone")
	}
	r, known, err := find(ctx, tx, me, "id", id, lock)
	if err != nil {
		return File{}, err
	}
	if !known || !r.expires.After(tx.Now.Time) {
		return File{}, errs.NotFound("staging.gone")
	}
	return s.file(ctx, tx, r)
}

// Look returns a file that the actor may use, in the caller's transaction, or says
// why it cannot be used: nobody sent it, another did, it was used, it has run out,
// or the scanner has refused it.
func (s Store) Look(ctx context.Context, tx *store.Tx, id string) (File, error) {
	f, err := s.get(ctx, tx, id, true)
	switch {
	case errs.Is(err, errs.KindNotFound) || err == nil && f.Taken:
		return f, errs.Invalid("staging.gone")
	case err == nil && f.Scan == blob.Refused:
		return f, errs.Invalid("staging.refused")
	}
	return f, err
}

// Take gives files to what they belong to, in the transaction that makes it. A
// file can be taken once. What is wrong with one of them is told of the field and
// its place: "files.0".
func (s Store) Take(ctx context.Context, tx *store.Tx, field string, files []string, to blob.Owner) error {
	if len(files) > MaxTaken {
		return errs.InvalidFields(errs.Field{Name: field, Key: "staging.too_many_taken", Args: []any{"most", MaxTaken}})
	}
	for i, id := range files {
		_, err := s.Look(ctx, tx, id)
		if e := errs.Of(err); e != nil && e.Kind == errs.KindInvalid {
			return errs.InvalidFields(errs.Field{Name: fmt.Sprintf("%s.%d", field, i), Key: e.Key}) // also one that is named twice
		}
		if err != nil {
			return err
		}
		if taken, err := take(ctx, tx, id); err != nil || !taken {
			return orElse(err, errs.Conflict("staging.gone"))
		}
		if err := s.blobs.Move(ctx, tx, id, to); err != nil {
			return fmt.Errorf("staging: give a file away: %w", err)
		}
	}
	return nil
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// Sweep removes the files of the context's municipality that nobody has used in
// time, and forgets those that were used. A periodic job calls it.
func (s Store) Sweep(ctx context.Context) error {
	if err := s.blobs.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return err
	}
	for {
		var rows []row
		err := s.blobs.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if rows, err = over(ctx, tx, sweeps); err != nil || len(rows) == 0 {
				return err
			}
			for _, r := range rows {
				if !r.taken.IsZero() {
					continue
				}
				if err := s.blobs.Remove(ctx, tx, r.id); err != nil && !errs.Is(err, errs.KindNotFound) {
					return fmt.Errorf("staging: remove a file: %w", err)
				}
			}
			return forget(ctx, tx, rows)
		})
		if err != nil || len(rows) < sweeps {
			return err
		}
	}
}
