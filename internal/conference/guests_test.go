package conference_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

const fireStation = "brann@example.no"

func fire() conference.Invitation {
	return conference.Invitation{Name: "  Brannvesenet,\n Ola ", Email: " " + fireStation, Text: "Ta med kart over brannkummer."}
}

// toAddress are the messages to an e-mail address, the oldest first.
func toAddress(t *testing.T, h *apptest.Harness, address string) (list []notify.Item) {
	t.Helper()
	items, err := h.App.Notify.Outbox(identity.AsSystem(h.In("torgoy"), "test"), 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		if item.Address == address {
			list = append(list, item)
		}
	}
	slices.Reverse(list)
	return list
}

// called is a request whose parties are called to a meeting.
func called(t *testing.T, h *apptest.Harness) cases.Case {
	t.Helper()
	c, err := h.App.Conference.Call(h.As(0, demo.Planner), which(handled(t, h, request())), toMeet(h, 5))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// invited is one to which the fire brigade is asked too.
func invited(t *testing.T, h *apptest.Harness) cases.Case {
	t.Helper()
	c, err := h.App.Conference.Invite(h.As(0, demo.Planner), which(called(t, h)), fire())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// guestsOf are who is asked to come.
func guestsOf(t *testing.T, h *apptest.Harness, c cases.Case) []conference.Guest {
	t.Helper()
	v, err := h.App.Conference.View(h.As(0, demo.Planner), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return v.Guests
}

// What a guest is told: when and where and about which property, and of the change; never
// who applies.
func TestInvite_tellsTheGuestWhenAndWhereAndWhatChanges(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner := h.As(0, demo.Planner)
		c := invited(t, h)
		if g := guestsOf(t, h, c); len(g) != 1 || g[0].Name != "Brannvesenet, Ola" || g[0].Email != fireStation {
			t.Fatalf("%+v", g)
		}
		moved := toMeet(h, 6)
		moved.Place = "Brannstasjonen"
		c, err := h.App.Conference.Call(planner, which(c), moved)
		if err != nil {
			t.Fatal(err)
		}
		if c, err = h.App.Conference.Uninvite(planner, which(c), guestsOf(t, h, c)[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Conference.Call(planner, which(c), toMeet(h, 7)); err != nil { // she hears no more
			t.Fatal(err)
		}
		told := toAddress(t, h, fireStation)
		wants := []struct {
			kind string
			has  []string
		}{
			{"conference.guest_invited", []string{"Fyrlia 4", "12/34", "Rådhuset, møterom 2", "kl. 10.00", "brannkummer", c.Label()}},
			{"conference.guest_moved", []string{"Brannstasjonen", "kl. 10.00", "12/34"}},
			{"conference.guest_cancelled", []string{"trenger ikke", c.Label()}},
		}
		if len(told) != len(wants) {
			t.Fatalf("%d messages", len(told))
		}
		for i, want := range wants {
			if told[i].Kind != want.kind || told[i].Class != notify.Notice || told[i].PersonID != "" {
				t.Errorf("%s as %s to %q", told[i].Kind, told[i].Class, told[i].PersonID)
			}
			for _, text := range want.has {
				if !strings.Contains(told[i].Text, text) {
					t.Errorf("%s lacks %q:\n%s", want.kind, text, told[i].Text)
				}
			}
			if strings.Contains(told[i].Text, c.ApplicantName) || strings.Contains(told[i].Text, "skisser") {
				t.Errorf("%s tells what is the applicant's:\n%s", want.kind, told[i].Text)
			}
		}
	})
}

// The parties read who is asked, and not how she is reached; nobody but whoever handles the
// case sees more.
func TestInvite_isInTheJournalAndOnThePages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := called(t, h)
		staff, party := h.Visitor("torgoy").As(demo.Planner), h.Visitor("torgoy").As(demo.Mother)
		at := "/work/cases/" + c.ID + "/conference"
		post := func(values map[string][]string) *apptest.Page {
			t.Helper()
			page := staff.Get(at).Must(http.StatusOK)
			values["version"], values["once"] = []string{page.Value("version")}, []string{"press"}
			return staff.Post(at, values)
		}
		post(map[string][]string{"do": {"invite"}, "guest_name": {" "}, "guest_email": {"brann"}}).Must(http.StatusUnprocessableEntity).
			Has("Skriv hvem som blir bedt med.", "Skriv en e-postadresse")
		for range 2 { // pressed twice
			post(map[string][]string{"do": {"invite"}, "guest_name": {"Brannvesenet"}, "guest_email": {fireStation}, "guest_text": {"Ta med kart."}}).
				Must(http.StatusOK).Has(fireStation, "Invitasjonen er sendt.")
		}
		if n := len(toAddress(t, h, fireStation)); n != 1 {
			t.Errorf("%d messages", n)
		}
		lacks(t, party.Get("/my/cases/"+c.ID).Must(http.StatusOK).Has("Bedt med på forhåndskonferansen: Brannvesenet.", "Ta med kart.", "Andre som er bedt med"), fireStation)
		twice := post(map[string][]string{"do": {"invite"}, "guest_name": {"Brannvesenet igjen"}, "guest_email": {strings.ToUpper(fireStation)}}).
			Must(http.StatusUnprocessableEntity).Has("Denne adressen er allerede bedt med.")
		if twice.Value("guest_name") != "Brannvesenet igjen" {
			t.Error("what was typed is gone")
		}
		guest := guestsOf(t, h, c)[0].ID
		lacks(t, post(map[string][]string{"do": {"uninvite"}, "guest": {guest}}).Must(http.StatusOK).Has("Invitasjonen er tatt tilbake"), fireStation)
		post(map[string][]string{"do": {"uninvite"}, "guest": {guest}}).Must(http.StatusOK).Has("Invitasjonen er allerede tatt tilbake.")
		party.Get("/my/cases/" + c.ID).Must(http.StatusOK).Has("Brannvesenet trenger ikke å komme på forhåndskonferansen.")
	})
}

func TestInvite_refusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner, s := h.As(0, demo.Planner), h.App.Conference
		c := handled(t, h, request())
		if _, err := s.Invite(planner, which(c), fire()); errs.Of(err) == nil || errs.Of(err).Key != "conference.not_called" {
			t.Errorf("before there is a time: %v", err)
		}
		c, err := s.Call(planner, which(c), toMeet(h, 5))
		if err != nil {
			t.Fatal(err)
		}
		for name, in := range map[string]conference.Invitation{
			"nobody": {Email: fireStation}, "nowhere": {Name: "Ola"}, "a name as address": {Name: "Ola", Email: "Ola <ola@example.no>"},
			"two lines": {Name: "Ola", Email: "ola@example.no\r\nBcc: alle@example.no"}, "endless": {Name: "Ola", Email: fireStation, Text: strings.Repeat("x", 1001)},
			"a long name": {Name: strings.Repeat("x", 201), Email: fireStation}, "a long address": {Name: "Ola", Email: strings.Repeat("x", 250) + "@a.no"},
		} {
			if _, err := s.Invite(planner, which(c), in); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, part := range []demo.Part{demo.CaseWorker, demo.Mother, demo.Apart} {
			if _, err := s.Invite(h.As(0, part), which(c), conference.Invitation{}); err == nil || errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s invites: %v", part, err)
			}
		}
		for i := range 20 {
			in := fire()
			in.Email = string(rune('a'+i)) + "@example.no"
			if c, err = s.Invite(planner, which(c), in); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Invite(planner, which(c), fire()); errs.Of(err) == nil || errs.Of(err).Key != "conference.too_many_guests" {
			t.Errorf("one more than there is room for: %v", err)
		}
		if _, err := s.Uninvite(planner, which(c), "nobody"); !errs.Is(err, errs.KindConflict) {
			t.Errorf("who is not asked: %v", err)
		}
	})
}

// When the request is taken back there is no meeting to come to.
func TestInvite_guestsHearThatItIsOff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := invited(t, h)
		if _, err := h.App.Cases.Withdraw(h.As(0, demo.Mother), c.ID); err != nil {
			t.Fatal(err)
		}
		told := toAddress(t, h, fireStation)
		if len(told) != 2 || told[1].Kind != "conference.guest_cancelled" {
			t.Errorf("%d messages", len(told))
		}
		if _, guests := rows(t, h, c); guests != 0 {
			t.Error("their addresses are kept when there is nothing to come to")
		}
	})
}

// Where somebody's address is protected nobody is asked by e-mail, and who was asked before
// is not told where the meeting is now: it may be at her home.
func TestInvite_neverTellsAProtectedAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner := h.As(0, demo.Planner)
		c := invited(t, h)
		err := h.App.DB.Write(identity.AsSystem(h.In("torgoy"), "test"), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update cases set restricted = $3 where tenant_id = $1 and id = $2`, tx.Tenant, c.ID, true)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		home := toMeet(h, 6)
		home.Way, home.Place = "site", "Fyrlia 4"
		c, err = h.App.Conference.Call(planner, which(c), home)
		if err != nil {
			t.Fatal(err)
		}
		told := toAddress(t, h, fireStation)
		if len(told) != 2 || told[1].Kind != "conference.guest_moved" || strings.Contains(told[1].Text, "Fyrlia") || strings.Contains(told[1].Text, "12/34") {
			t.Errorf("%d messages, the last\n%s", len(told), told[len(told)-1].Text)
		}
		in := fire()
		in.Email = "andre@example.no"
		if _, err := h.App.Conference.Invite(planner, which(c), in); errs.Of(err) == nil || errs.Of(err).Key != "conference.protected" {
			t.Errorf("asked all the same: %v", err)
		}
		lacks(t, h.Visitor("torgoy").As(demo.Planner).Get("/work/cases/"+c.ID+"/conference").Must(http.StatusOK).Has("adressesperre"), `name="guest_email"`)
	})
}
