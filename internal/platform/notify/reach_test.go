package notify_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestSend_followsTheContactRegister(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		old := n.Clock.Now().AddDate(-2, 0, 0)
		n.knows(t, "person-1", nil)
		n.knows(t, "person-2", func(r *contact.Record) { r.Reserved = true })
		n.knows(t, "person-3", func(r *contact.Record) { r.Email.Updated = old })
		n.knows(t, "person-4", func(r *contact.Record) { r.Email.Updated, r.Mobile.Verified = old, old })
		n.knows(t, "person-5", func(r *contact.Record) { r.Status = contact.Deleted })
		for _, tt := range []struct {
			person  string
			class   notify.Class
			channel notify.Channel
			state   notify.State
		}{
			{"person-1", notify.Decision, notify.Email, notify.HandedOver},
			{"person-1", notify.Notice, notify.Email, notify.HandedOver},
			{"person-2", notify.Decision, notify.Letter, notify.Waiting},
			{"person-2", notify.Notice, notify.Email, notify.HandedOver},
			{"person-3", notify.Decision, notify.SMS, notify.HandedOver},
			{"person-3", notify.Notice, notify.Email, notify.HandedOver},
			{"person-4", notify.Decision, notify.Letter, notify.Waiting},
			{"person-4", notify.Reminder, notify.Email, notify.HandedOver},
			{"person-5", notify.Notice, notify.Letter, notify.Waiting},
			{"person-6", notify.Notice, notify.Letter, notify.Waiting},
		} {
			id := n.send(t, message(tt.person, tt.class))
			n.stands(t, id, notify.Undecided, notify.Waiting)
			n.settle(t)
			if item := n.stands(t, id, tt.channel, tt.state); t.Failed() {
				t.Fatalf("%s, %s: %+v", tt.person, tt.class, item.LastError)
			}
		}
	})
}

func TestSend_asksOnceForAllWhoWait(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		for i := range 50 {
			id := "person-" + string(rune('0'+i/10)) + string(rune('0'+i%10))
			n.knows(t, id, nil)
			n.send(t, message(id, notify.Decision))
		}
		n.settle(t)
		if diff := cmp.Diff([]int{50}, n.krr.calls); diff != "" || len(n.mail.letters()) != 50 {
			t.Errorf("%d letters; %s", len(n.mail.letters()), diff)
		}
	})
}

func TestSend_followsThePersonsWish(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", nil)
		me := n.as(identity.Resident, "person-1")
		if err := n.Prefer(me, notify.Preferences{notify.Decision: notify.Inbox}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("wished decisions away: %v", err)
		}
		if err := n.Prefer(n.Ctx, nil); !errs.Is(err, errs.KindLogin) {
			t.Errorf("nobody wishes: %v", err)
		}
		for _, tt := range []struct {
			class   notify.Class
			wish    notify.Channel
			channel notify.Channel
			state   notify.State
		}{
			{notify.Notice, notify.SMS, notify.SMS, notify.HandedOver},
			{notify.Notice, notify.Inbox, notify.Inbox, notify.HandedOver},
			{notify.Notice, notify.Letter, notify.Letter, notify.Waiting},
			{notify.Decision, notify.SMS, notify.SMS, notify.HandedOver},
			{notify.Decision, "", notify.Email, notify.HandedOver},
		} {
			if err := n.Prefer(me, notify.Preferences{tt.class: tt.wish}); err != nil {
				t.Fatal(err)
			}
			if got, err := n.Preferences(me); err != nil || got[tt.class] != tt.wish {
				t.Errorf("kept %v, %v", got, err)
			}
			id := n.send(t, message("person-1", tt.class))
			n.settle(t)
			n.stands(t, id, tt.channel, tt.state)
		}
	})
}

// TestFallback goes all the way: the e-mail comes back, the SMS is not
// delivered, the letter is posted; each step is proven to both sides.
func TestFallback_untilItReaches(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", nil)
		id := n.send(t, message("person-1", notify.Decision))
		n.settle(t)
		mail := n.mail.letters()[0]
		if mail.To != "person-1@krr.test" || mail.MessageID != id+"@torg.test" {
			t.Errorf("mail to %s, %s", mail.To, mail.MessageID)
		}
		err := n.Env.DB.Write(n.Ctx, func(ctx context.Context, tx *store.Tx) error { return n.Bounce(ctx, tx, mail.MessageID, "5.1.1") })
		if err != nil {
			t.Fatal(err)
		}
		n.settle(t)
		n.stands(t, id, notify.SMS, notify.HandedOver)
		sms := n.sms.Messages()
		if len(sms) != 1 || sms[0].To != "+4791234567" || sms[0].From != "Vestøy" || sms[0].Text != "Vestøy kommune: Sak 1 er avgjort https://vestoy.test/my/cases/1" {
			t.Errorf("SMS: %+v", sms)
		}
		if err := n.Receive(n.Ctx, sms[0].ID, notify.Undelivered, "absent"); err != nil {
			t.Fatal(err)
		}
		n.settle(t)
		n.stands(t, id, notify.Letter, notify.Waiting)
		head := n.as(identity.Staff, "head", identity.Grant{Role: "department_head", Department: "d-1"})
		list, err := n.Printouts(head, "")
		if err != nil || len(list) != 1 || !list[0].NoAddress || list[0].Name != "Kari person-1" {
			t.Fatalf("to print: %+v, %v", list, err)
		}
		for range 2 {
			if err := n.Posted(head, list[0].ID); err != nil {
				t.Fatal(err)
			}
		}
		n.stands(t, id, notify.Letter, notify.HandedOver)
		if _, err := n.Open(n.as(identity.Resident, "person-1"), id); err != nil {
			t.Fatal(err)
		}
		proven(t, n)
	})
}

// proven reads the proof as each side does.
func proven(t *testing.T, n *neighbours) {
	t.Helper()
	for who, tt := range map[string]struct {
		ctx  context.Context
		mail string
	}{
		"the municipality": {n.as(identity.Staff, "head"), "p•••@krr.test"},
		"the person":       {n.as(identity.Resident, "person-1"), "p•••@krr.test"},
		"another party":    {n.as(identity.Resident, "person-2"), ""},
	} {
		list, err := n.ProofOf(tt.ctx, "case:1")
		if err != nil || len(list) != 1 || list[0].SeenAt.IsZero() {
			t.Fatalf("%s: %+v, %v", who, list, err)
		}
		var got []string
		for _, s := range list[0].Steps {
			line := string(s.Channel) + " " + string(s.State)
			for _, r := range s.Receipts {
				line += ", " + strings.TrimSpace(r.What+" "+r.Detail)
			}
			got = append(got, line)
		}
		want := []string{
			"email bounced, handed_over 250, bounced 5.1.1",
			"sms bounced, fell_back sms, handed_over 202, bounced undelivered absent",
			"letter handed_over, fell_back letter, to_print, posted",
		}
		if diff := cmp.Diff(want, got); diff != "" || list[0].Steps[0].Shown != tt.mail {
			t.Errorf("%s: %q %s", who, list[0].Steps[0].Shown, diff)
		}
	}
}

func TestFallback_endsWhenThePersonHasRead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", nil)
		me := n.as(identity.Resident, "person-1")
		id := n.send(t, message("person-1", notify.Decision))
		n.settle(t)
		if unread, err := n.Unread(me, "person-1"); err != nil || unread != 1 {
			t.Errorf("%d unread, %v", unread, err)
		}
		for range 2 {
			if item, err := n.Open(me, id); err != nil || item.Body.Paragraphs[0] != "Logg inn." {
				t.Fatalf("%+v, %v", item, err)
			}
		}
		if unread, err := n.Unread(me, "person-1"); err != nil || unread != 0 {
			t.Errorf("%d unread, %v", unread, err)
		}
		if _, err := n.Open(n.as(identity.Resident, "person-2"), id); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("somebody else opens it: %v", err)
		}
		if _, err := n.Unread(n.as(identity.Staff, "head"), "person-1"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("staff counts it: %v", err)
		}
		err := n.Env.DB.Write(n.Ctx, func(ctx context.Context, tx *store.Tx) error { return n.Bounce(ctx, tx, id+"@torg.test", "5.1.1") })
		if err != nil {
			t.Fatal(err)
		}
		n.settle(t)
		n.stands(t, id, notify.Email, notify.Bounced)
		if len(n.sms.Messages()) != 0 {
			t.Error("an SMS about what has been read")
		}
	})
}

func TestFallback_withoutAReceipt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", func(r *contact.Record) { r.Email.Value = "" })
		n.knows(t, "person-2", func(r *contact.Record) { r.Email.Value = "" })
		lost := n.send(t, message("person-1", notify.Decision))
		came := n.send(t, message("person-2", notify.Decision))
		n.settle(t)
		for range 2 { // the same receipt again is nothing
			if err := n.Receive(n.Ctx, n.last(t).ID, notify.Arrived, ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := n.Receive(n.Ctx, n.last(t).ID, notify.Undelivered, ""); err != nil {
			t.Fatal(err)
		}
		n.later(t, 48*time.Hour, 4*time.Hour)
		n.stands(t, lost, notify.Letter, notify.Waiting)
		if item := n.stands(t, came, notify.SMS, notify.Delivered); item.LastError != "" {
			t.Error(item.LastError)
		}
		if err := n.Receive(n.Ctx, ids.New(), notify.Arrived, ""); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a receipt for nothing: %v", err)
		}
		if err := n.Receive(n.Ctx, n.last(t).ID, "sent", ""); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a receipt that says nothing: %v", err)
		}
	})
}

func TestSMS_sleepsAtNight(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", func(r *contact.Record) { r.Email.Value = "" })
		n.Clock.Set(time.Date(2026, 11, 23, 20, 30, 0, 0, time.UTC)) // 21:30 in Oslo
		id := n.send(t, message("person-1", notify.Notice))
		warning := message("person-2", notify.Notice)
		warning.Urgent = true
		n.knows(t, "person-2", func(r *contact.Record) { r.Email.Value, r.Mobile.Value = "", "+4790000000" })
		n.send(t, warning)
		n.settle(t)
		if got := n.sms.Messages(); len(got) != 1 || got[0].To != "+4790000000" {
			t.Errorf("sent at night: %+v", got)
		}
		n.later(t, 10*time.Hour, time.Hour) // 07:30
		if got := n.sms.Messages(); len(got) != 1 {
			t.Errorf("sent too early: %+v", got)
		}
		n.later(t, 31*time.Minute, time.Minute)
		n.stands(t, id, notify.SMS, notify.HandedOver)
	})
}

func TestSMS_isTakenOnceWhenTheAnswerWasLost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", func(r *contact.Record) { r.Email.Value = "" })
		n.sms.SetDown(true)
		id := n.send(t, message("person-1", notify.Notice))
		n.settle(t)
		n.stands(t, id, notify.SMS, notify.Waiting)
		n.sms.SetDown(false)
		n.later(t, time.Minute, 10*time.Second)
		n.stands(t, id, notify.SMS, notify.HandedOver)
		if err := n.Env.DB.Write(n.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update notify_deliveries set state = 'waiting' where tenant_id = $1`, tx.Tenant)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := n.Receive(n.Ctx, n.last(t).ID, notify.Arrived, ""); err != nil { // the receipt overtakes our own note
			t.Fatal(err)
		}
		n.stands(t, id, notify.SMS, notify.Delivered)
		n.settle(t)
		if got := n.sms.Messages(); len(got) != 1 || got[0].ID != n.last(t).ID {
			t.Errorf("taken: %+v", got)
		}
	})
}

func TestSMS_refusedForGoodTakesTheNextWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", func(r *contact.Record) { r.Email.Value = "" })
		n.sms.Refuse("+4791234567", http.StatusUnprocessableEntity)
		id := n.send(t, message("person-1", notify.Notice))
		n.settle(t)
		n.stands(t, id, notify.Letter, notify.Waiting)
		if n.sms.Calls() != 1 {
			t.Errorf("tried %d times", n.sms.Calls())
		}
	})
}

func TestPrint_isForTheDepartment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", func(r *contact.Record) { r.Reserved = true })
		n.send(t, message("person-1", notify.Decision))
		n.settle(t)
		id := n.last(t).ID
		grant := func(role, department string) context.Context {
			return n.as(identity.Staff, "worker", identity.Grant{Role: role, Department: department})
		}
		for who, tt := range map[string]struct {
			ctx  context.Context
			list int
			want errs.Kind
		}{
			"a case worker":        {grant("case_worker", "d-1"), 1, 0},
			"the head of all":      {grant("department_head", ""), 1, 0},
			"another's worker":     {grant("case_worker", "d-2"), 0, errs.KindNotFound},
			"an administrator":     {grant("administrator", ""), -1, errs.KindNotFound},
			"the person to get it": {n.as(identity.Resident, "person-1"), -1, errs.KindNotFound},
			"nobody":               {n.Ctx, -1, errs.KindLogin},
		} {
			list, err := n.Printouts(tt.ctx, "")
			if len(list) != max(tt.list, 0) || (err != nil) != (tt.list < 0) {
				t.Errorf("%s lists %d, %v", who, len(list), err)
			}
			f, err := n.Print(tt.ctx, id, false)
			if tt.want == 0 && (err != nil || !strings.HasPrefix(string(f.Bytes), "%PDF-") || !strings.HasSuffix(f.Name, ".pdf")) {
				t.Errorf("%s: %d bytes, %v", who, len(f.Bytes), err)
			}
			if tt.want != 0 && !errs.Is(err, tt.want) {
				t.Errorf("%s prints: %v", who, err)
			}
			if tt.want != 0 && !errs.Is(n.Posted(tt.ctx, id), tt.want) {
				t.Errorf("%s posts", who)
			}
		}
		if _, err := n.Print(grant("case_worker", "d-1"), id, true); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("an enclosure that is none: %v", err)
		}
		if _, err := n.Print(grant("department_head", ""), ids.New(), false); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a letter that is none: %v", err)
		}
		looked(t, n)
	})
}

// looked checks that those who printed left their traces.
func looked(t *testing.T, n *neighbours) {
	t.Helper()
	err := n.Env.DB.Read(n.Ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := store.All(ctx, tx, func(s *string) []any { return []any{s} }, `
			select action from audit_entries where tenant_id = $1 and subject_id = 'person-1' order by id limit 10`, tx.Tenant)
		if !slices.Equal(list, []string{"audit.looked", "audit.looked"}) {
			t.Errorf("the log holds %v", list)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSend_withoutARegister goes by what people told us themselves.
func TestSend_withoutARegister(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		n := meet(t, env, false)
		n.people["person-1"] = identity.Person{Phone: "91 23 45 67"}
		for _, tt := range []struct {
			person, email string
			class         notify.Class
			channel       notify.Channel
			state         notify.State
		}{
			{"person-1", "kari@post.test", notify.Notice, notify.Email, notify.HandedOver},
			{"person-1", "", notify.Notice, notify.SMS, notify.HandedOver},
			{"person-1", "kari at post", notify.Notice, notify.SMS, notify.HandedOver},
			{"person-2", "", notify.Notice, notify.Inbox, notify.HandedOver},
			{"person-2", "", notify.Decision, notify.Letter, notify.Waiting},
			{"person-2", "", notify.Staff, notify.Inbox, notify.HandedOver},
		} {
			m := message(tt.person, tt.class)
			m.Email = tt.email
			id := n.send(t, m)
			n.settle(t)
			n.stands(t, id, tt.channel, tt.state)
		}
	})
}
