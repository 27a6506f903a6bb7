package app

import (
	"testing"

	"github.com/torg-no/torg/internal/platform/errs"
)

func TestCheckServing_refusesWhatIsTheDemosAlone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, value, key string }{
		{"TORG_OIDC_ISSUER", "https://idporten.no", ""},
		{"TORG_OIDC_ISSUER", "http://127.0.0.1:9000", ""},
		{"TORG_OIDC_ISSUER", "https://notidporten.localhost", ""},
		{"TORG_OIDC_ISSUER", "http://idporten.localhost:8080", "app.serve.demo_provider"},
		{"TORG_OIDC_ISSUER", "http://IDPORTEN.localhost.:8080/", "app.serve.demo_provider"},
		{"TORG_OIDC_ISSUER", "https://x.idporten.localhost", "app.serve.demo_provider"},
		{"TORG_SMTP_URL", "", ""},
		{"TORG_SMTP_URL", "smtps://outbox.example", ""},
		{"TORG_SMTP_URL", "outbox", "app.serve.demo_outbox"},
		{"TORG_SMTP_URL", "outbox://", "app.serve.demo_outbox"},
		{"TORG_SMTP_URL", "Demo:", "app.serve.demo_outbox"},
	} {
		t.Run(tt.name+"="+tt.value, func(t *testing.T) {
			t.Parallel()
			err := Config{values: map[string]string{tt.name: tt.value}}.CheckServing()
			switch e := errs.Of(err); {
			case tt.key == "" && err != nil, tt.key != "" && e == nil:
				t.Errorf("error %v", err)
			case e != nil && e.Key != tt.key:
				t.Errorf("%s, want %s", e.Key, tt.key)
			}
		})
	}
}
