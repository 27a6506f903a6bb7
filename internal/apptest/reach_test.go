package apptest_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// proofTo returns the newest message of a kind to a player about a case, as
// somebody sees its proof.
func proofTo(reader context.Context, t *testing.T, h *apptest.Harness, to demo.Part, id, kind string) notify.Proof {
	t.Helper()
	person := identity.From(h.As(0, to)).PersonID
	list, err := h.App.Notify.ProofOf(reader, "case:"+id)
	must(t, err)
	i := slices.IndexFunc(list, func(p notify.Proof) bool { return p.Kind == kind && p.Person == person })
	if i < 0 {
		t.Fatalf("%s was not told %s: %+v", to, kind, list)
	}
	return list[i]
}

// ways are the ways a message took, and where each stands.
func ways(p notify.Proof) []string {
	list := []string{}
	for _, s := range p.Steps {
		list = append(list, string(s.Channel)+" "+string(s.State))
	}
	return list
}

// went checks which ways a message took.
func went(t *testing.T, h *apptest.Harness, to demo.Part, id, kind string, want ...string) notify.Proof {
	t.Helper()
	p := proofTo(h.As(0, demo.CaseWorker), t, h, to, id, kind)
	if diff := cmp.Diff(append([]string{}, want...), ways(p)); diff != "" {
		t.Errorf("%s to %s: %s", kind, to, diff)
	}
	return p
}

// mailTo returns the e-mails that a player got about a case.
func mailTo(t *testing.T, h *apptest.Harness, to demo.Part, id string) (list []notify.Envelope) {
	t.Helper()
	player, _ := h.Demo.Population().Player(0, to)
	for _, e := range h.Reach.Mail.Letters() {
		if e.To == player.Email && strings.Contains(e.Text, id) {
			list = append(list, e)
		}
	}
	return list
}

// bothSee checks that both sides read the same about a message.
func bothSee(t *testing.T, h *apptest.Harness, id string, lines ...string) {
	t.Helper()
	mother := proofTo(h.As(0, demo.Mother), t, h, demo.Mother, id, "case.decided")
	staff := proofTo(h.As(0, demo.CaseWorker), t, h, demo.Mother, id, "case.decided")
	if diff := cmp.Diff(staff, mother); diff != "" {
		t.Errorf("the sides see different proof: %s", diff)
	}
	for _, p := range []*apptest.Page{
		h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + id), h.Visitor("torgoy").As(demo.CaseWorker).Get("/work/cases/" + id),
	} {
		sound(t, p.Must(http.StatusOK), i18n.NB).Has(append(lines, "Beskjeder som er sendt")...)
	}
}

// decidedCase has the mother apply and the case decided.
func decidedCase(t *testing.T, h *apptest.Harness) string {
	t.Helper()
	id := applied(t, h, h.Visitor("torgoy").As(demo.Mother), i18n.NB, 1)
	h.Settle()
	decided(t, h.Visitor("torgoy").As(demo.CaseWorker), id)
	h.Settle()
	return id
}

// TestReach_whoHasReservedHerselfGetsALetter (eForvaltningsforskriften § 15 a).
func TestReach_whoHasReservedHerselfGetsALetter(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true, Reach: true}, func(t *testing.T, h *apptest.Harness) {
		h.Registered(0, demo.Mother, func(r *contact.Record) { r.Reserved, r.Notifying = true, false })
		id := decidedCase(t, h)
		p := went(t, h, demo.Mother, id, "case.decided", "letter waiting")
		went(t, h, demo.CoParent, id, "case.decided", "email handed_over") // who has not
		for _, e := range mailTo(t, h, demo.Mother, id) {
			if strings.Contains(e.Subject, "vedtak") {
				t.Errorf("she got an e-mail: %s", e.Subject)
			}
		}
		worker := h.Visitor("torgoy").As(demo.CaseWorker)
		sound(t, worker.Get("/work/print").Must(http.StatusOK), i18n.NB).Has(p.Name)
		paper := worker.Get("/work/print/" + p.Steps[0].ID).Must(http.StatusOK)
		text := strings.Join(strings.Fields(pdfText(t, paper.Body)), " ")
		for _, want := range []string{p.Name, "Vedtak", "Barnehageloven §§ 12 a og 16.", "klage"} {
			if !strings.Contains(text, want) {
				t.Errorf("the letter does not say %q: %s", want, text)
			}
		}
		worker.Post("/work/print/posted", map[string][]string{"letter": {p.Steps[0].ID}}).Must(http.StatusOK)
		went(t, h, demo.Mother, id, "case.decided", "letter handed_over")
		bothSee(t, h, id, "Brev i posten", "Lagt i kø for utskrift", "Lagt i posten")
	})
}

// TestReach_oldAddressesCarryNoDecisions tries the 18 months of
// eForvaltningsforskriften § 32 on the day and the day after. Notices go all the same.
func TestReach_oldAddressesCarryNoDecisions(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true, Reach: true}, func(t *testing.T, h *apptest.Harness) {
		id := applied(t, h, h.Visitor("torgoy").As(demo.Mother), i18n.NB, 1)
		h.Settle()
		for name, tt := range map[string]struct {
			mail, phone int // days beyond 18 months
			kind        string
			want        string
		}{
			"the last day":           {-1, -1, "case.decided", "email handed_over"},
			"the mail is too old":    {1, -1, "case.decided", "sms handed_over"},
			"both are too old":       {1, 1, "case.decided", "letter waiting"},
			"a notice goes all same": {1, 1, "case.received", "email handed_over"},
		} {
			h.Advance(25 * time.Hour) // what was asked about her is forgotten
			limit := h.Clock.Now().AddDate(0, -18, 0)
			h.Registered(0, demo.Mother, func(r *contact.Record) {
				r.Email.Updated, r.Mobile.Updated = limit.AddDate(0, 0, -tt.mail), limit.AddDate(0, 0, -tt.phone)
			})
			message := told(t, h, id, tt.kind)
			h.Settle()
			item, _, err := h.App.Notify.Message(h.In("torgoy"), message)
			must(t, err)
			if got := string(item.Channel) + " " + string(item.State); got != tt.want {
				t.Errorf("%s: %s, want %s", name, got, tt.want)
			}
		}
	})
}

// told writes a message to the mother about a case.
func told(t *testing.T, h *apptest.Harness, id, kind string) (message string) {
	t.Helper()
	ctx := h.As(0, demo.Mother)
	must(t, h.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		person, err := h.App.Identity.PersonIn(ctx, tx, identity.From(ctx).PersonID)
		if err != nil {
			return err
		}
		message, err = h.App.Notify.Send(ctx, tx, notify.Message{
			PersonID: person.ID, Email: person.Email, Kind: kind, Thread: "case:" + id, Lang: i18n.NB, Subject: "Nytt i saken",
			Body: notify.Body{Heading: "Nytt i saken", Paragraphs: []string{"Logg inn for å lese."}},
		})
		return err
	}))
	return message
}

// TestReach_eachWayIsTriedUntilOneReaches lets the e-mail come back, the SMS not
// arrive, the letter come back and be sent anew; each step is proven to both.
func TestReach_eachWayIsTriedUntilOneReaches(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true, Reach: true}, func(t *testing.T, h *apptest.Harness) {
		id := decidedCase(t, h)
		went(t, h, demo.Mother, id, "case.decided", "email handed_over")
		sent := mailTo(t, h, demo.Mother, id)
		mail := sent[len(sent)-1]
		if mail.ReturnTo == "" || !strings.Contains(mail.Subject, "vedtak") {
			t.Fatalf("the decision went as %q to come back to %q", mail.Subject, mail.ReturnTo)
		}
		if status := h.BounceMail(mail, false); status != http.StatusUnauthorized {
			t.Errorf("a stranger returns mail: %d", status)
		}
		for range 2 {
			if status := h.BounceMail(mail, true); status != http.StatusNoContent {
				t.Errorf("mail returned: %d", status)
			}
		}
		h.Settle()
		went(t, h, demo.Mother, id, "case.decided", "email bounced", "sms handed_over")
		texts := h.Reach.SMS.Messages()
		text := texts[len(texts)-1]
		if !strings.Contains(text.Text, "vedtak") || !strings.Contains(text.Text, "/my/cases/"+id) || strings.Contains(text.Text, "Barnehageloven") {
			t.Errorf("the SMS says %q", text.Text)
		}
		if status := h.LoseSMS(text); status != http.StatusNoContent {
			t.Errorf("SMS not arrived: %d", status)
		}
		h.Settle()
		p := went(t, h, demo.Mother, id, "case.decided", "email bounced", "sms bounced", "letter waiting")
		worker := h.Visitor("torgoy").As(demo.CaseWorker)
		comesBack(t, h, worker, p.Steps[2].ID)
		went(t, h, demo.Mother, id, "case.decided", "email bounced", "sms bounced", "letter bounced", "letter waiting")
		went(t, h, demo.CoParent, id, "case.decided", "email handed_over") // the other is untouched
		bothSee(t, h, id, "E-post til", "Kom i retur", "SMS til", "Lagt i posten", "Kom i retur: Flyttet", "Et brev kom i retur")
		h.Settle()
		inbox := h.Visitor("torgoy").As(demo.CaseWorker)
		sound(t, inbox.Get("/my/messages").Must(http.StatusOK), i18n.NB).Has("kom i retur")
		log, err := h.App.Audit.LooksAt(h.As(0, demo.Mother), identity.From(h.As(0, demo.Mother)).PersonID, 50)
		if err != nil || len(log) == 0 {
			t.Errorf("nobody has looked at her letter: %v", err)
		}
	})
}

// comesBack posts a letter on the pages of the print room, has it come back and
// sends it anew.
func comesBack(t *testing.T, h *apptest.Harness, worker *apptest.Visitor, letter string) {
	t.Helper()
	at := "/work/print/" + letter
	worker.Post("/work/print/posted", map[string][]string{"letter": {letter}}).Must(http.StatusOK)
	posted := sound(t, worker.Get("/work/print?show=posted").Must(http.StatusOK), i18n.NB)
	form := sound(t, worker.Get(posted.Link(at+"/back")).Must(http.StatusOK), i18n.NB).Has("Hva står på konvolutten?")
	wrong := worker.Submit(form, at+"/back", apptest.Fill{}).Must(http.StatusUnprocessableEntity)
	sound(t, wrong, i18n.NB).Has("Velg hva som står på konvolutten.")
	back := sound(t, worker.Submit(wrong, at+"/back", apptest.Set("reason", "moved")).Must(http.StatusOK), i18n.NB)
	back.Has("Det er registrert at brevet kom i retur.", "Flyttet", "Send på nytt")
	again := sound(t, worker.Submit(back, at+"/again", apptest.Fill{}).Must(http.StatusOK), i18n.NB)
	again.Has("Brevet ligger klart til utskrift igjen.", "Last ned PDF")
	if empty := worker.Get("/work/print?show=back").Must(http.StatusOK); strings.Contains(empty.Main(), letter) {
		t.Error("what was sent anew stands among what came back")
	}
}

// TestReach_preferencesPerPersonAndPerKind lets the parents of one child want to
// be told differently, each kind in its own way.
func TestReach_preferencesPerPersonAndPerKind(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true, Reach: true}, func(t *testing.T, h *apptest.Harness) {
		mother, father := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy").As(demo.CoParent)
		worker := h.Visitor("torgoy").As(demo.CaseWorker)
		mother.Post("/my/channels", map[string][]string{"decision": {"sms"}, "reminder": {"email"}, "service": {"inbox"}}).Must(http.StatusOK)
		father.Post("/my/channels", map[string][]string{"decision": {"letter"}, "reminder": {"sms"}, "service": {"email"}}).Must(http.StatusOK)
		id := applied(t, h, mother, i18n.NB, 1)
		h.Settle()
		at := "/work/cases/" + id
		worker.Submit(worker.Get(at).Must(http.StatusOK), at+"/assign", apptest.Fill{}).Must(http.StatusOK)
		worker.Submit(worker.Get(at).Must(http.StatusOK), at+"/ask", apptest.Set("text", "Når trenger dere plassen?")).Must(http.StatusOK)
		h.Settle()
		mother.Submit(mother.Get("/my/cases/"+id).Must(http.StatusOK), "/my/cases/"+id+"/answer", apptest.Set("text", "I august.")).Must(http.StatusOK)
		h.Settle()
		p := worker.Get(worker.Get(at).Must(http.StatusOK).Link("/decision")).Must(http.StatusOK)
		worker.Submit(p, "/decision", granting(p.Form("/decision").Options("kindergarten")[0])).Must(http.StatusOK)
		h.Settle()
		for _, tt := range []struct {
			who        demo.Part
			kind, want string
		}{
			{demo.Mother, "case.received", ""},
			{demo.Mother, "case.asked", "email handed_over"},
			{demo.Mother, "case.decided", "sms handed_over"},
			{demo.CoParent, "case.received", "email handed_over"},
			{demo.CoParent, "case.asked", "sms handed_over"},
			{demo.CoParent, "case.decided", "letter waiting"},
		} {
			var want []string
			if tt.want != "" {
				want = []string{tt.want}
			}
			went(t, h, tt.who, id, tt.kind, want...)
		}
		sound(t, mother.Get("/my/messages").Must(http.StatusOK), i18n.NB).Has("Vi har mottatt søknaden din") // the inbox has all
	})
}
