package retention

import (
	"context"
	"errors"
	"slices"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// ownSources are the parts of a copy that the package makes itself, in the order
// of its index.
func (s *Service) ownSources() []Source {
	return []Source{
		personSource{s}, caseSource{s}, submissionSource{s}, draftSource{s}, messageSource{s}, sessionSource{s}, lookSource{s}, actSource{s},
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
	Roles       []roleData     `json:"roles,omitempty"`
	Wishes      []wishData     `json:"wishes,omitempty"`
	Contact     *contactData   `json:"contact_register,omitempty"`
	Children    []relativeData `json:"children,omitempty"`
	Guardians   []relativeData `json:"guardians,omitempty"`
	MayActForMe []mandateData  `json:"mandates_given,omitempty"`
	MayActFor   []mandateData  `json:"mandates_held,omitempty"`
}

// roleData is a role that somebody of the staff has.
type roleData struct {
	Role       string `json:"role"`
	Department string `json:"department,omitempty"`
}

// wishData is how the person wants to be told of something.
type wishData struct {
	Class   string `json:"what"`
	Channel string `json:"channel"`
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

// Name implements Source.
func (personSource) Name() string { return "person" }

// Export implements Source. By a mandate one learns no more of the person than the
// mandate itself says.
func (s personSource) Export(ctx context.Context, tx *store.Tx, of Whose, _ string) (Page, error) {
	p, err := s.Identity.PersonIn(ctx, tx, of.Person)
	if err != nil {
		return Page{}, err
	}
	data := personData{Name: p.Name.Full()}
	fills := []func(context.Context, *store.Tx, string, *personData) error{s.contact, s.mandates, s.wishes, s.roles}
	if !of.Own {
		fills = nil
	}
	if !of.Whole() {
		if err := s.mandateTo(ctx, tx, of, &data); err != nil {
			return Page{}, err
		}
	} else if err := errors.Join(s.registered(ctx, tx, p, &data), s.family(ctx, tx, of, &data)); err != nil {
		return Page{}, err
	}
	if of.Own {
		data.Email, data.Phone = p.Email, p.Phone
		if p.Lang != "" {
			data.Language = i18n.T(ctx, "i18n.lang."+string(p.Lang))
		}
	}
	for _, fill := range fills {
		if err := fill(ctx, tx, of.Person, &data); err != nil {
			return Page{}, err
		}
	}
	return Page{Data: data}, nil
}

// registered is what the population register says of the person. A protected
// address is shown to nobody.
func (s personSource) registered(ctx context.Context, tx *store.Tx, p identity.Person, data *personData) (err error) {
	data.Protected, data.RegisterAt = p.Protection.Protected(), instant(p.RegisterUpdatedAt)
	if !p.BirthDate.IsZero() {
		data.BirthDate = p.BirthDate.String()
	}
	if a, ok := p.VisibleAddress(identity.From(ctx)); ok {
		data.Address = append(append([]string{}, a.Lines...), a.PostalCode+" "+a.PostalPlace)
	}
	data.Number, err = s.Identity.NumberIn(ctx, tx, p.ID)
	return err
}

// mandateTo is the mandate by which somebody reads the copy.
func (s personSource) mandateTo(ctx context.Context, tx *store.Tx, of Whose, data *personData) error {
	held, err := s.Identity.MandatesFor(ctx, tx, of.Reader.PersonID)
	for _, m := range held {
		if m.Grantor == of.Person {
			data.MayActForMe = append(data.MayActForMe, s.mandate(i18n.From(ctx), m, m.AgentName))
		}
	}
	return err
}

func (s personSource) wishes(ctx context.Context, tx *store.Tx, id string, data *personData) error {
	wished, err := s.Notify.PreferencesIn(ctx, tx, id)
	words := i18n.From(ctx)
	for _, class := range notify.Classes() {
		if channel := wished[class]; channel != "" {
			data.Wishes = append(data.Wishes, wishData{words.T("notify.class." + string(class)), words.T("notify.channel." + string(channel))})
		}
	}
	return err
}

func (s personSource) roles(ctx context.Context, tx *store.Tx, id string, data *personData) error {
	if s.Roles == nil {
		return nil
	}
	granted, err := s.Roles.GrantsOf(ctx, tx, id)
	if err != nil || len(granted) == 0 {
		return err
	}
	departments, err := tenant.Departments(ctx, tx)
	for _, g := range granted {
		r := roleData{Role: i18n.T(ctx, "access.role."+g.Role)}
		if i := slices.IndexFunc(departments, func(d tenant.Department) bool { return d.ID == g.Department }); i >= 0 {
			r.Department = departments[i].Name
		}
		data.Roles = append(data.Roles, r)
	}
	return err
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

func (s personSource) family(ctx context.Context, tx *store.Tx, of Whose, data *personData) error {
	children, err := s.Identity.ChildrenIn(ctx, tx, of.Person)
	if err != nil {
		return err
	}
	guardians, err := s.Identity.GuardiansIn(ctx, tx, of.Person)
	if err != nil {
		return err
	}
	reader, err := s.Identity.PersonIn(ctx, tx, of.Reader.PersonID)
	home := reader.Protection.Protected() && (of.Own || livesWith(guardians, reader.ID))
	instead := i18n.T(ctx, "retention.protected")
	data.Children, data.Guardians = relatives(children, of, home, instead), relatives(guardians, of, home, instead)
	return err
}

func livesWith(guardians []identity.Relative, person string) bool {
	return slices.ContainsFunc(guardians, func(r identity.Relative) bool { return r.Person.ID == person && r.LivesWith })
}

// relatives names nobody with a protected address, who may have a new name too,
// but to whom she shares that home with: home says that the reader is protected
// and lives with the person the copy is of.
func relatives(list []identity.Relative, of Whose, home bool, instead string) []relativeData {
	var all []relativeData
	for _, r := range list {
		name := r.Person.Name.Full()
		if r.Person.Protection.Protected() && r.Person.ID != of.Reader.PersonID && !(home && r.LivesWith) {
			name = instead
		}
		all = append(all, relativeData{Name: name, Kind: string(r.Kind), Responsible: r.Responsible, LivesWith: r.LivesWith})
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
		data.MayActForMe = append(data.MayActForMe, s.mandate(i18n.From(ctx), m, m.AgentName))
	}
	for _, m := range held {
		data.MayActFor = append(data.MayActFor, s.mandate(i18n.From(ctx), m, m.GrantorName))
	}
	return err
}

func (s personSource) mandate(words *i18n.Localizer, m identity.Mandate, name string) mandateData {
	d := mandateData{Name: name, From: m.From.String(), EndedAt: instant(m.EndedAt)}
	for _, scope := range m.Scopes {
		if scope == identity.AllScopes {
			d.Scopes = append(d.Scopes, words.T("retention.all_scopes"))
			continue
		}
		d.Scopes = append(d.Scopes, kindName(words, s.Cases.Kinds(), casePrefix+scope))
	}
	if !m.Until.IsZero() {
		d.Until = m.Until.String()
	}
	return d
}
