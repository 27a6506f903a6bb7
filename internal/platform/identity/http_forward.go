package identity

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"sync"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// submit posts the page's form at once; without scripts the button does it.
const submit = `document.forms[0].submit()`

var forwardPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("forward").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
<form method="post" action="{{.Action}}">
{{range .Fields}}<input type="hidden" name="{{.Name}}" value="{{.Value}}">
{{end}}<button type="submit">{{.Button}}</button>
</form>
</main>
<script>` + submit + `</script>
</body>
</html>
`))
})

// renderForward shows the page that carries a person on to the provider's log-out.
func renderForward(w http.ResponseWriter, r *http.Request, f Forward) error {
	ctx := r.Context()
	var page bytes.Buffer
	err := forwardPage().Execute(&page, map[string]any{
		"Lang": i18n.LangOf(ctx).Tag(), "Title": i18n.T(ctx, "identity.logout_title"), "Text": i18n.T(ctx, "identity.logout_text"),
		"Button": i18n.T(ctx, "identity.logout_continue"), "Action": f.Action, "Fields": f.Fields,
	})
	if err != nil {
		return fmt.Errorf("identity: render log-out: %w", err)
	}
	hash := sha256.Sum256([]byte(submit))
	noStore(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// form-action covers the redirect back as well, hence 'self'.
	w.Header().Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; script-src 'sha256-"+
		base64.StdEncoding.EncodeToString(hash[:])+"'; form-action 'self' "+origin(f.Action))
	if _, err := page.WriteTo(w); err != nil {
		return fmt.Errorf("identity: write log-out: %w", err)
	}
	return nil
}
