package contact

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

func numbers(tb testing.TB, n int) []pid.PID {
	tb.Helper()
	var list []pid.PID
	for i := range n {
		p, err := pid.Synthetic(clock.NewDate(1950+i/300, time.Month(1+i%12), 1+i/12%25), i%3)
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

func whole(number string) string {
	return `{"personer":[{"personidentifikator":"` + number + `","reservasjon":"NEI","status":"AKTIV","varslingsstatus":"KAN_VARSLES",
	"kontaktinformasjon":{"epostadresse":"kari@post.test","epostadresse_oppdatert":"2025-03-01T10:00:00+01:00","epostadresse_sist_verifisert":"2026-01-02T03:04:05Z",
	"mobiltelefonnummer":"+4791234567","mobiltelefonnummer_oppdatert":"2024-01-01T00:00:00Z"},
	"digital_post":{"postkasseadresse":"kari#1","postkasseleverandoeradresse":"984661185"},"sertifikat":"MIIC","spraak":"nn","spraak_oppdatert":"2020-01-01T00:00:00Z","nytt":{"felt":[1]}}]}`
}

func TestDecode_readsTheDocumentedShape(t *testing.T) {
	t.Parallel()
	asked := numbers(t, 1)
	got, err := Decode(strings.NewReader(whole(asked[0].Digits())), asked)
	if err != nil {
		t.Fatal(err)
	}
	want := Record{
		Status: Active, Notifying: true, Mailbox: true, Lang: i18n.NN,
		Email:  Detail{"kari@post.test", at("2025-03-01T09:00:00Z"), at("2026-01-02T03:04:05Z")},
		Mobile: Detail{Value: "+4791234567", Updated: at("2024-01-01T00:00:00Z")},
	}
	if diff := cmp.Diff(want, got[asked[0]]); diff != "" {
		t.Error(diff)
	}
}

func TestDecode_readsThoseWhoAreNotThere(t *testing.T) {
	t.Parallel()
	asked := numbers(t, 2)
	text := fmt.Sprintf(`{"personer":[{"personidentifikator":%q,"status":"IKKE_REGISTRERT"},{"personidentifikator":%q,"reservasjon":"JA","status":"SLETTET","varslingsstatus":"KAN_IKKE_VARSLES"}]}`,
		asked[0].Digits(), asked[1].Digits())
	got, err := Decode(strings.NewReader(text), asked)
	if err != nil || got[asked[0]].Status != Unregistered || got[asked[1]].Status != Deleted || !got[asked[1]].Reserved {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDecode_leavesOutAddressesThatAreNone(t *testing.T) {
	t.Parallel()
	asked := numbers(t, 1)
	text := strings.NewReplacer("kari@post.test", "kari at post", "+4791234567", "ring meg").Replace(whole(asked[0].Digits()))
	got, err := Decode(strings.NewReader(text), asked)
	if err != nil || got[asked[0]].Email.Value+got[asked[0]].Mobile.Value != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDecode_refusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	asked := numbers(t, 2)
	good, other := whole(asked[0].Digits()), asked[1].Digits()
	for name, text := range map[string]string{
		"nothing":                "",
		"no JSON":                "<html>",
		"cut off":                good[:len(good)-2],
		"two documents":          good + good,
		"a list":                 "[]",
		"a number as status":     strings.Replace(good, `"AKTIV"`, `1`, 1),
		"an unknown status":      strings.Replace(good, "AKTIV", "SOVER", 1),
		"an unknown reservation": strings.Replace(good, "NEI", "KANSKJE", 1),
		"no reservation":         strings.Replace(good, `"reservasjon":"NEI",`, "", 1),
		"unknown notifying":      strings.Replace(good, "KAN_VARSLES", "JA", 1),
		"a broken date":          strings.Replace(good, "2025-03-01T10:00:00+01:00", "i går", 1),
		"an unknown language":    strings.Replace(good, `"nn"`, `"xx"`, 1),
		"somebody else":          whole(other),
		"nobody":                 `{"personer":[]}`,
		"no number":              strings.Replace(good, asked[0].Digits(), "123", 1),
		"the same twice":         strings.TrimSuffix(good, `]}`) + `,` + strings.TrimPrefix(good, `{"personer":[`),
		"too long":               `{"personer":[` + strings.Repeat(" ", maxAnswer),
	} {
		got, err := Decode(strings.NewReader(text), asked[:1])
		if err == nil {
			t.Errorf("%s: read as %+v", name, got)
			continue
		}
		if strings.Contains(err.Error(), asked[0].Digits()) || strings.Contains(err.Error(), "kari") {
			t.Errorf("%s: the error tells on somebody: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	asked := numbers(f, 2)
	f.Add(whole(asked[0].Digits()))
	f.Add(`{"personer":[{"personidentifikator":"` + asked[0].Digits() + `","status":"SLETTET","reservasjon":"JA"}]}`)
	f.Add(`{"personer":null}`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Decode(strings.NewReader(text), asked[:1])
		if err != nil {
			return
		}
		r, ok := got[asked[0]]
		if len(got) != 1 || !ok {
			t.Fatalf("read %d persons", len(got))
		}
		if r.Email.Value != "" && !isEmail(r.Email.Value) || r.Mobile.Value != "" && !isMobile(r.Mobile.Value) {
			t.Errorf("took %+v", r)
		}
		if r.Status != Active && r.Status != Deleted && r.Status != Unregistered {
			t.Errorf("took status %q", r.Status)
		}
	})
}
