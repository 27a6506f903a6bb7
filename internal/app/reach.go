package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/go-jose/go-jose/v4"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/web"
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
	c.Letterhead = a.letterhead
	c.SiteURL = func(ctx context.Context) string { return a.SiteURL(tenant.From(ctx)) }
	c.People, c.Access, c.ClassOf, c.About, c.OnBack = a.Identity, a.Access, classOf, a.aboutLetter, a.letterBack
	c.OnMoved = func(ctx context.Context, tx *store.Tx, m notify.Moved) error {
		if err := a.Appeals.Moved(ctx, tx, m); err != nil {
			return err
		}
		return a.Neighbours.Moved(ctx, tx, m)
	}
	c.BounceAddress = a.Config.Get("TORG_BOUNCE_ADDRESS")
	return nil
}

// threadOfCase begins the thread of a case's messages.
const threadOfCase = "case:"

// aboutLetter tells whose a letter is and who may see it: it is as closed as its
// case. Which document it is, the message names; those from before they did are
// the decision's letter when they tell of the decision (forvaltningsloven § 27),
// and else what the message says.
func (a *App) aboutLetter(ctx context.Context, tx *store.Tx, about notify.About) (notify.About, error) {
	if notice, is, err := a.Neighbours.AboutLetter(ctx, tx, about); is || err != nil {
		return notice, err
	}
	id, ok := strings.CutPrefix(about.Thread, threadOfCase)
	if !ok {
		return about, nil
	}
	c, err := a.Cases.CaseIn(ctx, tx, id)
	if err != nil {
		return about, err
	}
	about.Department, about.Restricted, about.Assignee = c.Department, c.Restricted, c.Assignee
	if about.Kind != "case.decided" {
		return about, nil
	}
	d, err := a.Cases.DecisionIn(ctx, tx, id)
	if errors.Is(err, store.ErrNoRows) {
		return about, nil
	}
	if err != nil {
		return about, err
	}
	addressed, err := a.Cases.Addressed(ctx, tx, c)
	about.Document, about.Enclosed = d.Letter, d.Letter != "" && (about.Person != c.Applicant || !addressed)
	return about, err
}

// followLetters keeps the letters of a case as closed as the case is.
func (a *App) followLetters(ctx context.Context, tx *store.Tx, e cases.Event) error {
	switch e.What {
	case cases.HappenedAssigned, cases.HappenedReleased, cases.HappenedParties, cases.HappenedReopened:
		return a.Notify.Follow(ctx, tx, notify.About{
			Thread: threadOfCase + e.Case.ID, Department: e.Case.Department, Restricted: e.Case.Restricted, Assignee: e.Case.Assignee,
		})
	default:
		return nil
	}
}

// letterhead is what letters about a department's matters tell of the sender: its
// name, and where the municipality and the department are reached.
func (*App) letterhead(ctx context.Context, tx *store.Tx, department string) (h notify.Letterhead, err error) {
	h.Lines = web.ContactLines(tenant.From(ctx))
	list, err := tenant.Departments(ctx, tx)
	for _, d := range list {
		if d.ID != department {
			continue
		}
		h.Unit = d.Name
		if d.Email != "" && !slices.Contains(h.Lines, d.Email) {
			h.Lines = append(h.Lines, d.Email)
		}
	}
	return h, err
}

// letterBack notes in a case that a letter came back, which both sides read, and
// tells whoever has the case, or the department when nobody has it.
func (a *App) letterBack(ctx context.Context, tx *store.Tx, b notify.LetterBack) error {
	if is, err := a.Neighbours.LetterBack(ctx, tx, b); is || err != nil {
		return err
	}
	id, ok := strings.CutPrefix(b.Thread, threadOfCase)
	if !ok {
		return nil
	}
	c, err := a.Cases.Touch(ctx, tx, id, cases.Entry{Kind: "letter_back"}, nil)
	if err != nil {
		return err
	}
	words := a.Bundle.For(tenant.From(ctx).Lang())
	if c.Assignee != "" {
		worker, err := a.Identity.PersonIn(ctx, tx, c.Assignee)
		if err == nil {
			if worker.Lang.Valid() {
				words = a.Bundle.For(worker.Lang)
			}
			return a.tellBack(ctx, tx, c, b, worker.ID, worker.Email, words)
		}
		if !errs.Is(err, errs.KindNotFound) { // a machine's token may hold a case; it has no mailbox
			return err
		}
	}
	email, err := mailboxOf(ctx, tx, c.Department)
	if err != nil || email == "" {
		return err
	}
	return a.tellBack(ctx, tx, c, b, "", email, words)
}

func (a *App) tellBack(ctx context.Context, tx *store.Tx, c cases.Case, b notify.LetterBack, to, email string, words *i18n.Localizer) error {
	const key = "notify.mail.staff.letter_back"
	args := []any{"number", c.Label(), "reason", strings.ToLower(words.T("notify.back.reason." + b.Reason))}
	next := words.T(key + ".none")
	if b.Next != "" {
		next = words.T(key+".next", "channel", words.T("notify.channel."+string(b.Next)))
	}
	_, err := a.Notify.Send(ctx, tx, notify.Message{
		PersonID: to, Email: email, Kind: "notify.staff.letter_back", Thread: b.Thread, Lang: words.Lang(), Subject: words.T(key+".subject", args...),
		Body: notify.Body{
			Heading: words.T(key+".subject", args...), Paragraphs: []string{words.T(key+".text", args...), next},
			Action: &notify.Action{Text: words.T("notify.open_case"), URL: a.SiteURL(tenant.From(ctx)) + "/work/cases/" + c.ID},
		},
	})
	return err
}

// mailboxOf is the address of a department; "" when it has none.
func mailboxOf(ctx context.Context, tx *store.Tx, id string) (string, error) {
	list, err := tenant.Departments(ctx, tx)
	for _, d := range list {
		if d.ID == id {
			return d.Email, err
		}
	}
	return "", err
}

// proofs shows on a case's page what was sent about it (both sides see it).
func (a *App) proofs() cases.Companion {
	return cases.Companion{Name: "notify", Later: true, Happened: a.followLetters, Panel: func(ctx context.Context, tx *store.Tx, c cases.Case, _ cases.Audience) (templ.Component, error) {
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
