package audit

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// throughJSON hands a receipt over as a person would.
func throughJSON(t *testing.T, r Receipt) Receipt {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got Receipt
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestReceipt_canBeCheckedWithoutUs(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		ids := w.record(as(w.Ctx, mother), t, 7)
		if _, err := w.log.Receipt(as(w.Ctx, mother), ids[0]); !errs.Is(err, errs.KindUnavailable) {
			t.Errorf("before it is sealed: %v", err)
		}
		w.seal(t, 7)
		for _, id := range ids {
			r, err := w.log.Receipt(as(w.Ctx, mother), id)
			if err != nil {
				t.Fatal(err)
			}
			r = throughJSON(t, r)
			if err := VerifyReceipt(r, w.public); err != nil || r.Entry.ID != id || r.Details == "" {
				t.Errorf("%+v: %v", r, err)
			}
		}
	})
}

func TestReceipt_worksInALargeTree(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		const n = 1100 // four kept nodes of 256, two of 512, one of 1024, and a rest
		var ids []string
		write(as(w.Ctx, mother), t, w.DB, func(ctx context.Context, tx *store.Tx) error {
			for range n {
				if err := Record(ctx, tx, Event{Action: "x.y"}); err != nil {
					return err
				}
			}
			return nil
		})
		w.seal(t, n)
		err := w.DB.Read(w.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			ids, err = store.All(ctx, tx, store.Value[string],
				`select id from audit_entries where tenant_id = $1 order by seq limit 2000`, tx.Tenant)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, seq := range []int{0, 1, 255, 256, 511, 512, 767, 1023, 1024, 1098, 1099} {
			r, err := w.log.Receipt(as(w.Ctx, mother), ids[seq])
			if err != nil || r.Seq != int64(seq) {
				t.Errorf("place %d: %+v, %v", seq, r, err)
			}
		}
	})
}

func TestReceipt_isForThoseConcerned(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		id := w.record(as(w.Ctx, ola), t, 1)[0]
		w.seal(t, 1)
		stranger := identity.Actor{Kind: identity.Resident, PersonID: "neighbour"}
		for name, tt := range map[string]struct {
			actor identity.Actor
			want  errs.Kind
		}{
			"who did it":       {ola, -1},
			"whom it concerns": {mother, -1},
			"the auditor":      {auditor, -1},
			"a neighbour":      {stranger, errs.KindNotFound},
			"a visitor":        {identity.Actor{Kind: identity.Anonymous}, errs.KindLogin},
		} {
			_, err := w.log.Receipt(as(w.Ctx, tt.actor), id)
			if (err == nil) != (tt.want < 0) || (err != nil && !errs.Is(err, tt.want)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.log.Receipt(as(w.Other, mother), id); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("another municipality: %v", err)
		}
	})
}

func TestReceipt_isNotGivenForAFalsePlace(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		ids := w.record(as(w.Ctx, ola), t, 3)
		w.seal(t, 3)
		tamper(t, w, `update audit_entries set action = 'x.z'`+here+`seq = 1`)
		if _, err := w.log.Receipt(as(w.Ctx, ola), ids[1]); !errs.Is(err, errs.KindInternal) {
			t.Errorf("a changed entry: %v", err)
		}
		tamper(t, w, `delete from audit_leaves`+here+`seq = 0`)
		if _, err := w.log.Receipt(as(w.Ctx, ola), ids[1]); !errs.Is(err, errs.KindInternal) {
			t.Errorf("a missing leaf: %v", err)
		}
	})
}

func TestVerifyReceipt_refusesWhatWasChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t, Migrations()))
	ids := w.record(as(w.Ctx, mother), t, 5)
	w.seal(t, 5)
	good, err := w.log.Receipt(as(w.Ctx, mother), ids[2])
	if err != nil {
		t.Fatal(err)
	}
	if err := VerifyReceipt(good); err == nil {
		t.Error("believed without a key")
	}
	for name, change := range map[string]func(*Receipt){
		"the entry":      func(r *Receipt) { r.Entry.Action = "cases.refused" },
		"the instant":    func(r *Receipt) { r.Entry.At = store.At(r.Entry.At.AddDate(0, 0, 1)) },
		"the details":    func(r *Receipt) { r.Details = `{"outcome":"refused"}` },
		"the place":      func(r *Receipt) { r.Seq++ },
		"a far place":    func(r *Receipt) { r.Seq = 99 },
		"a wrong place":  func(r *Receipt) { r.Seq = -1 },
		"the size":       func(r *Receipt) { r.Head.Size++ },
		"the root":       func(r *Receipt) { r.Head.Root = r.Path[0] },
		"the path":       func(r *Receipt) { r.Path = r.Path[1:] },
		"the time":       func(r *Receipt) { r.Head.At = store.At(r.Head.At.AddDate(0, 0, 1)) },
		"the tenant":     func(r *Receipt) { r.Tenant = "t-b" },
		"both tenants":   func(r *Receipt) { r.Tenant, r.Head.Tenant = "t-b", "t-b" },
		"the key":        func(r *Receipt) { r.Head = r.Head.sign(testKey(9)) },
		"the version":    func(r *Receipt) { r.Version = 2 },
		"nothing at all": func(*Receipt) {},
	} {
		r := throughJSON(t, good)
		change(&r)
		if err := VerifyReceipt(r, w.public); (err == nil) != (name == "nothing at all") {
			t.Errorf("%s: %v", name, err)
		}
	}
	erased := throughJSON(t, good)
	erased.Salt, erased.Details = "", ""
	if err := VerifyReceipt(erased, w.public); err != nil {
		t.Errorf("without details: %v", err)
	}
}
