package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestLanguage_isChosenInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tt := range map[string]struct{ host, cookie, who, header, want string }{
		"nothing said":                      {nordvik, "", "", "", "nb"},
		"nothing said, nynorsk":             {sørli, "", "", "", "nn"},
		"browser bokmål":                    {nordvik, "", "", "nb-NO,nb;q=0.9,en;q=0.8", "nb"},
		"browser bokmål, nynorsk":           {sørli, "", "", "nb-NO,nb;q=0.9,en;q=0.8", "nn"},
		"browser no":                        {nordvik, "", "", "no", "nb"},
		"browser no, nynorsk":               {sørli, "", "", "no", "nn"},
		"browser nynorsk":                   {nordvik, "", "", "nn-NO", "nn"},
		"browser English":                   {nordvik, "", "", "en-US,en;q=0.9,nb;q=0.8", "en"},
		"browser English, nynorsk":          {sørli, "", "", "en", "en"},
		"browser prefers English by weight": {nordvik, "", "", "nb;q=0.2,en;q=0.9", "en"},
		"browser German":                    {nordvik, "", "", "de-DE,de", "nb"},
		"browser German then English":       {sørli, "", "", "de,en;q=0.5", "en"},
		"garbage":                           {nordvik, "", "", ";;q=x,\x01,<script>", "nb"},
		"garbage, nynorsk":                  {sørli, "", "", strings.Repeat("x-", 500), "nn"},
		"person":                            {nordvik, "", "ola", "en", "nn"},
		"person without wish":               {nordvik, "", "kari", "en", "en"},
		"cookie before person":              {nordvik, "en", "ola", "nn", "en"},
		"cookie before browser":             {sørli, "nb", "", "en", "nb"},
		"cookie that is no language":        {nordvik, "xx", "ola", "", "nn"},
		"cookie with a language not whole":  {nordvik, "se", "", "", "nb"},
	} {
		header := map[string]string{"Accept-Language": tt.header}
		if tt.cookie != "" {
			header["Cookie"] = langCookie + "=" + tt.cookie
		}
		body := w.ask(request{host: tt.host, path: "/open", who: tt.who, header: header}).Body.String()
		if !strings.Contains(body, `<html lang="`+tt.want+`"`) {
			t.Errorf("%s: not %s", name, tt.want)
		}
	}
}

func TestChooseLanguage_remembersAndGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *Deps) { d.Secure = true })
	rec := w.post("/language", "", url.Values{"lang": {"nn"}, "return": {"/mine/deep/1?a=b&c=d"}})
	expect(t, rec, http.StatusSeeOther)
	if got := rec.Header().Get("Location"); got != "/mine/deep/1?a=b&c=d" {
		t.Errorf("goes to %q", got)
	}
	cookies := rec.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies %v", cookies)
	}
	c := cookies[0]
	if c.Name != langCookie || c.Value != "nn" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 31536000 || c.Path != "/" {
		t.Errorf("cookie %+v", c)
	}
}

func TestChooseLanguage_refusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, lang := range []string{"", "se", "de", "NB", "nb; Domain=evil", "<script>"} {
		rec := w.post("/language?lang=nn", "", url.Values{"lang": {lang}})
		expect(t, rec, http.StatusSeeOther)
		if len(rec.Result().Cookies()) != 0 {
			t.Errorf("%q became a cookie", lang)
		}
	}
	expect(t, w.ask(request{method: http.MethodPost, path: "/language", body: "lang=%zz"}), http.StatusUnprocessableEntity)
	expect(t, w.ask(request{method: http.MethodPost, path: "/language", body: "return=/", header: map[string]string{"Sec-Fetch-Site": "cross-site"}}), http.StatusForbidden)
}

func TestChooseLanguage_isNoSpringboard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{
		"", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example",
		"evil.example", "javascript:alert(1)", " //evil.example", "/\x00/evil", "/\x7f/x", "/\r\nSet-Cookie: a=b", "data:text/html,x", "///evil.example",
	} {
		rec := w.post("/language", "", url.Values{"lang": {"nb"}, "return": {path}})
		if got := rec.Header().Get("Location"); got != "/" || rec.Code != http.StatusSeeOther {
			t.Errorf("%q leads to %q", path, got)
		}
	}
	for path, want := range map[string]string{"/.//evil.example": "/evil.example", "/a/..//evil.example": "/evil.example"} {
		if got := w.post("/language", "", url.Values{"return": {path}}).Header().Get("Location"); got != want {
			t.Errorf("%q leads to %q, want %q", path, got, want)
		}
	}
}

func TestLocalPath_keepsPathsOfThisHost(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/":                   "/",
		"/my/cases/1?x=//y#z": "/my/cases/1?x=//y#z",
		"/søk?q=æøå":          "/søk?q=æøå",
		"//x":                 "/else",
		"/a\\b":               "/else",
		"/a\xffb":             "/else",
		"x":                   "/else",
	} {
		if got := LocalPath(path, "/else"); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestLanguageSwitch_comesBackToThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	expect(t, w.get("/open?a=1"), http.StatusOK, `name="return" value="/open?a=1"`)
	// A form shown again has the address of a change; one comes back to its page.
	expect(t, w.post("/fail/invalid", "", nil, "Referer", "http://"+nordvik+"/open?step=2"), http.StatusUnprocessableEntity, `name="return" value="/open?step=2"`)
}
