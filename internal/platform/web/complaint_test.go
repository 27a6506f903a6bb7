package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// particular is an operation whose input may be wrong in many ways.
type particular struct {
	Limit int `query:"limit" minimum:"1" maximum:"100"`
	Body  struct {
		Name  string   `json:"name" minLength:"2" maxLength:"4"`
		Day   string   `json:"day,omitempty" format:"date"`
		At    string   `json:"at,omitempty" format:"date-time"`
		ID    string   `json:"id,omitempty" format:"uuid"`
		Mail  string   `json:"mail,omitempty" format:"email"`
		Kind  string   `json:"kind,omitempty" enum:"a,b"`
		Form  string   `json:"form,omitempty" pattern:"^[a-z]+$" patternDescription:"lower case"`
		Count int      `json:"count,omitempty" multipleOf:"5" exclusiveMaximum:"50"`
		Share float64  `json:"share,omitempty" exclusiveMinimum:"0"`
		Yes   bool     `json:"yes,omitempty"`
		List  []string `json:"list,omitempty" minItems:"1" maxItems:"2" uniqueItems:"true"`
		Thing struct {
			A string `json:"a,omitempty"`
		} `json:"thing,omitempty"`
	}
}

// english finds words that stand in huma's own sentences and in none of ours.
var english = regexp.MustCompile(`(?i)\b(expected|unexpected|invalid|required|unmarshal|property|missing|value)\b`)

func TestComplaint_isInTheCallersLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	Operation(w.Routes("test"), huma.Operation{OperationID: "particular", Method: http.MethodPost, Path: "/api/particular"}, access.LoggedIn,
		func(context.Context, *particular) (*struct{}, error) { return nil, nil })
	for body, want := range map[string]string{
		`{"name":"x"}`:                       "web.input.min_length",
		`{"name":"xxxxx"}`:                   "web.input.max_length",
		`{}`:                                 "web.input.required",
		`{"name":"xx","more":1}`:             "web.input.unexpected",
		`{"name":1}`:                         "web.input.string",
		`{"name":"xx","day":"4. mai"}`:       "web.input.date",
		`{"name":"xx","at":"i går"}`:         "web.input.date_time",
		`{"name":"xx","id":"123"}`:           "web.input.id",
		`{"name":"xx","mail":"ola"}`:         "web.input.email",
		`{"name":"xx","kind":"c"}`:           "web.input.one_of",
		`{"name":"xx","form":"A"}`:           "web.input.pattern",
		`{"name":"xx","count":7}`:            "web.input.multiple",
		`{"name":"xx","count":50}`:           "web.input.below",
		`{"name":"xx","count":1.5}`:          "web.input.integer",
		`{"name":"xx","share":-1}`:           "web.input.above",
		`{"name":"xx","share":"x"}`:          "web.input.number",
		`{"name":"xx","yes":"x"}`:            "web.input.boolean",
		`{"name":"xx","list":[]}`:            "web.input.min_items",
		`{"name":"xx","list":["a","b","c"]}`: "web.input.max_items",
		`{"name":"xx","list":["a","a"]}`:     "web.input.unique",
		`{"name":"xx","list":"a"}`:           "web.input.array",
		`{"name":"xx","thing":"a"}`:          "web.input.object",
		`{"name":`:                           "web.input.other",
		`?limit=0 {"name":"xx"}`:             "web.input.minimum",
		`?limit=101 {"name":"xx"}`:           "web.input.maximum",
		`?limit=many {"name":"xx"}`:          "web.input.integer",
	} {
		for _, lang := range i18n.Offered() {
			p := w.complains(t, body, lang)
			if len(p.Errors) == 0 || p.Errors[0].Code != want {
				t.Errorf("%s: %+v, want %s", body, p.Errors, want)
				continue
			}
			for _, f := range p.Errors {
				if lang != i18n.EN && english.MatchString(f.Detail) || strings.Contains(f.Detail, "[web.") || strings.Contains(f.Detail, "<no value>") {
					t.Errorf("%s in %s: %q", body, lang, f.Detail)
				}
			}
		}
	}
	if p := w.complains(t, `{"name":"xx","kind":"c"}`, i18n.NN); p.Errors[0].Detail != "Må vere ein av desse: a, b." || p.Title != "Noko i det som vart sendt, er feil" {
		t.Errorf("nynorsk: %+v", p)
	}
}

func (w *world) complains(t *testing.T, body string, lang i18n.Lang) problem {
	t.Helper()
	query, rest, ok := strings.Cut(body, " ")
	if !ok || !strings.HasPrefix(query, "?") {
		query, rest = "", body
	}
	r := request{method: http.MethodPost, path: "/api/particular" + query, body: rest}.make()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer good")
	r.Header.Set("Cookie", langCookie+"="+string(lang)) // Accept-Language says nothing of bokmål
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	if rec.Header().Get("Content-Language") != string(lang) {
		t.Errorf("%s: Content-Language %q, want %s", body, rec.Header().Get("Content-Language"), lang)
	}
	return trouble(t, rec, rec.Code)
}

// What no request of ours can provoke is tried on the sentences themselves.
func TestComplaint_knowsEverySentence(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	for message, want := range map[string]string{
		validation.MsgExpectedRFC3339Time:                                        "time",
		validation.MsgExpectedRFC1123DateTime:                                    "http_date",
		validation.MsgExpectedRFC5890Hostname:                                    "host",
		validation.MsgExpectedRFCIPAddr:                                          "ip",
		validation.MsgExpectedRFC6570URITemplate:                                 "pattern",
		validation.MsgExpectedBase64String:                                       "base64",
		"expected string to be RFC 3986 uri: parse \"x\": invalid":               "address",
		"expected string to be regex: missing ]":                                 "pattern",
		"expected duration: time: invalid duration":                              "duration",
		"expected string to be RFC 5322 email: mail: no angle-addr\nsecond line": "email",
		"expected object with at least 2 properties":                             "min_properties",
		"expected object with at most 2 properties":                              "max_properties",
		"expected property a to be present when b is present":                    "required_with",
		"required query parameter is missing":                                    "no_parameter",
		"unknown query parameter":                                                "unknown_parameter",
		"At least one file is required":                                          "file",
		"something of a later version":                                           "other",
		"":                                                                       "other",
	} {
		for _, lang := range i18n.Offered() {
			got := complaint(i18n.With(t.Context(), b.For(lang)), &huma.ErrorDetail{Location: "body.a", Message: message})
			if got.Code != "web.input."+want || got.Name != "body.a" || got.Detail == "" || strings.HasPrefix(got.Detail, "[") || strings.Contains(got.Detail, "no value") {
				t.Errorf("%q in %s: %+v", message, lang, got)
			}
		}
	}
	got := complaint(i18n.With(t.Context(), b.For(i18n.NB)), &huma.ErrorDetail{Message: "expected property a to be present when b is present"})
	if got.Detail != "Feltet a må være med når b er det." {
		t.Errorf("%+v", got)
	}
}
