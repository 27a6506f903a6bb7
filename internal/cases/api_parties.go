package cases

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/web"
)

const partiesAPI = "/api/cases/{id}/parties"

// parties are the operations on who the parties to a case are, and the one that lets it
// fall away. They are the page's, by the same rules; a machine changes nothing where an
// address is protected (folkeregisterloven § 10-4).
func (a api) parties(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "list-parties", Method: http.MethodGet, Path: partiesAPI, Summary: "Read who the parties to a case are and have been",
		Description: "For the head of the department. The look is recorded, and the parties can see it. Cases with a protected address are refused.",
	}, PermParties, a.listParties)
	web.Operation(r, huma.Operation{
		OperationID: "find-party", Method: http.MethodPost, Path: partiesAPI + "/find", Summary: "Find who is to become a party, by number",
		Description: "Nobody becomes a party by it: compare the name, and add the id. The look is recorded, and the one you find can see it. Somebody with a protected address is not found: such a party is added on the pages.",
	}, PermParties, a.findParty)
	web.Operation(r, huma.Operation{
		OperationID: "add-party", Method: http.MethodPost, Path: partiesAPI, Summary: "Make somebody a party to a case",
		Description: "An heir, an agent, a guardian or an organisation that the registers do not tell of. The new party reads the whole case from now on; all parties are told. Adding one who is a party already is refused.",
	}, PermParties, a.addParty)
	web.Operation(r, huma.Operation{
		OperationID: "end-party", Method: http.MethodPost, Path: partiesAPI + "/end", Summary: "End somebody's being a further party",
		Description: "She reads the case no more, and the registers do not make her a party again. All parties are told.",
	}, PermParties, a.endParty)
	web.Operation(r, huma.Operation{
		OperationID: "replace-applicant", Method: http.MethodPost, Path: partiesAPI + "/applicant", Summary: "Let another party be the applicant",
		Description: "Whoever was the applicant reads the case no more, unless it is about her. All parties are told.",
	}, PermParties, a.replaceApplicant)
	web.Operation(r, huma.Operation{
		OperationID: "lapse-case", Method: http.MethodPost, Path: "/api/cases/{id}/lapse", Summary: "Let a case fall away without a decision",
		Description: "Because nobody can go on with it. There is no way back. The deadlines end, an offer that waits is free for others, and the parties that are left are told.",
	}, PermParties, a.lapse)
}

// partyInfo is somebody who is or was a party, in JSON.
type partyInfo struct {
	Person personRef  `json:"person"`
	Role   string     `json:"role" enum:"applicant,subject,guardian,agent,organisation,heir"`
	Since  time.Time  `json:"since"`
	Until  *time.Time `json:"until,omitempty" doc:"Absent while still a party"`
	Dead   bool       `json:"dead,omitempty" doc:"According to the population register"`
}

type partiesOutput struct {
	Body struct {
		Case    caseInfo    `json:"case"`
		Parties []partyInfo `json:"parties" doc:"The applicant first, then the one the case is about, then the further parties in the order in which they became one"`
	}
}

func (a api) listParties(ctx context.Context, in *caseInput) (*partiesOutput, error) {
	v, err := a.Arranged(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &partiesOutput{}
	out.Body.Case, out.Body.Parties = infoOf(v.Case), partyInfosOf(v)
	return out, nil
}

func partyInfosOf(v Arranged) []partyInfo {
	c := v.Case
	list := []partyInfo{{Person: personRef{c.Applicant, c.ApplicantName}, Role: "applicant", Since: c.ReceivedAt, Dead: v.Dead[c.Applicant]}}
	if c.Subject != c.Applicant {
		list = append(list, partyInfo{Person: personRef{c.Subject, c.SubjectName}, Role: "subject", Since: c.ReceivedAt, Dead: v.Dead[c.Subject]})
	}
	for _, p := range v.Parties {
		if p.Until.IsZero() && p.Person == c.Applicant {
			continue // stands first
		}
		list = append(list, partyInfo{Person: personRef{p.Person, p.Name}, Role: string(p.Role), Since: p.Since, Until: known(p.Until), Dead: v.Dead[p.Person]})
	}
	return list
}

type findPartyInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Body struct {
		Number string `json:"number" maxLength:"20" doc:"National identity number, D number or organisation number"`
		Name   string `json:"name,omitempty" maxLength:"200" doc:"Of an organisation that the municipality does not know yet"`
		Role   Role   `json:"role" enum:"guardian,agent,organisation,heir"`
		Reason string `json:"reason" doc:"Why; at least 10 characters"`
	}
}

type foundPartyOutput struct {
	Body struct {
		Person personRef `json:"person"`
	}
}

func (a api) findParty(ctx context.Context, in *findPartyInput) (*foundPartyOutput, error) {
	b := in.Body
	p, err := a.FindParty(ctx, in.ID, PartySearch{Number: b.Number, Name: b.Name, Role: b.Role, Reason: b.Reason})
	if err != nil {
		return nil, err
	}
	out := &foundPartyOutput{}
	out.Body.Person = personRef{p.ID, p.Name.Full()}
	return out, nil
}

type newPartyInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Body struct {
		Version int64  `json:"version" minimum:"1" doc:"The version you have read"`
		Person  string `json:"person" maxLength:"40" doc:"Id of the person or organisation"`
		Role    Role   `json:"role" enum:"guardian,agent,organisation,heir"`
		Reason  string `json:"reason" doc:"Why; at least 10 characters. It stands in the journal, and the parties read it"`
	}
}

func (a api) addParty(ctx context.Context, in *newPartyInput) (*caseOutput, error) {
	b := in.Body
	return outputOf(a.Include(ctx, in.ID, Arrangement{Version: b.Version, Person: b.Person, Role: b.Role, Reason: b.Reason}))
}

type partyInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Body struct {
		Version int64  `json:"version" minimum:"1" doc:"The version you have read"`
		Person  string `json:"person" maxLength:"40" doc:"Id of the party"`
		Reason  string `json:"reason" doc:"Why; at least 10 characters. It stands in the journal, and the parties read it"`
	}
}

func (i partyInput) arrangement() Arrangement {
	return Arrangement{Version: i.Body.Version, Person: i.Body.Person, Reason: i.Body.Reason}
}

func (a api) endParty(ctx context.Context, in *partyInput) (*caseOutput, error) {
	return outputOf(a.Exclude(ctx, in.ID, in.arrangement()))
}

func (a api) replaceApplicant(ctx context.Context, in *partyInput) (*caseOutput, error) {
	return outputOf(a.Replace(ctx, in.ID, in.arrangement()))
}

type lapseInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"Chosen by you, once for each thing you write. The same content sent again under the same key stands once."`
	Body struct {
		Version int64  `json:"version" minimum:"1" doc:"The version you have read"`
		Reason  string `json:"reason" doc:"Why; at least 10 characters. The parties read it"`
	}
}

func (a api) lapse(ctx context.Context, in *lapseInput) (*caseOutput, error) {
	return outputOf(a.Lapse(ctx, in.ID, in.Body.Version, Posting{Text: in.Body.Reason, Key: in.Key}))
}
