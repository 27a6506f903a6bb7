package retention

import (
	"context"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// ownSources are the parts of a copy that the package makes itself, in the order
// of its index.
func (s *Service) ownSources() []Source {
	return []Source{
		personSource{s}, caseSource{s}, submissionSource{s}, draftSource{s}, messageSource{s}, lookSource{s},
	}
}

type personSource struct{ *Service }

type personData struct {
	Name        string         `json:"name"`
	Number      string         `json:"national_number"`
	BirthDate   string         `json:"birth_date,omitempty"`
	Protected   bool           `json:"protected_address"`
	Address     []string       `json:"address,omitempty"`
	Email       string         `json:"email,omitempty"`
	Phone       string         `json:"phone,omitempty"`
	Language    string         `json:"language,omitempty"`
	RegisterAt  string         `json:"register_asked_at,omitempty"`
	Contact     *contactData   `json:"contact_register,omitempty"`
	Children    []relativeData `json:"children,omitempty"`
	Guardians   []relativeData `json:"guardians,omitempty"`
	MayActForMe []mandateData  `json:"mandates_given,omitempty"`
	MayActFor   []mandateData  `json:"mandates_held,omitempty"`
	Sessions    []sessionData  `json:"log_ins,omitempty"`
}

type contactData struct {
	Reserved bool   `json:"reserved"`
	Email    string `json:"email,omitempty"`
	Mobile   string `json:"phone,omitempty"`
	AskedAt  string `json:"register_asked_at,omitempty"`
}

// relativeData holds no address, e-mail or telephone: those are the relative's own.
type relativeData struct {
	Name        string `json:"name"`
	Kind        string `json:"relation"`
	Responsible bool   `json:"parental_responsibility"`
	LivesWith   bool   `json:"lives_with"`
}

type mandateData struct {
	Name    string   `json:"name"`
	Scopes  []string `json:"scopes"`
	From    string   `json:"valid_from"`
	Until   string   `json:"valid_until,omitempty"`
	EndedAt string   `json:"ended_at,omitempty"`
}

type sessionData struct {
	At      string `json:"at"`
	SeenAt  string `json:"last_seen_at"`
	EndedAt string `json:"ended_at,omitempty"`
	Level   string `json:"level"`
	Agent   string `json:"browser"`
}

// Name implements Source.
func (personSource) Name() string { return "person" }

// Export implements Source.
func (s personSource) Export(ctx context.Context, tx *store.Tx, id, _ string) (Page, error) {
	p, err := s.Identity.PersonIn(ctx, tx, id)
	if err != nil {
		return Page{}, err
	}
	data := personData{
		Name: p.Name.Full(), Protected: p.Protection.Protected(), Email: p.Email, Phone: p.Phone, Language: string(p.Lang), RegisterAt: instant(p.RegisterUpdatedAt),
	}
	if !p.BirthDate.IsZero() {
		data.BirthDate = p.BirthDate.String()
	}
	if a, ok := p.VisibleAddress(identity.From(ctx)); ok {
		data.Address = append(append([]string{}, a.Lines...), a.PostalCode+" "+a.PostalPlace)
	}
	if data.Number, err = s.Identity.NumberIn(ctx, tx, id); err != nil {
		return Page{}, err
	}
	for _, fill := range []func(context.Context, *store.Tx, string, *personData) error{s.contact, s.family, s.mandates, s.sessions} {
		if err := fill(ctx, tx, id, &data); err != nil {
			return Page{}, err
		}
	}
	return Page{Data: data}, nil
}

func (s personSource) contact(ctx context.Context, tx *store.Tx, id string, data *personData) error {
	if s.Contacts == nil {
		return nil
	}
	r, found, err := s.Contacts.In(ctx, tx, id)
	if err == nil && found {
		data.Contact = &contactData{Reserved: r.Reserved, Email: r.Email.Value, Mobile: r.Mobile.Value, AskedAt: instant(r.FetchedAt)}
	}
	return err
}

func (s personSource) family(ctx context.Context, tx *store.Tx, id string, data *personData) error {
	children, err := s.Identity.ChildrenIn(ctx, tx, id)
	if err != nil {
		return err
	}
	guardians, err := s.Identity.GuardiansIn(ctx, tx, id)
	data.Children, data.Guardians = relatives(children), relatives(guardians)
	return err
}

func relatives(list []identity.Relative) []relativeData {
	var all []relativeData
	for _, r := range list {
		all = append(all, relativeData{Name: r.Person.Name.Full(), Kind: string(r.Kind), Responsible: r.Responsible, LivesWith: r.LivesWith})
	}
	return all
}

func (s personSource) mandates(ctx context.Context, tx *store.Tx, id string, data *personData) error {
	given, err := s.Identity.MandatesOf(ctx, tx, id)
	if err != nil {
		return err
	}
	held, err := s.Identity.MandatesFor(ctx, tx, id)
	for _, m := range given {
		data.MayActForMe = append(data.MayActForMe, mandate(m, m.AgentName))
	}
	for _, m := range held {
		data.MayActFor = append(data.MayActFor, mandate(m, m.GrantorName))
	}
	return err
}

func mandate(m identity.Mandate, name string) mandateData {
	d := mandateData{Name: name, Scopes: m.Scopes, From: m.From.String(), EndedAt: instant(m.EndedAt)}
	if !m.Until.IsZero() {
		d.Until = m.Until.String()
	}
	return d
}

func (s personSource) sessions(ctx context.Context, tx *store.Tx, id string, data *personData) error {
	list, err := s.Identity.SessionsOf(ctx, tx, id)
	for _, l := range list {
		data.Sessions = append(data.Sessions, sessionData{
			At: instant(l.CreatedAt), SeenAt: instant(l.SeenAt), EndedAt: instant(l.EndedAt), Level: l.ACR, Agent: l.Agent,
		})
	}
	return err
}
