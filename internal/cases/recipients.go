package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Recipient is somebody who is told what happens in a case.
type Recipient struct {
	Person identity.Person
	Lang   i18n.Lang
	// For is the party for whom she acts; "" when she is a party herself.
	For     string
	ForName string // personal data
}

// Words are the recipient's; what is told begins with them, nothing for a party.
func (r Recipient) Words(words *i18n.Localizer) []string {
	if r.For == "" {
		return nil
	}
	return []string{words.T("cases.mail.acting", "party", r.ForName)}
}

// Recipients returns who is told what happens in a case: the applicant in the
// language she has chosen, or that of the application, the further parties in
// their own, since what one of them is told all are (forvaltningsloven §§ 16 and
// 27), and whoever acts for one of them while the right holds (§ 12). Nobody
// writes to the dead.
func (s *Service) Recipients(ctx context.Context, tx *store.Tx, c Case) ([]Recipient, error) {
	var list, acting []Recipient
	for _, id := range append([]string{c.Applicant}, c.parties()...) {
		person, err := s.Identity.PersonIn(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if person.Deceased() {
			continue
		}
		lang := spoken(c, person)
		if id != c.Applicant {
			lang = languageOf(ctx, person)
		}
		list = append(list, Recipient{Person: person, Lang: lang})
		others, err := s.actingFor(ctx, tx, c, person)
		if err != nil {
			return nil, err
		}
		acting = append(acting, others...)
	}
	for _, r := range acting {
		if !slices.ContainsFunc(list, func(told Recipient) bool { return told.Person.ID == r.Person.ID }) {
			list = append(list, r)
		}
	}
	return list, nil
}

// actingFor returns who is told beside a party. An agent is, whoever wrote: the
// mandate says that she takes care of such cases. Of those who act for others in
// everything it is those who have done so in the case; an organisation in whose
// name nobody has written is told by all who lead it, since it opens no inbox.
func (s *Service) actingFor(ctx context.Context, tx *store.Tx, c Case, party identity.Person) (list []Recipient, err error) {
	may, err := s.Identity.ActingIn(ctx, tx, party, c.Kind)
	if err != nil || len(may) == 0 {
		return nil, err
	}
	wrote, err := actedFor(ctx, tx, c.ID, party.ID)
	if err != nil {
		return nil, err
	}
	absent := func(a identity.Acting) bool {
		return a.Basis != identity.ByMandate && !slices.Contains(wrote, a.Person)
	}
	if chosen := slices.DeleteFunc(slices.Clone(may), absent); len(chosen) > 0 || !party.IsOrganisation() {
		may = chosen
	}
	for _, a := range may {
		person, err := s.Identity.PersonIn(ctx, tx, a.Person)
		if err != nil {
			return nil, err
		}
		if !person.Deceased() {
			list = append(list, Recipient{Person: person, Lang: languageOf(ctx, person), For: party.ID, ForName: party.Name.Full()})
		}
	}
	return list, nil
}

// actedFor returns who has done something in a case in the name of a party.
func actedFor(ctx context.Context, tx *store.Tx, caseID, party string) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select distinct actor_id from cases_entries
		where tenant_id = $1 and case_id = $2 and behalf_id = $3 order by actor_id limit $4`, tx.Tenant, caseID, party, maxParties)
	if err != nil {
		return nil, fmt.Errorf("cases: who acted for a party: %w", err)
	}
	return list, nil
}
