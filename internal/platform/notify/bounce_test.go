package notify_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/notify/dsn"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// notification is a mail server's word that a message did not reach.
func notification(to, messageID string) string {
	return strings.ReplaceAll(fmt.Sprintf(`Return-Path: <>
To: %s
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; post.test

Final-Recipient: rfc822; kari@post.test
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: %s

--b--
`, to, messageID), "\n", "\r\n")
}

func parsed(t *testing.T, text string) dsn.Report {
	t.Helper()
	r, err := dsn.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestBounce_findsTheMessage by its Message-ID, and by the address that it comes
// back to when nothing else of it does.
func TestBounce_findsTheMessage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", nil)
		for name, text := range map[string]func(e notify.Envelope) string{
			"by its Message-ID":         func(e notify.Envelope) string { return notification("post@vestoy.test", "<"+e.MessageID+">") },
			"by the address it went to": func(e notify.Envelope) string { return notification(e.ReturnTo, "") },
			"in qmail's words": func(e notify.Envelope) string {
				return "Return-Path: <>\nFrom: MAILER-DAEMON@post.test\nTo: post@vestoy.test\n\nHi. This is the qmail-send program at post.test.\n\n<kari@post.test>:\nNo mailbox here by that name. (#5.1.1)\n\n" +
					"--- Below this line is a copy of the message.\n\nMessage-ID: <" + e.MessageID + ">\n\nHei\n"
			},
			"in Exchange's, where nothing comes back": func(e notify.Envelope) string {
				return "From: postmaster@post.test\nTo: " + e.ReturnTo + "\n\nDelivery has failed to these recipients or groups:\n\nkari@post.test\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found\n"
			},
			"in capitals": func(e notify.Envelope) string { return notification(strings.ToUpper(e.ReturnTo), "") },
		} {
			id := n.send(t, message("person-1", notify.Decision))
			n.settle(t)
			sent := n.mail.letters()
			last := sent[len(sent)-1]
			if last.ReturnTo != "retur+"+id+"@vestoy.test" {
				t.Errorf("it comes back to %q", last.ReturnTo)
			}
			for range 2 { // the same again is nothing
				found, err := n.TakeBounce(identity.AsSystem(n.Ctx, "test"), parsed(t, text(last)))
				if err != nil || !found {
					t.Errorf("%s: %t, %v", name, found, err)
				}
				n.settle(t)
			}
			n.stands(t, id, notify.SMS, notify.HandedOver)
			if step := first(t, n, id); step.State != notify.Bounced || step.LastError != "5.1.1" {
				t.Errorf("%s: %+v", name, step)
			}
		}
		if got := actions(t, n); !slices.Equal(got, slices.Repeat([]string{"notify.bounced"}, 5)) {
			t.Errorf("the log holds %v", got)
		}
	})
}

// first is the first way of a message.
func first(t *testing.T, n *neighbours, id string) notify.Step {
	t.Helper()
	list, err := n.ProofOf(identity.AsSystem(n.Ctx, "test"), "case:1")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if p.ID == id && len(p.Steps) > 0 {
			return p.Steps[0]
		}
	}
	t.Fatalf("no way of %s", id)
	return notify.Step{}
}

func actions(t *testing.T, n *neighbours) (list []string) {
	t.Helper()
	err := n.Env.DB.Read(n.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = store.All(ctx, tx, store.Value[string], `
			select action from audit_entries where tenant_id = $1 and action <> 'audit.looked' order by id limit 50`, tx.Tenant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestBounce_leavesTheRestAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", nil)
		id := n.send(t, message("person-1", notify.Decision))
		system := identity.AsSystem(n.Ctx, "test")
		ours := parsed(t, notification("post@vestoy.test", "<"+id+"@torg.test>"))
		n.mail.setDown(true)
		n.settle(t)
		if found, err := n.TakeBounce(system, ours); !found || !errors.Is(err, notify.ErrTooEarly) {
			t.Errorf("before it was handed over: %t, %v", found, err)
		}
		n.mail.setDown(false)
		n.later(t, gateWait, gateWait/4)
		n.stands(t, id, notify.Email, notify.HandedOver)
		late := ours
		late.Failed, late.Status = false, ""
		if found, err := n.TakeBounce(system, late); err != nil || !found {
			t.Errorf("a delay: %t, %v", found, err)
		}
		for name, r := range map[string]dsn.Report{
			"another's":       parsed(t, notification("post@vestoy.test", "<"+ids.New()+"@torg.test>")),
			"a stranger's":    parsed(t, notification("post@vestoy.test", "<1234.abc@elsewhere.test>")),
			"nobody's at all": {Failed: true},
			"an odd address":  {Failed: true, To: []string{"retur+1@vestoy.test", "retur", "+@"}},
		} {
			if found, err := n.TakeBounce(system, r); err != nil || found {
				t.Errorf("%s: %t, %v", name, found, err)
			}
		}
		if found, err := n.TakeBounce(identity.AsSystem(n.Other, "test"), ours); err != nil || found {
			t.Errorf("another municipality takes it: %t, %v", found, err)
		}
		n.settle(t)
		n.stands(t, id, notify.Email, notify.HandedOver)
		if len(n.sms.Messages()) != 0 {
			t.Error("went another way")
		}
	})
}

// letterBack has a decision go by letter to somebody who cannot be reached
// otherwise, post it and come back.
func letterBack(head context.Context, t *testing.T, n *neighbours, reason string) (message, letter string) {
	t.Helper()
	message = n.send(t, decisionTo("person-1"))
	n.settle(t)
	list, err := n.Printouts(head, "")
	if err != nil || len(list) != 1 {
		t.Fatalf("to print: %d, %v", len(list), err)
	}
	letter = list[0].ID
	if err := n.Back(head, letter, reason); !errs.Is(err, errs.KindConflict) {
		t.Errorf("came back before it was posted: %v", err)
	}
	if err := n.Posted(head, letter); err != nil {
		t.Fatal(err)
	}
	if err := n.Again(head, letter); !errs.Is(err, errs.KindConflict) {
		t.Errorf("sent again before it came back: %v", err)
	}
	for range 2 {
		if err := n.Back(head, letter, reason); err != nil {
			t.Fatal(err)
		}
	}
	return message, letter
}

func decisionTo(person string) notify.Message { return message(person, notify.Decision) }

func TestBack_thenSentAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		head := n.as(identity.Staff, "head", identity.Grant{Role: string(access.DepartmentHead), Department: "d-1"})
		n.knows(t, "person-1", func(r *contact.Record) { r.Reserved = true })
		id, letter := letterBack(head, t, n, notify.BackMoved)
		n.stands(t, id, notify.Letter, notify.Bounced)
		if diff := cmp.Diff([]notify.LetterBack{{Thread: "case:1", Person: "person-1", Message: id, Subject: "Sak 1 er avgjort", Reason: notify.BackMoved}}, n.backs); diff != "" {
			t.Errorf("heard: %s", diff)
		}
		if list, err := n.Printouts(head, "back"); err != nil || len(list) != 1 || list[0].ID != letter || list[0].LastError != notify.BackMoved {
			t.Errorf("came back: %+v, %v", list, err)
		}
		for range 2 { // pressed twice it is one letter
			if err := n.Again(head, letter); err != nil {
				t.Fatal(err)
			}
		}
		n.stands(t, id, notify.Letter, notify.Waiting)
		waiting, err := n.Printouts(head, "")
		if err != nil || len(waiting) != 1 || waiting[0].ID == letter {
			t.Fatalf("to print again: %+v, %v", waiting, err)
		}
		if list, err := n.Printouts(head, "back"); err != nil || len(list) != 0 {
			t.Errorf("still among those that came back: %+v, %v", list, err)
		}
		if err := n.Posted(head, waiting[0].ID); err != nil {
			t.Fatal(err)
		}
		n.stands(t, id, notify.Letter, notify.HandedOver)
		want := []string{"notify.posted", "notify.letter_back", "notify.letter_again", "notify.posted"}
		if diff := cmp.Diff(want, actions(t, n)); diff != "" {
			t.Errorf("the log: %s", diff)
		}
	})
}

func TestBack_takesTheNextWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		head := n.as(identity.Staff, "head", identity.Grant{Role: string(access.DepartmentHead), Department: "d-1"})
		n.knows(t, "person-1", nil)
		if err := n.Prefer(n.as(identity.Resident, "person-1"), notify.Preferences{notify.Decision: notify.Letter}); err != nil {
			t.Fatal(err)
		}
		id, letter := letterBack(head, t, n, notify.BackUncollected)
		if len(n.backs) != 1 || n.backs[0].Next != notify.Email {
			t.Errorf("heard %+v", n.backs)
		}
		n.settle(t)
		n.stands(t, id, notify.Email, notify.HandedOver)
		if err := n.Again(head, letter); err != nil { // paper all the same
			t.Fatal(err)
		}
		n.stands(t, id, notify.Letter, notify.Waiting)
	})
}

func TestBack_isForTheDepartment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		grant := func(role access.Role, department string) context.Context {
			return n.as(identity.Staff, "worker", identity.Grant{Role: string(role), Department: department})
		}
		n.knows(t, "person-1", func(r *contact.Record) { r.Reserved = true })
		_, letter := letterBack(grant(access.CaseWorker, "d-1"), t, n, notify.BackUnknown)
		for who, tt := range map[string]struct {
			ctx  context.Context
			want errs.Kind
		}{
			"another's worker": {grant(access.CaseWorker, "d-2"), errs.KindNotFound},
			"an administrator": {grant(access.Administrator, ""), errs.KindNotFound},
			"the recipient":    {n.as(identity.Resident, "person-1"), errs.KindNotFound},
			"nobody":           {n.Ctx, errs.KindLogin},
		} {
			for what, err := range map[string]error{
				"records": n.Back(tt.ctx, letter, notify.BackUnknown), "sends": n.Again(tt.ctx, letter), "looks": second(n.Letter(tt.ctx, letter)),
			} {
				if !errs.Is(err, tt.want) {
					t.Errorf("%s %s: %v", who, what, err)
				}
			}
		}
		worker := grant(access.CaseWorker, "d-1")
		if err := n.Back(worker, letter, "eaten by the dog"); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("any reason: %v", err)
		}
		if p, err := n.Letter(worker, letter); err != nil || p.Name != "Kari person-1" {
			t.Errorf("its page: %+v, %v", p, err)
		}
		if err := n.Back(worker, ids.New(), notify.BackUnknown); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a letter that is none: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestReturnTo_withoutAnAddress(t *testing.T) {
	t.Parallel()
	n := meet(t, storetest.SQLite(t, modules()...), true)
	n.BounceAddress = ""
	n.knows(t, "person-1", nil)
	n.send(t, message("person-1", notify.Notice))
	n.settle(t)
	if got := n.mail.letters(); len(got) != 1 || got[0].ReturnTo != "" {
		t.Errorf("sent %+v", got)
	}
}
