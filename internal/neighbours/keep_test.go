package neighbours_test

import (
	"context"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// in runs something in a transaction of Torg's own.
func (w *world) in(do func(ctx context.Context, tx *store.Tx) error) {
	w.Helper()
	w.must(w.App.DB.Write(w.system(), do))
}

func TestEnd_takesAwayANoticeThatBecameNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		n, err := w.App.Neighbours.Begin(w.mother(), neighbours.Source{Property: own})
		w.must(err)
		n, err = w.App.Neighbours.Write(w.mother(), n.ID, n.Version, neighbours.Writing{Description: "En garasje i tre", Files: []blob.Stored{w.put("plan.pdf")}})
		w.must(err)
		_, err = w.App.Neighbours.Send(w.mother(), n.ID, 0)
		w.must(err)
		due := func(days int) (ids []string) {
			w.in(func(ctx context.Context, tx *store.Tx) (err error) {
				ids, err = w.App.Neighbours.Untouched(ctx, tx, store.At(tx.Now.AddDate(0, 0, days)), "", 10)
				return err
			})
			return ids
		}
		if len(due(-1)) != 0 || len(due(1)) != 1 {
			t.Errorf("due %v and %v", due(-1), due(1))
		}
		code := w.code(demo.Apart)
		for range 2 { // again after a crash
			w.in(func(ctx context.Context, tx *store.Tx) error { return w.App.Neighbours.End(ctx, tx, n.ID) })
		}
		for _, table := range []string{"neighbours_notices", "neighbours_recipients"} {
			if left := w.count(`select count(*) from ` + table + ` where tenant_id = $1`); left != 0 {
				t.Errorf("%d rows are left in %s", left, table)
			}
		}
		if w.told("neighbours.notice") != 0 {
			t.Error("the messages are left")
		}
		_, err = w.App.Neighbours.Hear(w.nobody(), neighbours.Key{Code: code, Origin: "192.0.2.1"})
		w.refused(err, "neighbours.code_unknown")
	})
}

func TestForget_takesPersonsOutOfACasesNotices(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		draft := w.draft(nil)
		n := w.sent(draft)
		w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.NoRemarks, Key: "k"})
		c := w.submit(draft)
		var running bool
		w.in(func(ctx context.Context, tx *store.Tx) (err error) {
			running, err = w.App.Neighbours.Running(ctx, tx, c.ID, clock.DateIn(tx.Now.Time))
			return err
		})
		if !running {
			t.Error("the case may be erased while neighbours can answer")
		}
		w.in(func(ctx context.Context, tx *store.Tx) error {
			return w.App.Neighbours.Forget(ctx, tx, c.ID, cases.Nobody(c.ID))
		})
		if w.count(`select count(*) from neighbours_recipients where tenant_id = $1 and (person_id <> '' or code_digest <> '' or properties <> '')`) != 0 {
			t.Error("persons are left")
		}
		if w.count(`select count(*) from neighbours_notices where tenant_id = $1 and sender_id = $2`, w.id(demo.Mother)) != 0 {
			t.Error("the developer is left")
		}
		if w.count(`select count(*) from neighbours_recipients where tenant_id = $1 and answer = 'none'`) != 1 {
			t.Error("that one had no remarks is gone, too")
		}
	})
}

func TestCopyOf_isOnesOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	n := w.sent(w.draft(nil))
	w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.Remarks, Text: "Den tar utsikten.", Key: "k", Files: []blob.Stored{w.put("utsikt.pdf")}})
	copyOf := func(part demo.Part) (list []neighbours.Copy) {
		person := w.id(part) // logs in, which is a transaction of its own
		w.in(func(ctx context.Context, tx *store.Tx) (err error) {
			list, err = w.App.Neighbours.CopyOf(ctx, tx, person, "", 10)
			return err
		})
		return list
	}
	mother, apart := copyOf(demo.Mother), copyOf(demo.Apart)
	if len(mother) != 1 || mother[0].Role != "sender" || mother[0].Text != "" || len(mother[0].Documents) != 4 {
		t.Errorf("the developer's copy: %+v", mother)
	}
	if len(apart) != 1 || apart[0].Role != "neighbour" || apart[0].Text != "Den tar utsikten." || len(apart[0].Documents) != 1 {
		t.Errorf("the neighbour's copy: %+v", apart)
	}
	if list := copyOf(demo.CoParent); len(list) != 0 {
		t.Errorf("somebody else's copy: %+v", list)
	}
}

func TestLetters_knowTheirDepartmentAndComeBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		n := w.sent(w.draft(nil))
		apart := w.id(demo.Apart) // logs in, which is a transaction of its own
		w.in(func(ctx context.Context, tx *store.Tx) error {
			about, is, err := w.App.Neighbours.AboutLetter(ctx, tx, notify.About{Thread: "notice:" + n.ID, Kind: "neighbours.notice", Person: apart})
			if !is || about.Department != n.Department || n.Department == "" || about.Document == "" || !about.Enclosed {
				t.Errorf("%+v, %t", about, is)
			}
			if _, is, err := w.App.Neighbours.AboutLetter(ctx, tx, notify.About{Thread: "case:x"}); is || err != nil {
				t.Errorf("a case's letter: %t, %v", is, err)
			}
			return err
		})
		back := func(next notify.Channel) { w.comesBack(n, w.noticeTo(demo.Hidden, "12/36"), next) }
		back(notify.Email)
		if l := w.of(n, demo.Hidden); l.Way != neighbours.ByTorg {
			t.Error("it was given up while a way was left")
		}
		back("")
		l := w.of(n, demo.Hidden)
		if l.Way != neighbours.ByHand || l.Standing != neighbours.Yours || len(l.About.Lines) != 0 || w.told("neighbours.letter_back") != 1 {
			t.Errorf("after the letter came back: %+v", l)
		}
		_, err := w.App.Neighbours.Answer(w.nobody(), neighbours.Key{Code: w.code(demo.Hidden), Origin: "192.0.2.1"}, neighbours.Reply{Answer: neighbours.NoRemarks})
		w.must(err) // somebody forwarded it to her
	})
}

func TestMine_listsSentAndGot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	n := w.sent(w.draft(nil))
	mother, err := w.App.Neighbours.Mine(w.mother())
	w.must(err)
	apart, err := w.App.Neighbours.Mine(w.apart())
	w.must(err)
	if len(mother.Sent) != 1 || len(mother.Got) != 0 || len(apart.Sent) != 0 || len(apart.Got) != 1 || apart.Got[0].Notice.ID != n.ID {
		t.Errorf("%d sent, %d got; %d sent, %d got", len(mother.Sent), len(mother.Got), len(apart.Sent), len(apart.Got))
	}
	_, err = w.App.Neighbours.Mine(w.nobody())
	w.kind(err, errs.KindLogin)
	list, err := w.App.Neighbours.List(w.planner(), neighbours.Filter{Property: "' or 1=1"})
	if err != nil || len(list) != 0 {
		t.Errorf("%d, %v", len(list), err)
	}
	_, err = w.App.Neighbours.List(w.apart(), neighbours.Filter{})
	w.kind(err, errs.KindForbidden)
}

// Names and what people write lie encrypted: neither stands in a column.
func TestStore_holdsNoNamesInTheClear(t *testing.T) {
	t.Parallel()
	w := newWorld(t, apptest.Options{Map: true})
	n := w.sent(w.draft(nil))
	w.reply(n, demo.Apart, neighbours.Reply{Answer: neighbours.Remarks, Text: "Den tar utsikten.", Key: "k"})
	for table, columns := range map[string]string{"neighbours_notices": "properties || state || documents", "neighbours_recipients": "properties || kind || way || source || documents || posting || code_digest"} {
		w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) error {
			rows, err := store.All(ctx, tx, func(r *struct {
				text   string
				cipher []byte
			},
			) []any {
				return []any{&r.text, &r.cipher}
			}, `select `+columns+`, content_cipher from `+table+` where tenant_id = $1 order by id limit 100`, tx.Tenant)
			for _, r := range rows {
				for _, never := range []string{"Den tar utsikten", "Garasje", coopName, "Gamle Per", "Kari", "Storgata"} {
					if strings.Contains(r.text+string(r.cipher), never) {
						t.Errorf("%s holds %q", table, never)
					}
				}
			}
			return err
		}))
	}
}
