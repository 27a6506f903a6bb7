package forms

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// remade is every-type with something said otherwise.
func remade(t *testing.T, pairs ...string) *Definition {
	t.Helper()
	body := string(everyType(t).Body())
	changed := strings.NewReplacer(pairs...).Replace(body)
	if changed == body {
		t.Fatalf("nothing is changed by %q", pairs)
	}
	d, err := Parse([]byte(changed))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestOwn_isWhatABrowserFillsInOfItsUser(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]bool{
		"": false, "off": false, "name": false, "organization": false, "bday": false, "tel": true, "email": true, "home tel": true,
		"tel-national": true, "section-a street-address": true, "address-line1": true, "postal-code": true, "work email": true,
	} {
		if got := (&Field{Autocomplete: token}).own(); got != want {
			t.Errorf("%q: %v", token, got)
		}
		if !(&Field{Autocomplete: token, Own: true}).own() {
			t.Errorf("%q: what the form says is not heard", token)
		}
	}
}

func TestVeiled_hidesHowTheWriterIsFoundAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		filled, live *Definition
		hidden       []string
	}{
		"nothing is marked":                {everyType(t), nil, nil},
		"a browser's word":                 {remade(t, `"autocomplete":"name"`, `"autocomplete":"home email"`), nil, []string{"name"}},
		"the form's own mark":              {remade(t, `"autocomplete":"name"`, `"own":true`), nil, []string{"name"}},
		"only the newest version knows it": {everyType(t), remade(t, `"autocomplete":"name"`, `"own":true`), []string{"name"}},
		"inside a group":                   {everyType(t), remade(t, `"id":"born","label"`, `"id":"born","own":true,"label"`), []string{"people[0].born"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			words := words(t, i18n.NB)
			whole := tt.filled.Summarise(goodAnswers(), testEnv(), words)
			before := whole.Plain()
			veiled := whole.Veiled(tt.live, words)
			if diff := cmp.Diff(tt.hidden, hiddenIn(veiled, words.T("forms.veiled"))); diff != "" {
				t.Error(diff)
			}
			if whole.Plain() != before {
				t.Error("the whole summary is changed")
			}
			if contains := strings.Contains(veiled.Plain(), "Kari Nordmann"); contains == contain(tt.hidden, "name") {
				t.Errorf("the answer is shown: %v", contains)
			}
		})
	}
}

func contain(list []string, one string) bool {
	for _, s := range list {
		if s == one {
			return true
		}
	}
	return false
}

// hiddenIn are the names of the rows that say so.
func hiddenIn(s Summary, text string) (names []string) {
	var rows func(list []SummaryRow)
	rows = func(list []SummaryRow) {
		for _, r := range list {
			if len(r.Lines) == 1 && r.Lines[0] == text {
				names = append(names, r.Name)
			}
			for _, item := range r.Items {
				rows(item.Rows)
			}
		}
	}
	for _, p := range s.Pages {
		rows(p.Rows)
	}
	return names
}

func TestVeiled_leavesOpenThatSomethingIsNotAnswered(t *testing.T) {
	t.Parallel()
	words := words(t, i18n.NB)
	answers := goodAnswers()
	delete(answers.Values, "name")
	veiled := remade(t, `"autocomplete":"name"`, `"own":true`).Summarise(answers, testEnv(), words).Veiled(nil, words)
	if row := veiled.Pages[0].Rows[0]; row.Answered || row.Lines[0] != words.T("forms.not_answered") {
		t.Errorf("%+v", row)
	}
}

// A draft's own version, which counts its changes, is not the form's.
func TestVersions_countsTheDraftsOfEach(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		one := b.filled() // saved three times: its own version is the number of the newer form
		b.write(func(ctx context.Context, tx *store.Tx) error { return b.service.Publish(ctx, tx, newer(t)) })
		if one.Version != newer(t).Version {
			t.Fatalf("the draft's own version is %d", one.Version)
		}
		b.start(Start{Form: "every-type", Person: "nils"})
		b.start(Start{Form: "every-type", Person: "per"})
		sent := b.start(Start{Form: "small-form", Person: "kari", Subject: "ola"})
		got := map[string]map[int64]int64{}
		b.write(func(ctx context.Context, tx *store.Tx) error {
			list, err := b.service.Versions(ctx, tx)
			for _, v := range list {
				if got[v.Key] == nil {
					got[v.Key] = map[int64]int64{}
				}
				got[v.Key][v.Version] = v.Drafts
			}
			return err
		})
		want := map[string]map[int64]int64{"every-type": {3: 1, 4: 2}, "small-form": {sent.FormVersion: 1}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSender_isWhoeverSentIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		sent, _, err := b.submit(b.filled().ID, "k")
		if err != nil {
			t.Fatal(err)
		}
		b.write(func(ctx context.Context, tx *store.Tx) error {
			for id, want := range map[string]string{sent.ID: "kari", "no-such": ""} {
				if who, err := b.service.Sender(ctx, tx, id); err != nil || who != want {
					t.Errorf("%s: %q, %v", id, who, err)
				}
			}
			return nil
		})
		err = b.DB.Read(b.Other, func(ctx context.Context, tx *store.Tx) error {
			who, err := b.service.Sender(ctx, tx, sent.ID)
			if who != "" {
				t.Errorf("another municipality learns %q", who)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
