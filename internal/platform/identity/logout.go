package identity

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Forward is a form that the browser posts to the provider to end the session
// there. ID-porten recommends POST: the ID token holds the national number and
// must not stand in the history of a shared machine.
type Forward struct {
	Action string
	Fields []FormField
}

// FormField is a hidden field of a Forward.
type FormField struct{ Name, Value string }

// Logout ends the session of a cookie's secret and returns what ends the
// provider's. It serves those without a session too: somebody whom Torg did not
// let in is still logged in at ID-porten, whose verification test 6 demands that
// they can log out. When the provider is down the session here is ended all the
// same and the error says what remains.
func (s *Service) Logout(ctx context.Context, secret string) (Forward, error) {
	hint, err := s.endWithHint(ctx, secret)
	if err != nil {
		return Forward{}, err
	}
	rp, err := s.relyingParty(ctx)
	if errs.Is(err, errs.KindUnavailable) {
		return Forward{}, errs.Unavailable(0, "identity.logout_provider_down").Because(err)
	}
	if err != nil {
		return Forward{}, err
	}
	if rp.provider.EndSession == "" {
		return Forward{}, nil
	}
	f := Forward{Action: rp.provider.EndSession}
	if hint != "" {
		f.Fields = append(f.Fields, FormField{"id_token_hint", hint})
	}
	f.Fields = append(f.Fields, FormField{"client_id", rp.config.ClientID})
	if rp.config.PostLogoutURI != "" {
		f.Fields = append(f.Fields, FormField{"post_logout_redirect_uri", rp.config.PostLogoutURI}, FormField{"state", ids.Secret()})
	}
	return f, nil
}

// endWithHint ends the session and returns the ID token it was opened with.
func (s *Service) endWithHint(ctx context.Context, secret string) (string, error) {
	if secret == "" {
		return "", nil
	}
	digest := ids.Digest(secret)
	var row sessionRow
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		row, err = readSession(ctx, tx, digest)
		return err
	})
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.end(ctx, tx, EndedByLogout, `digest = $4`, digest)
	})
	if err != nil || len(row.idToken) == 0 {
		return "", err
	}
	hint, err := s.keys.Decrypt(ctx, store.TenantOf(ctx), purposeIDToken, row.idToken, []byte(row.id))
	if err != nil {
		return "", fmt.Errorf("identity: decrypt ID token: %w", err)
	}
	return string(hint), nil
}

// FrontChannelLogout ends the sessions that the provider names (OpenID Connect
// Front-Channel Logout 1.0). It comes without the session's cookie, since
// browsers keep those of a framed page back.
func (s *Service) FrontChannelLogout(ctx context.Context, issuer, sid string) error {
	config, err := s.clientConfig(ctx)
	if err != nil {
		return err
	}
	// ID-porten's own example writes the issuer with a slash at the end.
	if strings.TrimSuffix(issuer, "/") != config.Issuer || sid == "" || len(sid) > 255 {
		return errs.Invalid("errs.invalid_input")
	}
	return s.EndBySID(ctx, config.Issuer, sid)
}

// framers returns the origins that may show front-channel logout in a frame:
// the issuer and, where it differs (login.idporten.no), that of its log-out.
func (s *Service) framers(ctx context.Context) []string {
	config, err := s.clientConfig(ctx)
	if err != nil {
		return nil
	}
	list := []string{origin(config.Issuer)}
	p, err := s.providers.get(ctx, config.Issuer)
	if err != nil || p.EndSession == "" {
		return list
	}
	if o := origin(p.EndSession); o != list[0] {
		list = append(list, o)
	}
	return list
}

func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "'none'"
	}
	return u.Scheme + "://" + u.Host
}
