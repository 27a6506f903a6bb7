package dsn

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mailOf writes a notification as a mail server does.
func mailOf(header, status, returned string) string {
	return strings.ReplaceAll(header+`MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="b1"

This is a MIME-encapsulated message.

--b1
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

--b1
`+status+`
--b1
`+returned+`
--b1--
`, "\n", "\r\n")
}

const (
	person = "From: Kari <kari@post.test>\nTo: retur+0193a1b2-5c6d-7000-8000-000000000001@torg.test\nSubject: Undelivered Mail\n"
	usual  = "Return-Path: <>\nFrom: MAILER-DAEMON@post.test\nTo: retur+0193a1b2-5c6d-7000-8000-000000000001@torg.test\nSubject: Undelivered Mail\n"
	gone   = `Content-Type: message/delivery-status

Reporting-MTA: dns; post.test
Arrival-Date: Mon, 23 Nov 2026 08:00:00 +0000

Final-Recipient: rfc822; kari@post.test
Original-Recipient: rfc822;kari@post.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <kari@post.test>: Recipient address rejected:
    User unknown in local recipient table
`
	original = `Content-Type: message/rfc822

From: Torg kommune <no-reply@torg.test>
Message-ID: <0193a1b2-5c6d-7000-8000-000000000001@torg.test>
Subject: Vedtak

Hei
`
	id = "0193a1b2-5c6d-7000-8000-000000000001@torg.test"
	to = "retur+0193a1b2-5c6d-7000-8000-000000000001@torg.test"
)

func TestParse_readsWhatServersWrite(t *testing.T) {
	t.Parallel()
	failed := Report{MessageID: id, To: []string{to}, Failed: true, Status: "5.1.1"}
	change := func(f func(*Report)) Report { r := failed; f(&r); return r }
	encoded := "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n" +
		base64.StdEncoding.EncodeToString([]byte("Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.test\nAction: failed\nStatus: 5.1.1\n")) + "\n"
	for name, tt := range map[string]struct {
		text string
		want Report
	}{
		"a whole message comes back": {mailOf(usual, gone, original), failed},
		"its header only":            {mailOf(usual, gone, strings.Replace(original, "message/rfc822", "text/rfc822-headers", 1)), failed},
		"addresses of all the world": {mailOf(usual, strings.Replace(gone, "message/delivery-status", "message/global-delivery-status", 1), strings.Replace(original, "rfc822", "global", 1)), failed},
		"nothing comes back":         {mailOf(usual, gone, "Content-Type: text/plain\n\n"), change(func(r *Report) { r.MessageID = "" })},
		"written in base64":          {mailOf(usual, encoded, original), failed},
		"a code with words":          {mailOf(usual, strings.Replace(gone, "Status: 5.1.1", "Status: 5.2.2 (mailbox full)", 1), original), change(func(r *Report) { r.Status = "5.2.2" })},
		"the code in the text only":  {mailOf(usual, strings.Replace(gone, "Status: 5.1.1\n", "Status: 5.0.0\n", 1), original), failed},
		"no code at all":             {mailOf(usual, strings.ReplaceAll(gone, "5.1.1", "unknown"), original), change(func(r *Report) { r.Status = "" })},
		"tried for days in vain":     {mailOf(usual, strings.ReplaceAll(gone, "5.1.1", "4.4.1"), original), change(func(r *Report) { r.Status = "4.4.1" })},
		"late":                       {mailOf(usual, strings.Replace(gone, "failed", "delayed", 1), original), change(func(r *Report) { r.Failed, r.Status = false, "" })},
		"come":                       {mailOf(usual, strings.Replace(gone, "failed", "delivered", 1), original), change(func(r *Report) { r.Failed, r.Status = false, "" })},
		"shouted":                    {mailOf(usual, strings.Replace(gone, "Action: failed", "ACTION: FAILED", 1), original), failed},
		"empty lines first":          {mailOf(usual, strings.Replace(gone, "Reporting-MTA", "\n\nReporting-MTA", 1), original), failed},
		"one of two has it": {
			mailOf(usual, gone+"\nFinal-Recipient: rfc822; b@post.test\nAction: delivered\nStatus: 2.0.0\n", original), failed,
		},
		"sent on by others": {
			mailOf("X-Original-To: "+to+"\nDelivered-To: post@torg.test\nTo: <broken\n", gone, original),
			change(func(r *Report) { r.To = []string{to, "post@torg.test"} }),
		},
	} {
		got, err := Parse(strings.NewReader(tt.text))
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

func TestParse_whatIsNoReport(t *testing.T) {
	t.Parallel()
	whole := mailOf(usual, gone, original)
	for name, text := range map[string]string{
		"nothing":              "",
		"no header":            "hello",
		"an answer":            "From: kari@post.test\nTo: post@torg.test\nContent-Type: text/plain\n\nHei",
		"a holiday":            "From: kari@post.test\nAuto-Submitted: auto-replied\nContent-Type: text/plain\n\nJeg er bortreist.",
		"somebody read it":     strings.Replace(whole, "report-type=delivery-status", "report-type=disposition-notification", 1),
		"no boundary":          strings.Replace(whole, `boundary="b1"`, "x=y", 1),
		"no status":            mailOf(person, "Content-Type: text/plain\n\n", original),
		"a status that is not": mailOf(person, "Content-Type: message/delivery-status\n\nnonsense\n", original),
		"cut off before it":    strings.Replace(strings.Replace(whole[:strings.Index(whole, "message/delivery-status")], "<>", "<kari@post.test>", 1), "MAILER-DAEMON", "kari", 1),
		"a status in a mail":   strings.Replace(mailOf(person, gone, original), "multipart/report", "multipart/mixed", 1),
	} {
		if got, err := Parse(strings.NewReader(text)); !errors.Is(err, ErrNoReport) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestParse_looksAtNoMoreThanItsLimits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 2<<20)
	got, err := Parse(strings.NewReader(mailOf(usual, gone, original+long)))
	if err != nil || got.MessageID != id || !got.Failed {
		t.Errorf("a long message that comes back: %+v, %v", got, err)
	}
	if got, err := Parse(strings.NewReader(mailOf("X-Long: "+long+"\n", gone, original))); err == nil {
		t.Errorf("an endless header: %+v", got)
	}
	many := "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n" + strings.Repeat("\nFinal-Recipient: rfc822; a@b.test\nAction: delayed\n", 1000)
	if got, err := Parse(strings.NewReader(mailOf(usual, many, original))); err != nil || got.Failed {
		t.Errorf("endless recipients: %+v, %v", got, err)
	}
	crowd := "To: " + strings.Repeat("a@b.test, ", 500) + "a@b.test\n"
	if got, err := Parse(strings.NewReader(mailOf(crowd, gone, original))); err != nil || len(got.To) != maxAddresses {
		t.Errorf("endless addresses: %d, %v", len(got.To), err)
	}
	odd := strings.Replace(original, "<0193a1b2-5c6d-7000-8000-000000000001@torg.test>", "<a b\x01@torg.test>", 1)
	if got, err := Parse(strings.NewReader(mailOf(usual, gone, odd))); err != nil || got.MessageID != "" {
		t.Errorf("an odd Message-ID: %+v, %v", got, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(mailOf(usual, gone, original)))
	f.Add([]byte(mailOf(usual, strings.Replace(gone, "failed", "delayed", 1), "")))
	f.Add([]byte("Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n"))
	for _, s := range samples() {
		f.Add([]byte(s.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Parse(strings.NewReader(string(text)))
		switch {
		case err != nil && (!errors.Is(err, ErrNoReport) || r.Failed || len(r.To) > 0):
			t.Errorf("%+v, %v", r, err)
		case len(r.To) > maxAddresses, len(r.MessageID) > 250, len(r.Status) > 9, r.Status != "" && !r.Failed:
			t.Errorf("took %+v", r)
		case strings.ContainsAny(r.MessageID+r.Status, "<> \r\n\x00"):
			t.Errorf("kept %+v", r)
		}
	})
}
