package notify

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestHookSMS_asksForProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t, modules()...), nil)
	w.SMSToken = "hemmelig"
	body := `{"id":"` + ids.New() + `","status":"delivered"}`
	now := strconv.FormatInt(w.Clock.Now().Unix(), 10)
	old := strconv.FormatInt(w.Clock.Now().Add(-6*time.Minute).Unix(), 10)
	for name, tt := range map[string]struct {
		header map[string]string
		known  bool
	}{
		"nothing":             {nil, false},
		"the token":           {map[string]string{"Authorization": "Bearer hemmelig"}, true},
		"another token":       {map[string]string{"Authorization": "Bearer hemmeligere"}, false},
		"an empty token":      {map[string]string{"Authorization": "Bearer "}, false},
		"a signature":         {map[string]string{"Torg-Timestamp": now, "Torg-Signature": SignReceipt("hemmelig", now, []byte(body))}, true},
		"an old signature":    {map[string]string{"Torg-Timestamp": old, "Torg-Signature": SignReceipt("hemmelig", old, []byte(body))}, false},
		"another's":           {map[string]string{"Torg-Timestamp": now, "Torg-Signature": SignReceipt("gjettet", now, []byte(body))}, false},
		"of another body":     {map[string]string{"Torg-Timestamp": now, "Torg-Signature": SignReceipt("hemmelig", now, []byte("{}"))}, false},
		"without a timestamp": {map[string]string{"Torg-Signature": SignReceipt("hemmelig", "", []byte(body))}, false},
	} {
		r := httptest.NewRequestWithContext(w.Ctx, http.MethodPost, "/hooks/sms", strings.NewReader(body))
		for k, v := range tt.header {
			r.Header.Set(k, v)
		}
		answer := httptest.NewRecorder()
		err := w.hookSMS(answer, r)
		if tt.known && !errs.Is(err, errs.KindNotFound) { // proven, and about no message of ours
			t.Errorf("%s: %v, %d", name, err, answer.Code)
		}
		if !tt.known && (err != nil || answer.Code != http.StatusUnauthorized) {
			t.Errorf("%s: %v, %d", name, err, answer.Code)
		}
	}
	w.SMSToken = ""
	r := httptest.NewRequestWithContext(w.Ctx, http.MethodPost, "/hooks/sms", strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer ")
	if w.fromGateway(r.Header, []byte(body)) {
		t.Error("no token at all lets everybody in")
	}
}

func TestParseReceipt(t *testing.T) {
	t.Parallel()
	id := ids.New()
	for text, want := range map[string]bool{
		`{"id":"` + id + `","status":"delivered"}`:                true,
		`{"id":"` + id + `","status":"rejected","code":"<b>9"}`:   true,
		`{"id":"` + id + `","status":"delivered","more":{"a":1}}`: true,
		`{"id":"` + id + `","status":"sent"}`:                     false,
		`{"id":"1","status":"delivered"}`:                         false,
		`{"id":"` + id + `"}`:                                     false,
		`{"id":"` + id + `","status":"delivered"}{}`:              false,
		``:     false,
		`null`: false,
	} {
		r, err := parseReceipt([]byte(text))
		if (err == nil) != want || strings.ContainsAny(r.Code, "<>") {
			t.Errorf("%s: %+v, %v", text, r, err)
		}
	}
}

func FuzzParseReceipt(f *testing.F) {
	f.Add([]byte(`{"id":"0193a1b2-0000-7000-8000-000000000000","status":"delivered","code":"0x1"}`))
	f.Add([]byte(`{"id":"\u0000"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := parseReceipt(body)
		if err != nil {
			return
		}
		if !ids.Valid(r.ID) || !r.Status.valid() || len(r.Code) > maxCode || bytes.ContainsAny([]byte(r.Code), "<>&\"\x00\n") {
			t.Errorf("took %+v", r)
		}
	})
}
