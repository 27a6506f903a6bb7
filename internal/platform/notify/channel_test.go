package notify

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/contact"
)

func TestPlan_lawThenWishThenOrder(t *testing.T) {
	t.Parallel()
	both := reach{registered: true, paper: true, email: "a@b.test", mobile: "+4791234567"}
	change := func(r reach, f func(*reach)) reach { f(&r); return r }
	reserved := change(both, func(r *reach) { r.reserved, r.email, r.mobile = true, "", "" })
	nowhere := change(both, func(r *reach) { r.email, r.mobile = "", "" })
	guessed := change(nowhere, func(r *reach) { r.registered = false })
	for name, tt := range map[string]struct {
		class Class
		wish  Channel
		r     reach
		want  string
	}{
		"usual":                                 {Notice, "", both, "email sms letter"},
		"a decision":                            {Decision, "", both, "email sms letter"},
		"SMS first":                             {Notice, SMS, both, "sms email letter"},
		"letters first":                         {Notice, Letter, both, "letter email sms"},
		"letters where none are printed":        {Notice, Letter, change(both, func(r *reach) { r.paper = false }), "email sms"},
		"the inbox is enough":                   {Notice, Inbox, both, ""},
		"but not for a decision":                {Decision, Inbox, both, "email sms letter"},
		"reserved":                              {Decision, "", reserved, "letter"},
		"reserved, whatever the wish":           {Decision, SMS, reserved, "letter"},
		"reserved, where none are printed":      {Decision, "", change(reserved, func(r *reach) { r.paper = false }), ""},
		"nobody reachable":                      {Notice, "", nowhere, "letter"},
		"a notice, no register":                 {Notice, "", guessed, ""},
		"a reminder, no register":               {Reminder, "", guessed, "letter"},
		"a decision, no register":               {Decision, "", guessed, "letter"},
		"only a phone":                          {Reminder, Email, change(both, func(r *reach) { r.email = " " }), "sms letter"},
		"a notice to one who told us her email": {Notice, "", change(both, func(r *reach) { r.registered = false }), "email sms"},
		"staff":                                 {Staff, Letter, both, "email"},
		"staff without an address":              {Staff, "", nowhere, ""},
	} {
		var got []string
		for _, rung := range plan(tt.class, tt.wish, tt.r) {
			got = append(got, string(rung.Channel))
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestByRegister_ownAddressesCountForNoticesOnly(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	record := contact.Record{
		Status: contact.Active, Email: contact.Detail{Value: "krr@post.test", Updated: now.AddDate(-3, 0, 0)},
		Mobile: contact.Detail{Value: "+4790000001", Updated: now.AddDate(0, -2, 0)},
	}
	own := reach{email: "own@post.test", paper: true}
	if r := byRegister(own, Decision, record, now, "+4790000002"); r.email != "" || r.mobile != "+4790000001" || !r.registered || !r.paper {
		t.Errorf("a decision: %+v", r)
	}
	if r := byRegister(own, Notice, record, now, "+4790000002"); r.email != "own@post.test" || r.mobile != "+4790000002" {
		t.Errorf("a notice: %+v", r)
	}
	if r := byRegister(reach{}, Reminder, record, now, ""); r.email != "krr@post.test" || r.mobile != "+4790000001" {
		t.Errorf("a reminder to one who told us nothing: %+v", r)
	}
	record.Reserved = true
	if r := byRegister(own, Decision, record, now, ""); !r.reserved {
		t.Errorf("reserved: %+v", r)
	}
	if r := byRegister(own, Notice, record, now, ""); r.reserved {
		t.Errorf("reserved, a notice: %+v", r)
	}
}

func TestLoud_isQuietFromNineToEight(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2026-11-23T07:59:59+01:00": "2026-11-23T08:00:00+01:00",
		"2026-11-23T08:00:00+01:00": "2026-11-23T08:00:00+01:00",
		"2026-11-23T20:59:59+01:00": "2026-11-23T20:59:59+01:00",
		"2026-11-23T21:00:00+01:00": "2026-11-24T08:00:00+01:00",
		"2026-12-31T23:30:00+01:00": "2027-01-01T08:00:00+01:00",
		"2026-03-28T22:00:00+01:00": "2026-03-29T08:00:00+02:00", // clocks go forward in the night
		"2026-10-25T01:30:00+02:00": "2026-10-25T08:00:00+01:00", // and back
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		then, err := time.Parse(time.RFC3339, want)
		if err != nil {
			t.Fatal(err)
		}
		if got := loud(now); !got.Equal(then) {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}

func TestMask_tellsWhichAndNotWhat(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		c        Channel
		to, want string
	}{
		{Email, "kari@post.test", "k•••@post.test"},
		{Email, "åse@post.test", "å•••@post.test"},
		{SMS, "+4791234567", "••• 567"},
		{SMS, "12", ""},
		{Email, "@post.test", ""},
		{Letter, "", ""},
		{Email, "kari", ""},
	} {
		if got := mask(tt.c, tt.to); got != tt.want {
			t.Errorf("mask(%s, %q) = %q, want %q", tt.c, tt.to, got, tt.want)
		}
	}
}

func TestGates_letOneThroughWhileACarrierIsDown(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	g, lost := newGates(), Answer{Outcome: Unsure, Code: codeConnect}
	for n := range patience {
		if g.hold(Email, now) != 0 || !g.downSince(Email).IsZero() {
			t.Fatalf("closed after %d failures", n)
		}
		g.note(Email, lost, now)
	}
	if got := g.hold(Email, now); got != gatePause || g.downSince(Email) != now {
		t.Errorf("held for %v, down since %v", got, g.downSince(Email))
	}
	if g.hold(SMS, now) != 0 {
		t.Error("another carrier is held too")
	}
	later := now.Add(gatePause)
	if g.hold(Email, later) != 0 {
		t.Error("nobody tries again")
	}
	if g.hold(Email, later) == 0 {
		t.Error("two try at a time")
	}
	g.note(Email, Answer{Outcome: NotEver, Code: "550"}, later) // an answer about a message is an answer
	if g.hold(Email, later) != 0 || !g.downSince(Email).IsZero() {
		t.Error("still closed after an answer")
	}
}

func TestAnswer_down(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a    Answer
		want bool
	}{
		{Answer{Taken, "250"}, false},
		{Answer{NotNow, "451"}, false},
		{Answer{NotEver, "550"}, false},
		{Answer{Unsure, "lost"}, false},
		{Answer{NoAccess, "535"}, true},
		{Answer{Unsure, "connect"}, true},
		{judge(503), true},
		{judge(401), true},
		{judge(429), false},
		{judge(422), false},
		{judge(202), false},
	} {
		if got := tt.a.down(); got != tt.want {
			t.Errorf("%+v: %t", tt.a, got)
		}
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"912 34 567": "+4791234567", "+47 912 34 567": "+4791234567", "004791234567": "+4791234567", "+46-70 123 45 67": "+46701234567", "123": "123",
	} {
		if got := number(text); got != want {
			t.Errorf("number(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestSenderName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Vestby kommune": "Vestby", "Oslo": "Oslo", "Hå kommune": "Hå kommune", "Fjordbygdakommune": "Fjordbygdak", "Ås kommune\r\nX": "Ås kommune", "": "",
	} {
		if got := senderName(name); got != want {
			t.Errorf("senderName(%q) = %q, want %q", name, got, want)
		}
	}
}
