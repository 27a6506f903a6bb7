package dsn

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sample is a notice as a mail server writes it to people.
type sample struct {
	name, text string
	want       Report
}

const (
	daemon = "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@post.test>\nTo: retur+0193a1b2-5c6d-7000-8000-000000000001@torg.test\n"
	// copyOf is the message as it comes back.
	copyOf = `Received: from torg.test by post.test; Mon, 23 Nov 2026 08:00:00 +0000
From: =?utf-8?q?Torg=C3=B8y?= kommune <no-reply@torg.test>
To: kari@post.test
Subject: Vedtak
Message-ID: <0193a1b2-5c6d-7000-8000-000000000001@torg.test>

Hei, meldingen din kunne ikke leveres. Ref. 5.7.1
`
	qmail = "Subject: failure notice\n\n" + `Hi. This is the qmail-send program at post.test.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<kari@post.test>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

` + copyOf
	exim = "Auto-Submitted: auto-replied\nX-Failed-Recipients: kari@post.test\nSubject: Mail delivery failed: returning message to sender\n\n" +
		`This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  kari@post.test
    host mx.post.test [192.0.2.25]
    SMTP error from remote mail server after RCPT TO:<kari@post.test>:
    550 5.1.1 <kari@post.test>: Recipient address rejected

------ This is a copy of the message, including all the headers. ------

` + copyOf
	postfix = "Subject: Undelivered Mail Returned to Sender\nContent-Type: text/plain\n\n" + `This is the mail system at host post.test.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<kari@post.test>: host mx.post.test[5.12.33.44] said: 550 5.2.1 mailbox
    disabled (in reply to RCPT TO command)

` + copyOf
	sendmail = "Subject: Returned mail: see transcript for details\n\n" + `The original message was received at Mon, 23 Nov 2026 08:00:00 GMT

   ----- The following addresses had permanent fatal errors -----
<kari@post.test>
    (reason: 553 5.3.0 <kari@post.test>... no such user)

   ----- Original message follows -----
` + copyOf
	exchange2003 = "From: postmaster@post.test\nTo: post@torg.test\nSubject: Undeliverable: Vedtak\nIn-Reply-To: <0193a1b2-5c6d-7000-8000-000000000001@torg.test>\n\n" +
		`Your message did not reach some or all of the intended recipients.

      Subject:  Vedtak
      Sent:     23.11.2026 08:00

The following recipient(s) could not be reached:

      kari@post.test on 23.11.2026 08:01
            The e-mail account does not exist at the organization this message was sent to.
            <post.test #5.1.1>
`
)

// outlook is what Microsoft 365 writes, in parts for people alone.
func outlook(first, reason string) string {
	return `From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@post.test>
To: post@torg.test
Subject: Undeliverable: Vedtak
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="m1"

--m1
Content-Type: multipart/alternative; boundary="m2"

--m2
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

` + first + `

kari@post.test
` + reason + `

Diagnostic information for administrators:
Generating server: EX01.post.test

Original message headers:

Received: from torg.test by post.test; Mon, 23 Nov 2026 08:00:00 +0000
Message-ID:
 =3C0193a1b2-5c6d-7000-8000-000000000001=40torg.test=3E
Subject: Vedtak

--m2
Content-Type: text/html; charset="utf-8"

<html><body><p>` + first + `</p></body></html>

--m2--
--m1--
`
}

const refused = "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'"

// page is a notice that is a page and nothing else.
func page() string {
	return "From: postmaster@post.test\nTo: post@torg.test\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n" +
		base64.StdEncoding.EncodeToString([]byte(`<html><p>Delivery has failed to these recipients or groups:</p><p><b>kari@post.test</b> #550 5.1.1</p>
<p>Original message headers:</p><pre>Subject: Vedtak<br>Message-ID: &lt;0193a1b2-5c6d-7000-8000-000000000001@torg.test&gt;</pre></html>`)) + "\n"
}

func samples() []sample {
	ours := Report{MessageID: id, To: []string{to}, Failed: true, Status: "5.1.1"}
	change := func(f func(*Report)) Report { r := ours; f(&r); return r }
	coded := func(code string) Report { return change(func(r *Report) { r.Status = code }) }
	late := change(func(r *Report) { r.Failed, r.Status = false, "" })
	to := func(r Report, list ...string) Report { r.To = list; return r }
	return []sample{
		{"qmail", daemon + qmail, ours},
		{"qmail that has given up on a full box", daemon + strings.Replace(qmail, "Sorry, no mailbox here by that name. (#5.1.1)", "mailbox is full\nI'm not going to try again; this message has been in the queue too long. (#4.2.2)", 1), coded("4.2.2")},
		{"qmail's kin", daemon + strings.Replace(qmail, "the qmail-send program at", "the MTA of", 1), ours},
		{"qmail that gives no name", "From: <>\nTo: retur+0193a1b2-5c6d-7000-8000-000000000001@torg.test\n" + qmail, ours},
		{"qmail with nothing of the message", daemon + qmail[:strings.Index(qmail, "--- Below")], change(func(r *Report) { r.MessageID = "" })},
		{"Exim, which calls it an answer", daemon + exim, ours},
		{"Exim with the header alone", daemon + strings.Replace(exim, "a copy of the message, including all the headers", "a copy of the message's headers", 1), ours},
		{"Exim without a code", daemon + strings.Replace(exim, "550 5.1.1", "550", 1), coded("")},
		{"Exim that waits", daemon + strings.Replace(exim, "could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:",
			"has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on post.test.", 1), late},
		{"Postfix in one part, and the address of a machine that looks like a code", daemon + postfix, coded("5.2.1")},
		{"Postfix that waits", daemon + strings.Replace(postfix, "I'm sorry", "# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n\nI'm sorry", 1), late},
		{"Postfix of what may pass", daemon + strings.Replace(postfix, "550 5.2.1", "450 4.2.1", 1), late},
		{"Postfix whose report lost its part for machines", mailOf(usual, "Content-Type: text/plain\n\n", original), coded("")},
		{"Sendmail", daemon + sendmail, coded("5.3.0")},
		{"Sendmail that waits", daemon + strings.Replace(sendmail, "had permanent fatal errors", "had transient non-fatal errors", 1), late},
		{"Exchange 2003", exchange2003, to(ours, "post@torg.test")},
		{"Microsoft 365", outlook("Your message to kari@post.test couldn't be delivered.\n\nDelivery has failed to these recipients or groups:", refused), to(coded("5.1.10"), "post@torg.test")},
		{"Microsoft 365 with a typographer's apostrophe", outlook("Your message couldn=E2=80=99t be delivered.", refused), to(coded("5.1.10"), "post@torg.test")},
		{"Microsoft 365 in Norwegian", outlook("Levering til disse mottakerne eller gruppene mislyktes:", refused), to(coded("5.1.10"), "post@torg.test")},
		{"Microsoft 365 that waits", outlook("Delivery is delayed to these recipients or groups:\n\nThis message hasn't been delivered yet.", "4.4.7"), to(late, "post@torg.test")},
		{"a page", page(), to(ours, "post@torg.test")},
		{"in parts without a name", daemon + "Content-Type: multipart/mixed; boundary=b1\n\n--b1\n\nThe following addresses had permanent fatal errors\n 5.1.1\n--b1\n" + original + "\n--b1--\n", ours},
		{"its status in another envelope", strings.Replace(mailOf(usual, gone, original), "multipart/report", "multipart/mixed", 1), ours},
	}
}

func TestParse_readsWhatIsWrittenForPeople(t *testing.T) {
	t.Parallel()
	for _, s := range samples() {
		for ends, text := range map[string]string{"lines of Unix": s.text, "lines of the net": strings.ReplaceAll(strings.ReplaceAll(s.text, "\r\n", "\n"), "\n", "\r\n")} {
			got, err := Parse(strings.NewReader(text))
			if diff := cmp.Diff(s.want, got); err != nil || diff != "" {
				t.Errorf("%s, %s: %v %s", s.name, ends, err, diff)
			}
		}
	}
}

func TestParse_isTakenInByNoAnswer(t *testing.T) {
	t.Parallel()
	away := "Subject: Automatic reply: Vedtak\nIn-Reply-To: <" + id + ">\n\nJeg er bortreist. Haster det, ring 99 99 99 99. (#5.1.1)\n\n> Message-ID: <" + id + ">\n> Hei\n"
	kari := "From: Kari <kari@post.test>\nTo: " + to + "\n"
	for name, text := range map[string]string{
		"away":                                kari + "Auto-Submitted: auto-replied\n" + away,
		"away, without a sender":              "Return-Path: <>\n" + kari + "Auto-Submitted: Auto-Replied (vacation)\n" + away,
		"away, and says nothing of it":        "Return-Path: <>\n" + kari + away,
		"the postmaster is away":              daemon + "Auto-Submitted: auto-replied\n" + away,
		"away, with a notice quoted":          "Return-Path: <>\n" + kari + "Auto-Submitted: auto-replied; owner-email=\"kari@post.test\"\n" + qmail,
		"an old answering machine":            "Return-Path: <>\n" + kari + "Precedence: auto_reply\n" + qmail,
		"another":                             "Return-Path: <>\n" + kari + "X-Autoreply: yes\n" + qmail,
		"greets as qmail does":                "Return-Path: <>\n" + kari + "\nHi. This is the vacation program of Kari.\nI am away.\n\n> Message-ID: <" + id + ">\n",
		"a person sends a notice on":          kari + qmail,
		"a notice quoted in an answer":        daemon + "\nHva betyr dette?\n\n> A message that you sent could not be delivered to one or more of its recipients\n> Message-ID: <" + id + ">\n",
		"our own words come back":             daemon + "\nVelkommen!\n\n--- Below this line is a copy of the message.\n\n" + copyOf,
		"a welcome":                           daemon + "Subject: Welcome\n\nYour mailbox is ready.\n",
		"a notice of somebody else's message": strings.Replace(strings.ReplaceAll(daemon+qmail, "Message-ID", "X-Id"), to, "post@torg.test", 1),
		"somebody has read it":                "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n" + daemon + "\n--b\n\nThe following addresses had permanent fatal errors\n--b\n" + original + "--b--\n",
		"too deep":                            daemon + nested(5),
	} {
		if got, err := Parse(strings.NewReader(text)); !errors.Is(err, ErrNoReport) || len(got.To) > 0 || got.Failed {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// nested is a failure some envelopes deep.
func nested(depth int) string {
	if depth == 0 {
		return "\nThe following addresses had permanent fatal errors\n"
	}
	b := strings.Repeat("x", depth)
	return "Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n" + nested(depth-1) + "\n--" + b + "--\n"
}

func TestParse_readsNoMoreOfANoticeThanItsLimits(t *testing.T) {
	t.Parallel()
	if got, err := Parse(strings.NewReader(daemon + nested(3))); err != nil || !got.Failed {
		t.Errorf("three deep: %+v, %v", got, err)
	}
	long := strings.Repeat("mange ord ", 100_000)
	for name, tt := range map[string]struct {
		text string
		want bool
	}{
		"a long copy":           {daemon + qmail + long, true},
		"a long beginning":      {daemon + "\n" + long + qmail, false},
		"a crowd that failed":   {daemon + strings.Replace(exim, "550 5.1.1", strings.Repeat("450 4.2.2 full\n", 500)+"550 5.1.1", 1), true},
		"many parts":            {daemon + "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nhei\n", 50) + "--b\n\nThe following addresses had permanent fatal errors\n--b--\n", false},
		"an address too long":   {"Return-Path: <>\nFrom: a@b.test\nTo: " + to + "\n\nHi. This is the program.\n\n<" + strings.Repeat("a", 400) + "@post.test>:\nno\n", false},
		"base64 that is broken": {daemon + "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n%%%%", false},
	} {
		got, err := Parse(strings.NewReader(tt.text))
		if (err == nil) != tt.want || len(got.Status) > 9 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
