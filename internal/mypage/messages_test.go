package mypage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/notify"
)

func TestActionOf_staysOnThesePages(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"https://vestby.torg.example/my/cases/1?a=b#c": "/my/cases/1?a=b", "https://elsewhere.example//evil.example/x": "",
		"https://vestby.torg.example": "", "javascript:alert(1)": "", "https://x/%zz": "", "https://vestby.torg.example/\\evil": "/%5Cevil",
	} {
		m := notify.Item{Body: notify.Body{Action: &notify.Action{Text: "Se", URL: url}}}
		if got := actionOf(m); got != want {
			t.Errorf("%s leads to %q, want %q", url, got, want)
		}
	}
	if got := actionOf(notify.Item{}); got != "" {
		t.Errorf("no action leads to %q", got)
	}
}

func TestTextOf_readsOldMessagesToo(t *testing.T) {
	t.Parallel()
	kept := notify.Item{Text: "x", Body: notify.Body{Paragraphs: []string{"Hei.", "Vi har fått søknaden."}}}
	old := notify.Item{Text: "Hei.\n\nVi har fått søknaden.\n\nSe saken:\nhttps://vestby.torg.example/my/cases/1\n\n-- \nVestby kommune\n"}
	for name, m := range map[string]notify.Item{"kept": kept, "old": old} {
		if diff := cmp.Diff([]string{"Hei.", "Vi har fått søknaden."}, textOf(m)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestIsNew(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		m    notify.Item
		want bool
	}{
		"unread":                  {notify.Item{Class: notify.Decision}, true},
		"read":                    {notify.Item{Class: notify.Decision, ReadAt: time.Unix(1, 0)}, false},
		"read by the child alone": {notify.Item{Class: notify.Decision, SeenAt: time.Unix(1, 0)}, true},
		"from before classes":     {notify.Item{}, false},
		"to one who works":        {notify.Item{Class: notify.Staff}, false},
	} {
		if got := isNew(tt.m); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestWishes_leaveNoDecisionUntold(t *testing.T) {
	t.Parallel()
	bundle := i18n.New()
	for name, texts := range map[string]func() error{
		"notify": func() error { return bundle.Load("notify", notify.Messages()) },
		"mypage": func() error { return bundle.Load("mypage", Messages()) },
	} {
		if err := texts(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	for _, lang := range i18n.Offered() {
		ctx := i18n.With(t.Context(), bundle.For(lang))
		for _, class := range notify.Classes() {
			var inbox bool
			for _, o := range wishes(ctx, class) {
				inbox = inbox || o.Value == string(notify.Inbox)
				if o.Label == "" {
					t.Errorf("%s: a choice of %s without a name", lang, class)
				}
			}
			if inbox == (class == notify.Decision) {
				t.Errorf("%s: inbox alone for %s: %t", lang, class, inbox)
			}
		}
	}
}
