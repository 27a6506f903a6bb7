package notify_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// onPaper sends a message to somebody who has reserved herself against anything but
// letters, and returns its delivery.
func onPaper(t *testing.T, n *neighbours, m notify.Message) notify.Step {
	t.Helper()
	n.knows(t, m.PersonID, func(r *contact.Record) { r.Reserved = true })
	n.send(t, m)
	n.settle(t)
	step := n.last(t)
	if step.Channel != notify.Letter {
		t.Fatalf("it went by %s", step.Channel)
	}
	return step
}

// staff is one of the municipality's own with a role in a department.
func (n *neighbours) staff(person, role, department string) context.Context {
	return n.as(identity.Staff, person, identity.Grant{Role: role, Department: department})
}

// sees checks whether somebody may do anything at all with a letter.
func (n *neighbours) sees(ctx context.Context, t *testing.T, who, show, id string, want bool) {
	t.Helper()
	list, err := n.Printouts(ctx, show)
	if err != nil || (len(list) == 1) != want {
		t.Errorf("%s lists %d, %v; want it to be seen: %t", who, len(list), err, want)
	}
	for what, act := range map[string]func() error{
		"print":     func() error { _, err := n.Print(ctx, id, false); return err },
		"read":      func() error { _, err := n.Letter(ctx, id); return err },
		"send anew": func() error { return n.Again(ctx, id) },
	} {
		if err := act(); errs.Is(err, errs.KindNotFound) == want {
			t.Errorf("%s may %s: %v", who, what, err)
		}
	}
}

// TestPrint_isAsClosedAsTheCase: a protected address (folkeregisterloven § 10-4)
// hides the letter from the department, as it hides the case.
func TestPrint_isAsClosedAsTheCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.about.Restricted, n.about.Assignee = true, "head"
		id := onPaper(t, n, message("person-1", notify.Decision)).ID
		worker, other := n.staff("worker", "case_worker", "d-1"), n.staff("other", "case_worker", "d-1")
		head, elsewhere := n.staff("head", "department_head", "d-1"), n.staff("chief", "department_head", "d-2")
		n.sees(worker, t, "a colleague", "", id, false)
		n.sees(head, t, "the head", "", id, true)
		n.sees(elsewhere, t, "another head", "", id, false)
		if err := n.Posted(worker, id); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a colleague posts it: %v", err)
		}

		follow := func(restricted bool, assignee, department string) {
			t.Helper()
			err := n.Env.DB.Write(n.Ctx, func(ctx context.Context, tx *store.Tx) error {
				return n.Follow(ctx, tx, notify.About{Thread: "case:1", Department: department, Restricted: restricted, Assignee: assignee})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		follow(true, "worker", "d-1") // the case was given to her
		n.sees(worker, t, "who has the case now", "", id, true)
		n.sees(other, t, "her colleague", "", id, false)
		follow(false, "worker", "d-1") // the protection is lifted
		n.sees(other, t, "her colleague, when it is open", "", id, true)
		if err := n.Posted(other, id); err != nil {
			t.Fatal(err)
		}
		follow(true, "", "d-1") // and comes back after it was posted
		n.sees(other, t, "a colleague, of what was posted", "posted", id, false)
		if err := n.Back(other, id, notify.BackMoved); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a colleague records that it came back: %v", err)
		}
		follow(false, "", "d-2") // and the case moves
		n.sees(other, t, "the old department", "posted", id, false)
		n.sees(elsewhere, t, "the new department", "posted", id, true)
	})
}

func TestFollow_touchesOnlyTheThread(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		id := onPaper(t, n, message("person-1", notify.Decision)).ID
		for _, thread := range []string{"", "case:2", "notice:1"} {
			err := n.Env.DB.Write(n.Ctx, func(ctx context.Context, tx *store.Tx) error {
				return n.Follow(ctx, tx, notify.About{Thread: thread, Restricted: true})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		n.sees(n.staff("worker", "case_worker", "d-1"), t, "the department", "", id, true)
	})
}

// Who answers for threads finds those in which a person has been told something, and neither
// another's nor those of others.
func TestThreadsTo_areThePersonsOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		err := n.Env.DB.Write(n.Ctx, func(ctx context.Context, tx *store.Tx) error {
			for i, m := range []struct{ person, thread string }{
				{"person-1", "notice:1"}, {"person-1", "notice:1"}, {"person-1", "notice:2"}, {"person-1", "case:1"}, {"person-1", "notice-sender:3"}, {"person-2", "notice:4"}, {"person-1", "notic"},
			} {
				one := message(m.person, notify.Decision)
				one.Thread, one.Dedupe = m.thread, "threads:"+strconv.Itoa(i)
				if _, err := n.Send(ctx, tx, one); err != nil {
					return err
				}
			}
			for person, want := range map[string]string{"person-1": "notice:2 notice:1", "person-2": "notice:4", "person-3": "", "": ""} {
				got, err := n.ThreadsTo(ctx, tx, person, "notice:")
				if err != nil || strings.Join(got, " ") != want {
					t.Errorf("%s: %v, %v; want %s", person, got, err, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestLetter_isTheDocumentThatTheMessageNames, not whichever the thread has.
func TestLetter_isTheDocumentThatTheMessageNames(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		paper    notify.Paper
		document string
		enclosed bool
	}{
		"none: what the thread has":   {notify.Paper{}, "decision", true},
		"text only":                   {notify.Paper{Paragraphs: []string{"Vi spør."}}, "decision", true},
		"its own, to the person":      {notify.Paper{Document: "rejection", Addressee: "person-1"}, "rejection", false},
		"its own, to somebody else":   {notify.Paper{Document: "rejection", Addressee: "person-2"}, "rejection", true},
		"its own, without an address": {notify.Paper{Document: "rejection"}, "rejection", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, n *neighbours) {
				n.about.Document, n.about.Enclosed = "decision", true
				m := message("person-1", notify.Decision)
				m.Paper = tt.paper
				if step := onPaper(t, n, m); step.Document != tt.document || step.Enclosed != tt.enclosed {
					t.Errorf("the letter is %q, enclosed: %t", step.Document, step.Enclosed)
				}
			})
		})
	}
}

// TestPaper_staysOnPaper: what stands in a case goes neither by e-mail nor by SMS
// (eForvaltningsforskriften § 4), and is kept encrypted.
func TestPaper_staysOnPaper(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", nil)
		m := message("person-1", notify.Reminder)
		m.Paper.Paragraphs = []string{" Hvilken diagnose\r\nhar hun? \x00", "  "}
		id := n.send(t, m)
		n.settle(t)
		item := n.stands(t, id, notify.Email, notify.HandedOver)
		if got := item.Paper.Paragraphs; len(got) != 1 || got[0] != "Hvilken diagnose\nhar hun?" {
			t.Errorf("on paper it says %q", got)
		}
		for _, e := range n.mail.letters() {
			if strings.Contains(e.Text+e.HTML+e.Subject, "diagnose") {
				t.Errorf("the e-mail tells it: %s", e.Text)
			}
		}
		if strings.Contains(item.Text+item.HTML+item.Short, "diagnose") {
			t.Error("the message tells it outside the letter")
		}
	})
}

// acting is somebody who acts for another.
func (n *neighbours) acting(basis identity.Basis) context.Context {
	return identity.With(n.Ctx, identity.Actor{Kind: identity.Resident, PersonID: "marte", OnBehalfOf: "person-1", Basis: basis, Scopes: []string{identity.AllScopes}})
}

func TestInbox_ofTheOneRepresented(t *testing.T) {
	t.Parallel()
	for basis, tt := range map[identity.Basis]struct{ reads, counts bool }{
		identity.ByOffice: {reads: true, counts: true}, identity.ByGuardianship: {reads: true, counts: true}, identity.ByMandate: {},
	} {
		t.Run(string(basis), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, n *neighbours) {
				n.knows(t, "person-1", nil)
				id := n.send(t, message("person-1", notify.Notice))
				n.settle(t)
				ctx := n.acting(basis)
				list, err := n.Inbox(ctx, "person-1")
				if (len(list) == 1) != tt.reads || (err == nil) != tt.reads {
					t.Fatalf("the inbox holds %d, %v", len(list), err)
				}
				if !tt.reads {
					return
				}
				if looks := n.looks(t, "inbox"); looks != 1 {
					t.Errorf("%d looks at the inbox are recorded", looks)
				}
				if _, err := n.Open(ctx, id); err != nil {
					t.Fatal(err)
				}
				if looks := n.looks(t, "message"); looks != 1 {
					t.Errorf("%d looks at the message are recorded", looks)
				}
				left, err := n.Unread(ctx, "person-1")
				if err != nil || (left == 0) != tt.counts {
					t.Errorf("%d are unread, %v", left, err)
				}
				if _, err := n.Inbox(ctx, "person-2"); !errs.Is(err, errs.KindNotFound) {
					t.Errorf("somebody else's inbox: %v", err)
				}
			})
		})
	}
}

// looks counts the looks of others at something of the first person's.
func (n *neighbours) looks(t *testing.T, object string) (count int) {
	t.Helper()
	err := n.Env.DB.Read(n.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		count, err = store.One(ctx, tx, store.Value[int], `select count(*) from audit_entries
			where tenant_id = $1 and action = 'audit.looked' and subject_id = 'person-1' and object_type = $2`, tx.Tenant, object)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// guardian is one of two who act for a child.
func (n *neighbours) guardian(person string) context.Context {
	return identity.With(n.Ctx, identity.Actor{Kind: identity.Resident, PersonID: person, OnBehalfOf: "person-1", Basis: identity.ByGuardianship, Scopes: []string{identity.AllScopes}})
}

// TestRead_isOfEachReader: what one guardian has read is new to the other and to the
// child; what the child has read is new to them.
func TestRead_isOfEachReader(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", nil)
		first, second := n.send(t, message("person-1", notify.Notice)), n.send(t, message("person-1", notify.Notice))
		n.settle(t)
		mother, father, child := n.guardian("mother"), n.guardian("father"), n.as(identity.Resident, "person-1")
		stands := func(who string, ctx context.Context, unread int, read ...string) {
			t.Helper()
			got, err := n.Unread(ctx, "person-1")
			if err != nil || got != unread {
				t.Errorf("%s: %d unread, want %d; %v", who, got, unread, err)
			}
			list, err := n.Inbox(ctx, "person-1")
			if err != nil || len(list) != 2 {
				t.Fatalf("%s: %d in the inbox, %v", who, len(list), err)
			}
			for _, m := range list {
				if want := slices.Contains(read, m.ID); m.ReadAt.IsZero() == want {
					t.Errorf("%s has read %s at %v, want it read: %t", who, m.ID, m.ReadAt, want)
				}
			}
		}
		var at time.Time
		for range 2 { // reading it again changes nothing
			m, err := n.Open(mother, first)
			if err != nil || m.ReadAt.IsZero() || !m.SeenAt.IsZero() {
				t.Fatalf("read at %v, seen at %v, %v", m.ReadAt, m.SeenAt, err)
			}
			list, err := n.Inbox(mother, "person-1")
			if err != nil || !at.IsZero() && !list[1].ReadAt.Equal(at) {
				t.Errorf("read anew at %v, first at %v, %v", list[1].ReadAt, at, err)
			}
			at = list[1].ReadAt
			n.Clock.Advance(time.Minute)
		}
		stands("the mother", mother, 1, first)
		stands("the father", father, 2)
		stands("the child", child, 2)
		if _, err := n.Open(child, second); err != nil {
			t.Fatal(err)
		}
		stands("the child", child, 1, second)
		stands("the mother", mother, 1, first)
		stands("the father", father, 2)
		err := n.Env.DB.Write(n.Ctx, func(ctx context.Context, tx *store.Tx) error { return n.ForgetMessage(ctx, tx, first) })
		if err != nil {
			t.Fatal(err)
		}
		err = n.Env.DB.Read(n.Ctx, func(ctx context.Context, tx *store.Tx) error {
			left, err := store.One(ctx, tx, store.Value[int], `select count(*) from notify_reads where tenant_id = $1`, tx.Tenant)
			if left != 0 {
				t.Errorf("%d marks of a message that is gone", left)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
