package notify

import (
	"bytes"
	"context"
	"net/mail"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestMessages_areComplete(t *testing.T) {
	t.Parallel()
	b := i18n.New()
	if err := b.Load("notify", Messages()); err != nil {
		t.Fatal(err)
	}
	if missing := b.Missing(); len(missing) > 0 {
		t.Errorf("missing: %v", missing)
	}
}

func full() Message {
	return Message{
		PersonID: "person-1", Email: "Kari <kari@post.test>", Kind: "test.decided", Lang: i18n.NN, Thread: "case-1",
		Subject: "Søknaden om barnehageplass på Åsen er avgjord",
		Body: Body{
			Heading: "Vedtak om barnehageplass", Paragraphs: []string{"Hei <Kari> & co.", "Linje éin\r\nLinje to", " \n "},
			Action: &Action{Text: "Les vedtaket", URL: "https://vestoy.test/cases/1?a=b&c=d"},
		},
	}
}

func TestSend_writesProperMail(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		item := w.becomes(t, w.send(t, full())[0], HandedOver, 1)
		h, got := w.office.await(t, 1)[0].parse(t)
		for name, want := range map[string]string{
			"From": `Vestøy kommune <post@vestoy.test>`, "To": "<kari@post.test>",
			"Subject": full().Subject, "Message-ID": "<" + item.ID + "@torg.test>", "Auto-Submitted": "auto-generated",
			"Date": "Mon, 23 Nov 2026 08:00:00 +0000", "Content-Language": "nn", "In-Reply-To": "", "User-Agent": "", "X-Mailer": "",
		} {
			if text := header(t, h, name); text != want {
				t.Errorf("%s: %q, want %q", name, text, want)
			}
		}
		if len(got) != 3 || got[0].mediaType != "multipart/alternative" || got[1].mediaType != "text/plain" || got[2].mediaType != "text/html" {
			t.Fatalf("parts: %+v", got)
		}
		wantText := "Vedtak om barnehageplass\n\nHei <Kari> & co.\n\nLinje éin\nLinje to\n\nLes vedtaket:\nhttps://vestoy.test/cases/1?a=b&c=d\n\n" +
			"-- \nVestøy kommune\nDenne meldinga er send automatisk, og du kan ikkje svare på ho. Vi ber deg aldri om passord eller kontonummer på e-post.\n"
		if diff := cmp.Diff(wantText, strings.ReplaceAll(got[1].text, "\r\n", "\n")); diff != "" {
			t.Errorf("plain text (-want +got):\n%s", diff)
		}
		for _, want := range []string{
			`<html lang="nn">`, "<h1 ", "Hei &lt;Kari&gt; &amp; co.", "Linje éin<br>Linje to",
			`href="https://vestoy.test/cases/1?a=b&amp;c=d"`, ">Les vedtaket</a>", "Denne meldinga er send automatisk",
		} {
			if !strings.Contains(got[2].text, want) {
				t.Errorf("HTML lacks %q", want)
			}
		}
		if strings.Contains(got[2].text, "src=") || strings.Contains(got[2].text, "<script") {
			t.Error("the HTML loads something")
		}
	})
}

func TestBuild_letsNobodyWriteHeaders(t *testing.T) {
	t.Parallel()
	evil := "x\r\nBcc: all@post.test\r\n\r\nother body\x00\u202e"
	m, err := build(&Envelope{
		From: Sender{Name: evil, Address: "post@vestoy.test"}, ReplyTo: Sender{Name: evil, Address: "svar@vestoy.test"},
		To: "kari@post.test", MessageID: "1@torg.test", Subject: evil, Lang: evil, Text: "a", HTML: "<p>a</p>",
		References:  []string{"a@torg.test", "b@torg.test"},
		Attachments: []Attachment{{Name: "x\r\nBcc: all@post.test.pdf", MediaType: "application/pdf", Bytes: []byte("x")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(raw.String(), "\n") {
		if strings.HasPrefix(strings.ToLower(line), "bcc:") {
			t.Errorf("a header was smuggled in:\n%s", raw.String())
		}
	}
	h, _ := letter{raw: raw.Bytes()}.parse(t)
	if got := h.Get("References"); got != "<a@torg.test> <b@torg.test>" || h.Get("In-Reply-To") != "<b@torg.test>" {
		t.Errorf("References %q, In-Reply-To %q", got, h.Get("In-Reply-To"))
	}
	if list, err := h.AddressList("From"); err != nil || len(list) != 1 || list[0].Address != "post@vestoy.test" {
		t.Errorf("From %q: %v", h.Get("From"), err)
	}
}

// RFC 8058: mail programs show a button, and press it with a POST.
func TestBuild_tellsHowToEndASubscription(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"": "", "https://vestoy.test/areas/stop/X": "<https://vestoy.test/areas/stop/X>"} {
		m, err := build(&Envelope{
			From: Sender{Address: "post@vestoy.test"}, To: "kari@post.test", MessageID: "1@torg.test", Subject: "x", Text: "a", HTML: "<p>a</p>", Unsubscribe: address,
		})
		if err != nil {
			t.Fatal(err)
		}
		var raw bytes.Buffer
		if _, err := m.WriteTo(&raw); err != nil {
			t.Fatal(err)
		}
		h, _ := letter{raw: raw.Bytes()}.parse(t)
		if got := h.Get("List-Unsubscribe"); got != want {
			t.Errorf("%q: List-Unsubscribe %q", address, got)
		}
		if got := h.Get("List-Unsubscribe-Post"); (got == "List-Unsubscribe=One-Click") != (want != "") {
			t.Errorf("%q: List-Unsubscribe-Post %q", address, got)
		}
	}
}

func TestSend_refusesWhatIsAMistake(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t, modules()...), nil)
	for name, change := range map[string]func(*Message){
		"no kind":         func(m *Message) { m.Kind = "" },
		"nobody":          func(m *Message) { m.PersonID, m.Email = "", "" },
		"no subject":      func(m *Message) { m.Subject = " \r\n" },
		"script as link":  func(m *Message) { m.Body.Action = &Action{"x", "javascript:alert(1)"} },
		"link to nowhere": func(m *Message) { m.Body.Action = &Action{"x", "/cases/1"} },
		"end at a script": func(m *Message) { m.Unsubscribe = "javascript:alert(1)" },
		"end in a header": func(m *Message) { m.Unsubscribe = "https://vestoy.test/x\r\nBcc: all@post.test" },
	} {
		m := full()
		change(&m)
		err := w.Env.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := w.Send(ctx, tx, m)
			return err
		})
		if err == nil {
			t.Errorf("%s: sent", name)
		}
	}
}

func TestSend_choosesTheWay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		w := newWorld(t, env, nil)
		out, in, bad := hello("kari@post.test", "A"), hello("", "B"), hello("kari at post", "C")
		sent := w.send(t, out, in, bad)
		for i, want := range []struct {
			channel Channel
			state   State
		}{{Outbox, HandedOver}, {Inbox, HandedOver}, {Email, Failed}} {
			if item, _ := w.message(t, sent[i]); item.Channel != want.channel || item.State != want.state {
				t.Errorf("message %d: %s, %s, want %v", i, item.Channel, item.State, want)
			}
		}
		shown, err := w.Outbox(w.Ctx, 2)
		if err != nil || len(shown) != 2 || shown[0].Subject != "C" || shown[1].Subject != "B" {
			t.Errorf("outbox: %+v, error %v", shown, err)
		}
		kept, err := w.List(w.Ctx, Filter{Channel: Outbox})
		if err != nil || len(kept) != 1 || kept[0].Address != "kari@post.test" || !strings.Contains(kept[0].Text, "Vi har fått søknaden din.") {
			t.Errorf("outbox: %+v, error %v", kept, err)
		}
		if other, err := w.Outbox(w.Other, 10); err != nil || len(other) != 0 {
			t.Errorf("the other tenant sees %d messages, error %v", len(other), err)
		}
		if _, _, err := w.Message(w.Other, sent[0]); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the other tenant reads a message: %v", err)
		}
		all, err := w.Counts(w.Ctx)
		want := []Count{{Email, Failed, 1}, {Inbox, HandedOver, 1}, {Outbox, HandedOver, 1}}
		if diff := cmp.Diff(want, all); diff != "" || err != nil {
			t.Errorf("counts: %v\n%s", err, diff)
		}
	})
}

func TestSend_putsAThreadTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		w := newWorld(t, env, nil)
		in := func(thread, to string) Message {
			m := hello(to, "A")
			m.Thread = thread
			return m
		}
		sent := w.send(t, in("case-1", "kari@post.test"), in("case-1", "KARI@post.test"), in("case-1", "kari@post.test"),
			in("case-1", "ola@post.test"), in("case-2", "kari@post.test"))
		want := [][]string{nil, {sent[0]}, {sent[0], sent[1]}, nil, nil}
		for i, id := range sent {
			item, _ := w.message(t, id)
			var got []string
			for _, ref := range item.References {
				got = append(got, strings.TrimSuffix(ref, "@torg.test"))
			}
			if diff := cmp.Diff(want[i], got); diff != "" {
				t.Errorf("message %d (-want +got):\n%s", i, diff)
			}
		}
	})
}

func TestInbox_isOnesOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		w := newWorld(t, env, nil)
		w.send(t, hello("", "first"), hello("kari@post.test", "second"))
		as := func(a identity.Actor) context.Context { return identity.With(w.Ctx, a) }
		for name, c := range map[string]struct {
			ctx  context.Context
			want errs.Kind
			n    int
		}{
			"oneself":   {as(identity.Actor{Kind: identity.Resident, PersonID: "person-1"}), 0, 2},
			"guardian":  {as(identity.Actor{Kind: identity.Resident, PersonID: "person-2", OnBehalfOf: "person-1"}), 0, 2},
			"somebody":  {as(identity.Actor{Kind: identity.Resident, PersonID: "person-2"}), errs.KindNotFound, 0},
			"staff":     {as(identity.Actor{Kind: identity.Staff, PersonID: "person-3"}), errs.KindNotFound, 0},
			"anonymous": {w.Ctx, errs.KindLogin, 0},
			"a machine": {as(identity.Actor{Kind: identity.Token, TokenID: "t"}), errs.KindLogin, 0},
		} {
			list, err := w.Inbox(c.ctx, "person-1")
			if len(list) != c.n || (err != nil) != (c.n == 0) || err != nil && !errs.Is(err, c.want) {
				t.Errorf("%s: %d messages, error %v", name, len(list), err)
			}
			if len(list) == 2 && list[0].Subject != "second" {
				t.Errorf("%s: not the newest first", name)
			}
		}
	})
}

func TestSend_storesNothingReadable(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		w := newWorld(t, env, nil)
		w.send(t, full())
		err := w.Env.DB.Read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			row, err := store.One(ctx, tx, (*messageRow).columns, `select `+messageColumns+` from notify_messages where tenant_id = $1 limit 1`, tx.Tenant)
			if err != nil {
				return err
			}
			all := string(row.address) + string(row.content) + row.recipient + row.dedupe + row.messageID + row.refs
			for _, secret := range []string{"kari", "barnehage", "Vedtak"} {
				if strings.Contains(all, secret) {
					t.Errorf("the row tells %q", secret)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestBounce_marksTheMessage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := w.send(t, hello("kari@post.test", "A"))[0]
		w.becomes(t, id, HandedOver, 1)
		for range 2 {
			err := w.Env.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
				if err := w.Bounce(ctx, tx, "<none@elsewhere>", "550"); err != nil {
					return err
				}
				return w.Bounce(ctx, tx, "<"+id+"@torg.test>", "5.1.1")
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		item, receipts := w.message(t, id)
		if item.State != Bounced || len(receipts) != 2 || receipts[1].What != receiptBounced {
			t.Errorf("%s, receipts %+v", item.State, receipts)
		}
	})
}

func TestNew_countsAnswers(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	s := New(Config{Metrics: registry})
	for o := Unsure; o <= NoAccess; o++ {
		s.answers.WithLabelValues("email", o.String()).Inc()
	}
	families, err := registry.Gather()
	if err != nil || len(families) != 1 || len(families[0].GetMetric()) != 5 {
		t.Errorf("gathered %v, error %v", families, err)
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		" kari@post.test ": "kari@post.test", "Kari Å <kari@post.test>": "kari@post.test", "kåre@blåbær.test": "kåre@blåbær.test",
		"": "", "kari": "", "kari@": "", "a@b.c, d@e.f": "", "kari@post.test\r\nRCPT TO:<x@y>": "", `"a b"@post.test`: "",
	} {
		if got := address(text); got != want {
			t.Errorf("address(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzOneLine(f *testing.F) {
	f.Add("Hei\r\nBcc: x@y")
	f.Add("\xff\u202e ")
	f.Fuzz(func(t *testing.T, text string) {
		got := oneLine(text)
		if strings.ContainsAny(got, "\r\n\x00") || !utf8.ValidString(got) || utf8.RuneCountInString(got) > maxSubject {
			t.Errorf("oneLine(%q) = %q", text, got)
		}
	})
}

func FuzzAddress(f *testing.F) {
	f.Add("Kari <kari@post.test>")
	f.Fuzz(func(t *testing.T, text string) {
		got := address(text)
		if got == "" {
			return
		}
		if strings.ContainsAny(got, "\r\n <>\x00") && !strings.HasPrefix(got, `"`) {
			t.Errorf("address(%q) = %q", text, got)
		}
		if _, err := (&mail.AddressParser{}).Parse((&mail.Address{Address: got}).String()); err != nil {
			t.Errorf("address(%q) = %q, which is none: %v", text, got, err)
		}
	})
}
