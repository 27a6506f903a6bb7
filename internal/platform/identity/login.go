package identity

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"golang.org/x/oauth2"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	attemptLife = 10 * time.Minute
	promptLogin = "login"

	secretLength = 26 // of ids.Secret
)

// LoginRequest is what a log-in begins with.
type LoginRequest struct {
	// ReturnTo is the local path to come back to.
	ReturnTo string
	// ACR is the wished level of assurance; "" for what the client demands at least.
	ACR string
	// Reauthenticate makes the provider ask again although the person is known there.
	Reauthenticate bool
	Lang           i18n.Lang
	// Hint says who is about to log in, in the words of a provider that takes them
	// (ClientConfig.LoginHints); no other is told.
	Hint string
	// Browser is the secret of an earlier attempt in the same browser, "" when none:
	// two tabs may log in side by side.
	Browser string
}

// LoginResponse is what the provider sent back through the browser.
type LoginResponse struct {
	Code, State, Issuer, Error string
	Browser                    string // the secret bound to the browser by BeginLogin
	OldSecret                  string // of the session the browser had until now
	Agent                      string // the browser's User-Agent
}

// Login is a log-in that succeeded.
type Login struct {
	Secret   string // for the cookie; kept nowhere else
	Session  Session
	ReturnTo string
}

// BeginLogin returns where to send the browser, and the secret to bind it to.
func (s *Service) BeginLogin(ctx context.Context, r LoginRequest) (target, browser string, err error) {
	defer func() { s.noteBegun(err) }()
	rp, err := s.relyingParty(ctx)
	if err != nil {
		return "", "", err
	}
	browser = r.Browser
	if len(browser) != secretLength {
		browser = ids.Secret()
	}
	state := ids.Secret()
	a := attempt{
		stateDigest: ids.Digest(state), browserDigest: ids.Digest(browser), issuer: rp.config.Issuer,
		nonce: ids.Secret(), verifier: oauth2.GenerateVerifier(), acr: rp.config.minACR(r.ACR),
		returnTo: LocalPath(r.ReturnTo), expires: store.At(rp.now.Add(attemptLife)),
	}
	if r.Reauthenticate {
		a.prompt = promptLogin
	}
	ctx, cancel := context.WithTimeout(ctx, s.settings.Patience)
	defer cancel()
	target, err = rp.authorizeURL(ctx, rp.request(a, state, r))
	if err != nil {
		return "", "", err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return insertAttempt(ctx, tx, a) })
	return target, browser, err
}

// FinishLogin checks what came back and opens a session.
func (s *Service) FinishLogin(ctx context.Context, r LoginResponse) (Login, error) {
	a, err := s.takeAttempt(ctx, r)
	if err != nil {
		return Login{}, err
	}
	rp, err := s.relyingParty(ctx)
	if err != nil {
		return Login{}, err
	}
	if err := rp.checkResponse(r, a); err != nil {
		s.noteBegun(err)
		return Login{}, err
	}
	waiting, cancel := context.WithTimeout(ctx, s.settings.Patience)
	defer cancel()
	c, err := rp.redeem(waiting, r.Code, a)
	s.noteLogin(err)
	if err != nil {
		return Login{}, err
	}
	person, err := s.identify(ctx, c)
	if err != nil {
		return Login{}, err
	}
	login, err := s.openSession(ctx, rp, c, person, r)
	login.ReturnTo = a.returnTo
	return login, err
}

// takeAttempt finds the log-in the response belongs to. A state that somebody
// else's browser brings is used up by it: better to log in once more than to
// leave it to be tried again.
func (s *Service) takeAttempt(ctx context.Context, r LoginResponse) (attempt, error) {
	var a attempt
	stale := errs.Invalid("identity.login_expired")
	if r.State == "" || len(r.State) > 200 {
		return a, stale
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		a, err = takeAttempt(ctx, tx, ids.Digest(r.State))
		return err
	})
	if errors.Is(err, store.ErrNoRows) {
		return a, stale.Because(err)
	}
	if err != nil {
		return a, err
	}
	if !a.expires.After(s.clock.Now()) {
		return a, stale.Because(errors.New("identity: the log-in took too long"))
	}
	if subtle.ConstantTimeCompare([]byte(ids.Digest(r.Browser)), []byte(a.browserDigest)) != 1 {
		return a, stale.Because(errors.New("identity: the log-in began in another browser"))
	}
	return a, nil
}

// checkResponse checks the authorization response before anything in it is used.
func (rp relyingParty) checkResponse(r LoginResponse, a attempt) error {
	// RFC 9207 section 2.4: an answer of another provider must not be redeemed here.
	if r.Issuer != rp.config.Issuer && (r.Issuer != "" || rp.provider.SendsIss) || a.issuer != rp.config.Issuer {
		return refused(fmt.Errorf("the answer comes from issuer %.100q", r.Issuer))
	}
	switch {
	case r.Error == "access_denied" || r.Error == "login_required" || r.Error == "interaction_required":
		return errs.Invalid("identity.cancelled").Because(fmt.Errorf("identity: provider answered %.60q", r.Error))
	case r.Error == "temporarily_unavailable" || r.Error == "server_error":
		return down(fmt.Errorf("identity: provider answered %.60q", r.Error))
	case r.Error != "":
		return refused(fmt.Errorf("provider answered %.60q", r.Error))
	case r.Code == "" || len(r.Code) > 2000:
		return refused(errors.New("the answer holds no code"))
	}
	return nil
}

// identify finds or makes the person the claims speak of, with the family as
// the population register knows it now. A register that is down does not keep
// anybody out: what is stored serves until it answers.
func (s *Service) identify(ctx context.Context, c claims) (Person, error) {
	if c.PID == "" {
		return Person{}, errs.Forbidden("identity.no_number")
	}
	number, err := pid.Parse(c.PID)
	if err != nil {
		return Person{}, refused(err)
	}
	if err := s.accept(ctx, number); err != nil {
		return Person{}, err
	}
	id, err := s.sync(ctx, number)
	if err != nil {
		s.log.WarnContext(ctx, "the population register was not asked at log-in", "error", err)
		if id, err = s.upsert(ctx, number, RegisterPerson{}); err != nil {
			return Person{}, err
		}
	}
	person, err := s.Person(ctx, id)
	if err == nil && person.Deceased() {
		// An eID that outlives its holder is in somebody else's hands.
		return Person{}, errs.Forbidden("identity.login_refused")
	}
	return person, err
}

// openSession stores the session under a new secret and ends the browser's old
// one, so that nobody can plant a session that a log-in then fills.
func (s *Service) openSession(ctx context.Context, rp relyingParty, c claims, p Person, r LoginResponse) (Login, error) {
	login := Login{Secret: ids.Secret()}
	row := sessionRow{
		digest: ids.Digest(login.Secret), id: ids.New(), personID: p.ID, kind: string(Resident), acr: c.ACR,
		issuer: rp.config.Issuer, clientID: rp.config.ClientID, agent: agentSummary(r.Agent),
	}
	if c.SID != "" {
		row.sidDigest = ids.Digest(c.SID)
	}
	var err error
	row.idToken, err = s.keys.Encrypt(ctx, store.TenantOf(ctx), purposeIDToken, []byte(c.raw), []byte(row.id))
	if err != nil {
		return login, fmt.Errorf("identity: encrypt ID token: %w", err)
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.startSession(ctx, tx, row, c.subject, r.OldSecret); err != nil {
			return err
		}
		stored, err := readSession(ctx, tx, row.digest)
		if err != nil {
			return err
		}
		login.Session, err = s.session(ctx, tx, stored)
		return err
	})
	return login, err
}

func (s *Service) startSession(ctx context.Context, tx *store.Tx, row sessionRow, sub, oldSecret string) error {
	if oldSecret != "" {
		if err := s.end(ctx, tx, EndedByNewLogin, `digest = $4`, ids.Digest(oldSecret)); err != nil {
			return err
		}
	}
	if s.grants != nil {
		grants, err := s.grants.GrantsOf(ctx, tx, row.personID)
		if err != nil {
			return fmt.Errorf("identity: read roles: %w", err)
		}
		if len(grants) > 0 {
			row.kind = string(Staff)
		}
	}
	row.expires, row.ends = store.At(tx.Now.Add(s.settings.Idle)), store.At(tx.Now.Add(s.settings.Absolute))
	if err := insertSession(ctx, tx, row); err != nil {
		return err
	}
	if err := saveLogin(ctx, tx, row.issuer, row.clientID, sub, row.personID); err != nil {
		return err
	}
	return s.record(ctx, tx, Event{Action: "login", PersonID: row.personID, SessionID: row.id, ACR: row.acr})
}

// relyingParty returns the context's client with its provider.
func (s *Service) relyingParty(ctx context.Context) (relyingParty, error) {
	config, err := s.clientConfig(ctx)
	if err != nil {
		return relyingParty{}, err
	}
	p, err := s.providers.get(ctx, config.Issuer)
	if err != nil {
		return relyingParty{}, err
	}
	return relyingParty{config: config, provider: p, http: s.providers.http, now: s.clock.Now(), skew: s.settings.Skew}, nil
}

func (s *Service) clientConfig(ctx context.Context) (ClientConfig, error) {
	config, err := s.client(ctx, store.TenantOf(ctx))
	if err == nil {
		err = config.check()
	}
	if err != nil { // the operator's to mend, and not the visitor's fault
		return config, errs.Unavailable(0, "identity.not_set_up").Because(fmt.Errorf("identity: client of the municipality: %w", err))
	}
	return config, nil
}

func encodeCertificate(der []byte) string { return base64.StdEncoding.EncodeToString(der) }
