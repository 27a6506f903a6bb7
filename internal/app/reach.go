package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/go-jose/go-jose/v4"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// SettingConsumer is the organisation number that a municipality asks the
// contact register as, when the installation acts for several.
const SettingConsumer = "maskinporten.consumer"

// reachTimeout is how long the contact register and Maskinporten may take.
const reachTimeout = 15 * time.Second

// phones is the SMS gateway: that of the world around a demonstration, or the
// one of the settings; nil when there is none.
func (a *App) phones() (notify.TextCarrier, string, error) {
	if a.world.Phones != nil {
		return a.world.Phones, a.world.SMSToken, nil
	}
	address, token := a.Config.Get("TORG_SMS_URL"), a.Config.Get("TORG_SMS_TOKEN")
	if address == "" {
		return nil, "", nil
	}
	g, err := notify.NewGateway(address, token, nil)
	if err != nil {
		return nil, "", err
	}
	return g, token, nil
}

// register is the contact register; nil when there is none.
func (a *App) register() (contact.Source, error) {
	if a.world.Contacts != nil {
		return a.world.Contacts, nil
	}
	address := a.Config.Get("TORG_KRR_URL")
	if address == "" {
		return nil, nil //nolint:nilnil // none is set up
	}
	h := &http.Client{Timeout: reachTimeout}
	tokens := contact.NewMaskinporten(contact.MaskinportenOptions{
		Issuer: a.Config.Get("TORG_MASKINPORTEN_URL"), ClientID: a.Config.Get("TORG_MASKINPORTEN_CLIENT_ID"),
		Key: a.Config.maskinportenKey, HTTP: h, Clock: a.DB.Clock(),
	})
	return contact.NewClient(address, h, tokens, func(ctx context.Context) string { return tenant.From(ctx).Settings[SettingConsumer] })
}

// maskinportenKey reads the private key that the client is registered with at
// Maskinporten, as a JSON Web Key.
func (c Config) maskinportenKey() (jose.JSONWebKey, error) {
	var key jose.JSONWebKey
	path := c.Get("TORG_MASKINPORTEN_KEY_FILE")
	text, err := os.ReadFile(path) //nolint:gosec // the operator's own file
	if err != nil {
		return key, fmt.Errorf("app: the client's key for Maskinporten: %w", err)
	}
	if err := json.Unmarshal(text, &key); err != nil || !key.Valid() || key.IsPublic() {
		// The parser's error could quote the key.
		return key, fmt.Errorf("app: %s is not a private JSON Web Key", path)
	}
	return key, nil
}

// wireReach gives notify the ways to reach people.
func (a *App) wireReach(c *notify.Config) error {
	var err error
	if c.Phones, c.SMSToken, err = a.phones(); err != nil {
		return err
	}
	source, err := a.register()
	if err != nil {
		return err
	}
	if source != nil {
		a.Contacts = contact.New(contact.Config{DB: a.DB, Keys: a.Keys, Source: source, Numbers: a.Identity, Log: a.Log, Metrics: a.Metrics})
		c.Contacts = a.Contacts
	}
	c.SiteURL = func(ctx context.Context) string { return a.SiteURL(tenant.From(ctx)) }
	c.People, c.Access, c.ClassOf, c.About = a.Identity, a.Access, classOf, a.aboutLetter
	return nil
}

// classOf knows the kinds of messages that services send.
func classOf(kind string) notify.Class {
	switch _, what, _ := strings.Cut(kind, "."); {
	case strings.HasPrefix(what, "staff."):
		return notify.Staff
	case what == "decided", strings.HasSuffix(what, ".decided"):
		return notify.Decision
	case what == "asked", strings.HasPrefix(what, "reminder"), strings.HasSuffix(what, ".reminder"):
		return notify.Reminder
	}
	return notify.Notice
}

// threadOfCase begins the thread of a case's messages.
const threadOfCase = "case:"

// aboutLetter tells whose a letter is and, when it tells of a decision, that the
// decision is the letter (forvaltningsloven § 27). It is addressed to the
// applicant; others get it behind a page with their own address.
func (a *App) aboutLetter(ctx context.Context, tx *store.Tx, about notify.About) (notify.About, error) {
	id, ok := strings.CutPrefix(about.Thread, threadOfCase)
	if !ok {
		return about, nil
	}
	c, err := a.Cases.CaseIn(ctx, tx, id)
	if err != nil {
		return about, err
	}
	about.Department = c.Department
	if classOf(about.Kind) != notify.Decision {
		return about, nil
	}
	d, err := a.Cases.DecisionIn(ctx, tx, id)
	if errors.Is(err, store.ErrNoRows) {
		return about, nil
	}
	if err != nil {
		return about, err
	}
	about.Document, about.Enclosed = d.Letter, d.Letter != "" && about.Person != c.Applicant
	return about, nil
}

// proofs shows on a case's page what was sent about it (both sides see it).
func (a *App) proofs() cases.Companion {
	return cases.Companion{Name: "notify", Panel: func(ctx context.Context, tx *store.Tx, c cases.Case, _ cases.Audience) (templ.Component, error) {
		list, err := a.Notify.ProofIn(ctx, tx, threadOfCase+c.ID)
		if err != nil || len(list) == 0 {
			return nil, err
		}
		return notify.ProofPanel(list), nil
	}}
}

// degraded tells in plain words which neighbours do not answer, a line for each.
// The process does its work all the same: what is for them waits.
func (a *App) degraded() string {
	var lines strings.Builder
	for _, n := range a.Notify.Down() {
		fmt.Fprintf(&lines, "\ndegraded: %s does not answer since %s; messages wait", strings.ReplaceAll(n.Name, "_", " "), n.Since.UTC().Format(time.RFC3339))
	}
	return lines.String()
}
