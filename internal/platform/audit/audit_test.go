package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// world is a log with its sealer and reader on one database.
type world struct {
	storetest.Env
	sealer *Sealer
	log    *Service
	key    ed25519.PrivateKey
	public ed25519.PublicKey
	heads  *bytes.Buffer
}

func testKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func newWorld(tb testing.TB, env storetest.Env) world {
	tb.Helper()
	discard := slog.New(slog.DiscardHandler)
	a, err := access.New(discard)
	if err != nil {
		tb.Fatal(err)
	}
	w := world{Env: env, key: testKey(1), heads: &bytes.Buffer{}}
	w.public, _ = w.key.Public().(ed25519.PublicKey)
	w.sealer = NewSealer(env.DB, w.key, w.heads, discard)
	w.log = NewService(env.DB, a, w.public)
	return w
}

func onBoth(t *testing.T, test func(t *testing.T, w world)) {
	t.Helper()
	storetest.Each(t, []fs.FS{access.Migrations(), Migrations()}, func(t *testing.T, env storetest.Env) {
		test(t, newWorld(t, env))
	})
}

func as(ctx context.Context, a identity.Actor) context.Context { return identity.With(ctx, a) }

var (
	operator = identity.Actor{Kind: identity.System, SystemName: "operator"}
	ola      = identity.Actor{
		Kind: identity.Staff, PersonID: "ola", Name: "Ola Nordmann",
		Grants: []identity.Grant{{Role: "case_worker", Department: "d1", SubstituteFor: "kari"}},
	}
	mother  = identity.Actor{Kind: identity.Resident, PersonID: "mother", Name: "Mor Hansen"}
	auditor = identity.Actor{Kind: identity.Staff, PersonID: "rev", Grants: []identity.Grant{{Role: "auditor"}}}
)

func write(ctx context.Context, tb testing.TB, db *store.DB, fn func(context.Context, *store.Tx) error) {
	tb.Helper()
	if err := db.Write(ctx, fn); err != nil {
		tb.Fatal(err)
	}
}

// record writes n entries in a transaction each and returns their ids.
func (w world) record(ctx context.Context, tb testing.TB, n int) []string {
	tb.Helper()
	var ids []string
	for range n {
		write(ctx, tb, w.DB, func(ctx context.Context, tx *store.Tx) error {
			return Record(ctx, tx, Event{
				Action: "cases.decided", Object: Ref{"case", "c-1"}, Subject: "mother", Case: "c-1",
				Details: map[string]string{"outcome": "granted"},
			})
		})
	}
	err := w.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		ids, err = store.All(ctx, tx, store.Value[string],
			`select id from audit_entries where tenant_id = $1 order by id limit 100000`, tx.Tenant)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return ids[len(ids)-n:]
}

func (w world) seal(tb testing.TB, want int) {
	tb.Helper()
	n, err := w.sealer.Seal(w.Ctx)
	if err != nil || n != want {
		tb.Fatalf("sealed %d of %d: %v", n, want, err)
	}
}

func (w world) verify(tb testing.TB, exported ...Head) Report {
	tb.Helper()
	r, err := w.log.Verify(as(w.Ctx, operator), exported...)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestRecord_remembersWhoAsWhat(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		actor := ola
		actor.OnBehalfOf = "mother"
		w.record(as(w.Ctx, actor), t, 1)
		list, err := w.log.Latest(as(w.Ctx, auditor), "", 10)
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		got := list[0]
		want := LookEntry{
			Entry: Entry{
				ID: got.ID, At: store.At(storetest.Start()), ActorKind: "staff", ActorID: "ola", OnBehalfOf: "mother",
				Action: "cases.decided", Object: Ref{"case", "c-1"}, Subject: "mother", Case: "c-1", DetailsDigest: got.DetailsDigest,
			},
			ActorName: "Ola Nordmann", Role: "case_worker", Department: "d1", SubstituteFor: "kari",
			Details: map[string]string{"outcome": "granted"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		w.seal(t, 1)
		if list, _ = w.log.Latest(as(w.Ctx, auditor), "", 10); !list[0].Sealed {
			t.Error("a sealed entry is shown as open")
		}
	})
}

func TestRecord_isPartOfTheTransaction(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		err := w.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := Record(ctx, tx, Event{Action: "x.y"}); err != nil {
				return err
			}
			return errs.Conflict("errs.conflict")
		})
		if !errs.Is(err, errs.KindConflict) {
			t.Fatal(err)
		}
		w.seal(t, 0)
	})
}

func TestRecord_refuses(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		for name, write := range map[string]func() error{
			"no tenant": func() error {
				return w.DB.WritePlatform(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
					return Record(ctx, tx, Event{Action: "x.y"})
				})
			},
			"no action": func() error {
				return w.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error { return Record(ctx, tx, Event{}) })
			},
			"erasing nobody": func() error {
				return w.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
					_, err := Erase(ctx, tx, "")
					return err
				})
			},
		} {
			if write() == nil {
				t.Errorf("%s: accepted", name)
			}
		}
	})
}

func look(ctx context.Context, t *testing.T, w world, subject string) {
	t.Helper()
	write(ctx, t, w.DB, func(ctx context.Context, tx *store.Tx) error {
		for range 2 { // two parts of the same page
			if err := Look(ctx, tx, Ref{"case", "c-1"}, subject); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestLook_isOnePerPageView(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		ctx := as(w.Ctx, ola)
		look(WithRequest(ctx, "r1"), t, w, "child")
		look(WithRequest(ctx, "r1"), t, w, "child")
		look(WithRequest(ctx, "r2"), t, w, "child")
		look(WithRequest(ctx, "r2"), t, w, "mother")
		failed := w.DB.Write(WithRequest(ctx, "r3"), func(ctx context.Context, tx *store.Tx) error {
			if err := Look(ctx, tx, Ref{"case", "c-1"}, "child"); err != nil {
				return err
			}
			return errs.Conflict("errs.conflict")
		})
		if failed == nil {
			t.Fatal("the transaction went through")
		}
		look(WithRequest(ctx, "r3"), t, w, "child") // the first attempt was rolled back
		list, err := w.log.LooksAt(as(w.Ctx, auditor), "child", 0)
		if err != nil || len(list) != 3 {
			t.Errorf("%d looks, %v", len(list), err)
		}
		for _, l := range list {
			if l.Case != "c-1" || l.ActorName != "Ola Nordmann" || l.Role != "case_worker" {
				t.Errorf("it says %+v", l)
			}
		}
	})
}

func TestLooksAt_isForThePersonConcerned(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		look(WithRequest(as(w.Ctx, ola), "r1"), t, w, "mother")
		look(WithRequest(as(w.Ctx, mother), "r2"), t, w, "mother")
		look(WithRequest(as(w.Other, ola), "r3"), t, w, "mother")
		guardian := identity.Actor{Kind: identity.Resident, PersonID: "father", OnBehalfOf: "mother"}
		for name, tt := range map[string]struct {
			actor identity.Actor
			want  int
			kind  errs.Kind
		}{
			"herself":          {mother, 1, -1},
			"who acts for her": {guardian, 1, -1},
			"the auditor":      {auditor, 1, -1},
			"the case worker":  {ola, 0, errs.KindForbidden},
			"a visitor":        {identity.Actor{Kind: identity.Anonymous}, 0, errs.KindLogin},
		} {
			list, err := w.log.LooksAt(as(w.Ctx, tt.actor), "mother", 10)
			if len(list) != tt.want || (err != nil && !errs.Is(err, tt.kind)) || (err == nil && tt.kind >= 0) {
				t.Errorf("%s: %d looks, %v", name, len(list), err)
			}
		}
	})
}

func TestForObject_asksWhetherOneMay(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		w.record(as(w.Ctx, ola), t, 2)
		write(as(w.Ctx, ola), t, w.DB, func(ctx context.Context, tx *store.Tx) error {
			return Record(ctx, tx, Event{Action: "cases.document_added", Object: Ref{"document", "d"}, Case: "c-1"})
		})
		// The platform has no case.log; tenant.theme stands in for it here.
		admin := identity.Actor{Kind: identity.Staff, PersonID: "a", Grants: []identity.Grant{{Role: "administrator"}}}
		list, err := w.log.ForObject(as(w.Ctx, admin), access.TenantTheme, access.Resource{Type: "tenant", ID: "c-1"}, 10)
		if err != nil || len(list) != 0 {
			t.Errorf("%v, %v", list, err)
		}
		if _, err := w.log.ForObject(as(w.Ctx, mother), access.TenantTheme, access.Resource{Type: "tenant"}, 10); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a resident: %v", err)
		}
		rows, err := w.log.read(w.Ctx, func(ctx context.Context, tx *store.Tx) ([]storedRow, error) {
			return forObject(ctx, tx, Ref{"case", "c-1"}, "c-1", 10)
		})
		if err != nil || len(rows) != 3 || rows[0].Action != "cases.document_added" {
			t.Errorf("%v, %v", rows, err)
		}
	})
}

func TestLatest_pagesBackwards(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		ids := w.record(w.Ctx, t, 5)
		var got []string
		for before := ""; ; {
			list, err := w.log.Latest(as(w.Ctx, auditor), before, 2)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				break
			}
			for _, l := range list {
				got = append(got, l.ID)
			}
			before = got[len(got)-1]
		}
		slices.Reverse(got)
		if !slices.Equal(ids, got) {
			t.Errorf("got %v, want %v", got, ids)
		}
		if _, err := w.log.Latest(as(w.Ctx, ola), "", 1); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a case worker: %v", err)
		}
	})
}

func TestErase_leavesTheLogWhole(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		w.record(as(w.Ctx, mother), t, 3)
		w.record(as(w.Other, mother), t, 1)
		w.seal(t, 4)
		var erased int64
		write(as(w.Ctx, operator), t, w.DB, func(ctx context.Context, tx *store.Tx) (err error) {
			erased, err = Erase(ctx, tx, "mother")
			return err
		})
		w.seal(t, 1)
		report := w.verify(t)
		if erased != 3 || report.Erased != 3 || report.Sealed != 4 || !report.OK() {
			t.Errorf("erased %d, report %+v", erased, report)
		}
		list, err := w.log.Latest(as(w.Ctx, auditor), "", 10)
		if err != nil || list[0].Action != "audit.erased" || list[1].ActorName != "" || list[1].Details != nil {
			t.Errorf("%+v, %v", list, err)
		}
		other, err := w.log.Latest(as(w.Other, auditor), "", 10)
		if err != nil || other[0].ActorName != "Mor Hansen" {
			t.Errorf("another municipality's data: %+v, %v", other, err)
		}
	})
}

func TestRefused_isRecorded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		write(as(w.Ctx, mother), t, w.DB, func(ctx context.Context, tx *store.Tx) error {
			return Refused(ctx, tx, &access.Denied{Permission: "case.read", Type: "case", ID: "c-9", Reason: "no policy permits it"})
		})
		list, err := w.log.Latest(as(w.Ctx, auditor), "", 1)
		if err != nil || list[0].Action != "access.denied" || list[0].Object.ID != "c-9" || list[0].Details["permission"] != "case.read" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestAccessJournal_writesWhatAccessDoes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w world) {
		s := access.NewService(w.DB, w.log.access, AccessJournal{})
		g, err := s.Grant(as(w.Ctx, operator), access.NewGrant{PersonID: "ida", Role: access.Administrator})
		if err != nil {
			t.Fatal(err)
		}
		list, err := w.log.Latest(as(w.Ctx, auditor), "", 5)
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		if l := list[0]; l.Action != "access.granted" || l.Object != (Ref{"role", g.ID}) || l.Subject != "ida" || l.Details["role"] != "administrator" {
			t.Errorf("%+v", l)
		}
	})
}

func TestMessages_areCompleteInThreeLanguages(t *testing.T) {
	t.Parallel()
	keys := []string{"audit.not_sealed", Describe(Looked), Describe("audit.erased")}
	for _, k := range []ProblemKind{Changed, Removed, Reordered, Added, BadSignature, DetailsChanged} {
		keys = append(keys, k.Describe())
	}
	var first map[string]string
	for _, lang := range []string{"nb", "nn", "en"} {
		texts := map[string]string{}
		text, err := fs.ReadFile(Messages(), "messages/"+lang+".toml")
		if err != nil {
			t.Fatal(err)
		}
		if err := toml.Unmarshal(text, &texts); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = texts
		}
		for key := range first {
			keys = append(keys, key)
		}
		for _, key := range keys {
			if strings.TrimSpace(texts[key]) == "" {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
	}
}
