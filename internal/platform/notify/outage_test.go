package notify_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/notify"
)

// TestOutage takes each neighbour away for 300 s in which people go on being
// told: nothing is lost, and a minute after its return all has gone, in order
// for each person.
func TestOutage_nothingIsLostAndAllGoesWithinAMinute(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		mailless bool // people are reached by SMS
		down     func(n *neighbours, down bool)
	}{
		"mail":             {false, func(n *neighbours, down bool) { n.mail.setDown(down) }},
		"SMS":              {true, func(n *neighbours, down bool) { n.sms.SetDown(down) }},
		"contact register": {false, func(n *neighbours, down bool) { n.krr.setDown(down) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, n *neighbours) {
				for p := range 12 {
					n.knows(t, fmt.Sprintf("person-%d", p), func(r *contact.Record) {
						if r.Mobile.Value = fmt.Sprintf("+4790000%03d", p); tt.mailless {
							r.Email.Value = ""
						}
					})
				}
				tt.down(n, true)
				var sent []string
				for second := 0; second < 300; second += 10 {
					m := message(fmt.Sprintf("person-%d", second/10%12), notify.Decision)
					m.Subject = fmt.Sprintf("nr %03d", second)
					sent = append(sent, n.send(t, m))
					n.settle(t)
					n.Clock.Advance(10 * time.Second)
				}
				if len(n.mail.letters())+len(n.sms.Messages()) != 0 || len(n.Down()) != 1 {
					t.Fatalf("sent %d while down: %+v", len(n.mail.letters()), n.Down())
				}
				tt.down(n, false)
				n.later(t, time.Minute, 5*time.Second)
				for _, id := range sent {
					item, _, err := n.Message(n.Ctx, id)
					if err != nil || item.State != notify.HandedOver {
						t.Fatalf("after a minute: %s %s, %v", item.Channel, item.State, err)
					}
				}
				if len(n.Down()) != 0 {
					t.Errorf("still down: %+v", n.Down())
				}
				inOrder(t, n, len(sent))
			})
		})
	}
}

// inOrder checks that everything came once, and to each in the order it was made.
func inOrder(t *testing.T, n *neighbours, want int) {
	t.Helper()
	got := map[string][]string{}
	total := 0
	for _, l := range n.mail.letters() {
		got[l.To] = append(got[l.To], l.Subject)
		total++
	}
	for _, m := range n.sms.Messages() {
		got[m.To] = append(got[m.To], m.Text)
		total++
	}
	for to, list := range got {
		if !slices.IsSorted(list) {
			t.Errorf("%s: %v", to, list)
		}
	}
	if total != want {
		t.Errorf("%d came, want %d", total, want)
	}
}

func TestOutage_ofTheRegister(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", nil)
		n.send(t, message("person-1", notify.Notice))
		n.settle(t) // so that something is known
		n.Clock.Advance(25 * time.Hour)
		n.krr.setDown(true)
		decision := n.send(t, message("person-1", notify.Decision))
		notice := n.send(t, message("person-1", notify.Notice))
		stranger := message("person-2", notify.Notice)
		stranger.Email = "own@post.test"
		own := n.send(t, stranger)
		n.settle(t)
		n.stands(t, decision, notify.Undecided, notify.Waiting)
		n.stands(t, notice, notify.Email, notify.HandedOver) // to what it said last
		n.stands(t, own, notify.Email, notify.HandedOver)    // to what she told us herself
		n.later(t, 71*time.Hour, time.Hour)
		n.stands(t, decision, notify.Undecided, notify.Waiting)
		n.later(t, 2*time.Hour, time.Hour)
		n.stands(t, decision, notify.Letter, notify.Waiting) // paper always reaches
	})
}

func TestOutage_ofTheMailForDaysTakesTheNextWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, n *neighbours) {
		n.knows(t, "person-1", nil)
		n.mail.setDown(true)
		id := n.send(t, message("person-1", notify.Decision))
		n.later(t, 47*time.Hour, time.Hour)
		n.stands(t, id, notify.Email, notify.Waiting)
		n.later(t, 2*time.Hour, time.Hour)
		n.stands(t, id, notify.SMS, notify.HandedOver)
	})
}
