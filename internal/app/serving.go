package app

import (
	"net/url"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
)

// demoProvider is the host of the ID-porten that only the demo has, in which
// anybody logs in as anybody.
const demoProvider = "idporten.localhost"

// outbox is what somebody would write who wants the demo's outbox page.
const outbox = "outbox"

// CheckServing refuses settings that ask for what belongs to the demo alone: its
// ID-porten and its outbox page. A real server that took them would let anybody in,
// or show everybody's mail.
func (c Config) CheckServing() error {
	if isDemoProvider(c.Get("TORG_OIDC_ISSUER")) {
		return errs.Invalid("app.serve.demo_provider", "name", "TORG_OIDC_ISSUER")
	}
	scheme, _, _ := strings.Cut(c.Get("TORG_SMTP_URL"), ":")
	if strings.EqualFold(scheme, outbox) || strings.EqualFold(scheme, "demo") {
		return errs.Invalid("app.serve.demo_outbox", "name", "TORG_SMTP_URL")
	}
	return nil
}

// CheckTenants refuses to serve a municipality whose own setting names the demo's
// ID-porten.
func (a *App) CheckTenants() error {
	for _, t := range a.Directory.All() {
		if isDemoProvider(t.Settings[SettingIssuer]) {
			return errs.Invalid("app.serve.demo_tenant", "tenant", t.Slug, "name", SettingIssuer)
		}
	}
	return nil
}

// isDemoProvider reports whether an issuer's address is that of the demo's, at
// whatever port and below whatever name.
func isDemoProvider(issuer string) bool {
	u, err := url.Parse(issuer)
	if err != nil {
		return false // another check refuses it
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	return host == demoProvider || strings.HasSuffix(host, "."+demoProvider)
}
