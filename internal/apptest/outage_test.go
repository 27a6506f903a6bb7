package apptest_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/scan/scantest"
)

// The proof asks for outages of 300 s, and that all has gone a minute after.
const (
	outageLasts = 300 * time.Second
	outageStep  = 20 * time.Second
	outageHeals = 60 * time.Second
)

// outage takes a neighbour away while a family applies, is asked, answers and
// gets its decision, and returns the case. What must be true while it lasts is
// asked at its end.
func outage(t *testing.T, h *apptest.Harness, down func(bool), meanwhile func(id string)) (id string) {
	t.Helper()
	h.Settle() // what the demonstration has begun
	mother, worker := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy").As(demo.CaseWorker)
	down(true)
	id = applied(t, h, mother, i18n.NB, 1)
	for passed := time.Duration(0); passed < outageLasts; passed += outageStep {
		if passed == outageLasts/5 {
			decided(t, worker, id)
		}
		h.Advance(outageStep)
		mother.Get("/my/cases/" + id).Must(http.StatusOK)
	}
	meanwhile(id)
	down(false)
	for range int(outageHeals / (10 * time.Second)) {
		h.Advance(10 * time.Second)
	}
	return id
}

// saysSlow checks what residents and the operator are told of a neighbour.
func saysSlow(t *testing.T, h *apptest.Harness, neighbour string, slow bool) {
	t.Helper()
	for _, lang := range i18n.Offered() {
		v, words := h.Visitor("torgoy").As(demo.Mother), h.App.Bundle.For(lang)
		v.Speak(string(lang))
		said := words.T("notify.slow", "name", words.T("notify.neighbour."+neighbour))
		p := sound(t, v.Get("/my/messages").Must(http.StatusOK), lang)
		if strings.Contains(p.Text(), said) != slow {
			t.Errorf("in %s: %q is said: %t", lang, said, !slow)
		}
	}
	ready := h.Visitor("torgoy").Get("/readyz").Must(http.StatusOK)
	if strings.Contains(string(ready.Body), "degraded: "+strings.ReplaceAll(neighbour, "_", " ")) != slow {
		t.Errorf("the operator is told %q", ready.Body)
	}
}

// allWent checks that nothing about a case waits or was lost, and that each
// e-mail and each SMS went once, to each address in the order it was made in.
func allWent(t *testing.T, h *apptest.Harness, id string, want ...string) {
	t.Helper()
	var mails, texts []string
	for _, m := range mail(t, h, "torgoy", id) {
		if m.State != notify.HandedOver && m.State != notify.Delivered {
			t.Errorf("%s by %s is %s a minute after", m.Kind, m.Channel, m.State)
		}
		switch m.Channel {
		case notify.Email:
			mails = append(mails, m.Address+" "+m.Subject)
		case notify.SMS:
			texts = append(texts, m.Address+" "+m.Short)
		case notify.Letter, notify.Inbox, notify.Outbox, notify.Undecided:
		}
		if i := slices.Index(want, m.Kind); i >= 0 {
			want = slices.Delete(want, i, i+1)
		}
	}
	if len(want) > 0 {
		t.Errorf("never made: %v", want)
	}
	var sent []string
	for _, e := range h.Reach.Mail.Letters() {
		if strings.Contains(e.Text, id) {
			sent = append(sent, e.To+" "+e.Subject)
		}
	}
	inOrder(t, mails, sent)
	sent = nil
	for _, m := range h.Reach.SMS.Messages() {
		if strings.Contains(m.Text, id) {
			sent = append(sent, m.To+" "+m.Text)
		}
	}
	inOrder(t, texts, sent)
}

// inOrder checks what went to each address against what was made for it.
func inOrder(t *testing.T, made, went []string) {
	t.Helper()
	of := func(list []string) map[string][]string {
		by := map[string][]string{}
		for _, line := range list {
			to, text, _ := strings.Cut(line, " ")
			by[to] = append(by[to], text)
		}
		return by
	}
	if diff := cmp.Diff(of(made), of(went)); diff != "" {
		t.Errorf("what went is not what was made: %s", diff)
	}
}

func TestOutage_mail(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true, Reach: true}, func(t *testing.T, h *apptest.Harness) {
		id := outage(t, h, h.Reach.Mail.SetDown, func(id string) {
			if n := len(mailTo(t, h, demo.Mother, id)); n != 0 {
				t.Errorf("%d mails went while the server was down", n)
			}
			saysSlow(t, h, "mail", true)
			for _, p := range []*apptest.Page{h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + id), h.Visitor("torgoy").As(demo.CaseWorker).Get("/work/cases/" + id)} {
				sound(t, p.Must(http.StatusOK), i18n.NB).Has("Utsatt, prøves igjen")
			}
		})
		saysSlow(t, h, "mail", false)
		allWent(t, h, id, "case.received", "case.received", "case.decided", "case.decided")
	})
}

func TestOutage_sms(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true, Reach: true}, func(t *testing.T, h *apptest.Harness) {
		must(t, h.App.Notify.Prefer(h.As(0, demo.Mother), notify.Preferences{notify.Decision: notify.SMS, notify.Notice: notify.SMS}))
		id := outage(t, h, h.Reach.SMS.SetDown, func(id string) {
			saysSlow(t, h, "sms", true)
			went(t, h, demo.Mother, id, "case.decided", "sms waiting")
			went(t, h, demo.CoParent, id, "case.decided", "email handed_over") // whom it does not concern
		})
		saysSlow(t, h, "sms", false)
		went(t, h, demo.Mother, id, "case.received", "sms handed_over")
		went(t, h, demo.Mother, id, "case.decided", "sms handed_over")
		allWent(t, h, id, "case.received", "case.received", "case.decided", "case.decided")
	})
}

// TestOutage_contactRegister lets notices go to what people told us themselves;
// a decision waits, since where it may go is for the register to say.
func TestOutage_contactRegister(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true, Reach: true}, func(t *testing.T, h *apptest.Harness) {
		h.Settle()
		h.Advance(25 * time.Hour) // what it said of people before is too old to decide by
		id := outage(t, h, h.Reach.KRR.SetDown, func(id string) {
			saysSlow(t, h, "contact_register", true)
			went(t, h, demo.Mother, id, "case.received", "email handed_over")
			if p := went(t, h, demo.Mother, id, "case.decided"); !p.Waiting {
				t.Errorf("the decision does not wait: %+v", p)
			}
			for _, p := range []*apptest.Page{h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + id), h.Visitor("torgoy").As(demo.CaseWorker).Get("/work/cases/" + id)} {
				sound(t, p.Must(http.StatusOK), i18n.NB).Has("Venter på svar fra Kontakt- og reservasjonsregisteret")
			}
		})
		saysSlow(t, h, "contact_register", false)
		allWent(t, h, id, "case.received", "case.received", "case.decided", "case.decided")
	})
}

// TestOutage_mailServerThatSpeaksSMTP is the same with a server at a real address
// that nobody answers at.
func TestOutage_mailServerThatSpeaksSMTP(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			office := newPostOffice(t)
			carrier, err := notify.NewSMTP("smtp://"+office.address+"?starttls=off", "torg.test")
			must(t, err)
			h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres, Reach: true, Carrier: carrier})
			id := outage(t, h, func(down bool) {
				if !down {
					office.open(t.Context(), t)
				}
			}, func(string) { saysSlow(t, h, "mail", true) })
			saysSlow(t, h, "mail", false)
			var made, came []string
			for _, m := range mail(t, h, "torgoy", id) {
				if m.State != notify.HandedOver {
					t.Errorf("%s is %s a minute after", m.Kind, m.State)
				}
				if m.Channel == notify.Email {
					made = append(made, m.Address+" <"+m.MessageID+">")
				}
			}
			for _, l := range office.letters() {
				if line := l.to + " " + l.messageID; slices.Contains(made, line) {
					came = append(came, line)
				}
			}
			inOrder(t, made, came)
		})
	}
}

// TestOutage_scanner takes clamd away while files are uploaded, and the
// application is sent with them.
func TestOutage_scanner(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true, Reach: true}, func(t *testing.T, h *apptest.Harness) {
		clamd := scantest.New(t)
		h.App.Blobs.Scanner = clamd.Client("unix")
		h.Settle()
		f := begin(t, h, h.Visitor("torgoy").As(demo.Mother), i18n.NB, 1)
		f.family()
		f.wishes()
		f.next(apptest.Set("has_sibling", "no"))
		f.next(apptest.Fill{})
		f.next(apptest.Set("interpreter", "no"))
		f.at("attachments")
		f.send(apptest.Fill{}.Attach("other_documents", "godt.pdf", samplePDF("good")).Press("do=upload")).Must(http.StatusOK).Has("godt.pdf")
		h.Advance(outageLasts / 2)
		f.send(apptest.Fill{}.Attach("other_documents", "vondt.pdf", samplePDF(scantest.Harmful)).Press("do=upload")).Must(http.StatusOK).Has("vondt.pdf")
		f.next(apptest.Fill{})
		sent := f.submit().Must(http.StatusOK) // nobody waits for the scanner
		id := sent.Path()[len("/my/cases/"):]
		h.Advance(outageLasts / 2)
		worker := h.Visitor("torgoy").As(demo.CaseWorker)
		for _, link := range sound(t, worker.Get("/work/cases/"+id).Must(http.StatusOK), i18n.NB).Links("/documents/") {
			p := sound(t, worker.Get(link).Must(http.StatusServiceUnavailable), i18n.NB)
			p.Has("Kontrollen av filer er ute av drift akkurat nå. Dokumentet er trygt lagret")
			if p.Header.Get("Retry-After") == "" {
				t.Error("nothing says when to come back")
			}
		}
		clamd.Run()
		for range int(outageHeals / (10 * time.Second)) {
			h.Advance(10 * time.Second)
		}
		states := map[string]blob.ScanState{}
		view, err := h.App.Cases.View(h.As(0, demo.CaseWorker), id)
		must(t, err)
		for _, d := range view.Documents {
			states[d.Name] = d.Scan
		}
		if states["godt.pdf"] != blob.Clean || states["vondt.pdf"] != blob.Refused {
			t.Errorf("a minute after it is back: %v", states)
		}
		allWent(t, h, id, "case.received", "case.file_refused")
		sound(t, h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/"+id).Must(http.StatusOK), i18n.NB).Has("En fil ble avvist i viruskontrollen", "vondt.pdf")
	})
}
