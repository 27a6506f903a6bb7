package appeals

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/web"
)

// API registers the JSON operations.
func (s *Service) API(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "list-appeals", Method: http.MethodGet, Path: "/api/appeals", Summary: "Appeals against decisions",
		Description: "The appeals in the cases you may read, the oldest first, 50 at a time. What people wrote is not in it.",
	}, PermList, s.apiList)
	web.Operation(r, huma.Operation{
		OperationID: "register-appeal", Method: http.MethodPost, Path: "/api/cases/{id}/appeal", Summary: "Register an appeal that came on paper",
		Description: "An appeal that a party sent by post or handed in at the counter. The day it was posted decides whether it is in time (forvaltningsloven § 30).",
	}, PermRegister, s.apiRegister)
}

type listInput struct {
	State      State  `query:"state" enum:"received,ready,forwarded,answered,changed,rejected,withdrawn" doc:"Those with the municipality or the appeal body when left out"`
	Kind       string `query:"kind" maxLength:"40" doc:"Kind of case" example:"kindergarten"`
	Department string `query:"department" maxLength:"36"`
	Assignee   string `query:"assignee" maxLength:"40" doc:"Id of the person or token that has the case; me for yourself, - for nobody"`
	Offset     int    `query:"offset" minimum:"0" maximum:"10000"`
}

// appealInfo is an appeal in JSON.
type appealInfo struct {
	ID         string    `json:"id" format:"uuid"`
	CaseID     string    `json:"caseId" format:"uuid"`
	CaseNumber string    `json:"caseNumber,omitempty" example:"2026/123"`
	Kind       string    `json:"kind" doc:"Kind of case"`
	State      State     `json:"state" enum:"received,ready,forwarded,answered,changed,rejected,withdrawn"`
	LodgedAt   time.Time `json:"lodgedAt"`
	SentOn     string    `json:"sentOn" format:"date"`
	LimitOn    string    `json:"limitOn,omitempty" doc:"The last day on which it was in time"`
	Late       bool      `json:"late"`
	PrepareBy  string    `json:"prepareBy,omitempty" doc:"The last day of the preparation"`
	Body       string    `json:"appealBody,omitempty"`
	Answer     Answer    `json:"answer,omitempty" enum:"upheld,altered,sent_back"`
	Version    int64     `json:"version"`
}

func infoOf(a Appeal) appealInfo {
	return appealInfo{
		ID: a.ID, CaseID: a.CaseID, Kind: a.Kind, State: a.State, LodgedAt: a.LodgedAt, SentOn: a.SentOn.String(), LimitOn: a.LimitOn.String(), Late: a.Late,
		Body: a.Body, Answer: a.Answer, Version: a.Version,
	}
}

type listOutput struct {
	Body struct {
		Appeals []appealInfo `json:"appeals"`
		More    bool         `json:"more" doc:"There are others after these"`
	}
}

func (s *Service) apiList(ctx context.Context, in *listInput) (*listOutput, error) {
	f := Filter{State: in.State, Kind: in.Kind, Department: in.Department, Assignee: in.Assignee, Offset: in.Offset}
	if f.Assignee == "me" {
		f.Assignee = actorID(ctx)
	}
	page, err := s.List(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.More, out.Body.Appeals = page.More, make([]appealInfo, 0, len(page.Lines))
	for _, l := range page.Lines {
		info := infoOf(l.Appeal)
		info.CaseNumber = l.Case.Label()
		if l.Prepare != nil {
			info.PrepareBy = l.Prepare.Timer.Falls().String()
		}
		out.Body.Appeals = append(out.Body.Appeals, info)
	}
	return out, nil
}

type registerInput struct {
	ID   string `path:"id" maxLength:"36"`
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"Chosen by you, once for each appeal. The same content sent again under the same key stands once."`
	Body struct {
		Appellant string `json:"appellant,omitempty" maxLength:"36" doc:"Id of the party; the applicant when left out"`
		SentOn    string `json:"sentOn" format:"date" doc:"The day it was posted or handed in"`
		Wants     string `json:"wants" minLength:"1" maxLength:"10000" doc:"What is to be changed"`
		Why       string `json:"why,omitempty" maxLength:"10000"`
		Late      string `json:"late,omitempty" maxLength:"10000" doc:"Why it comes after the limit, if it does"`
	}
}

type registerOutput struct{ Body appealInfo }

func (s *Service) apiRegister(ctx context.Context, in *registerInput) (*registerOutput, error) {
	n := New{Appellant: in.Body.Appellant, Wants: in.Body.Wants, Why: in.Body.Why, Late: in.Body.Late, Key: in.Key}
	if day, err := clock.ParseDate(in.Body.SentOn); err == nil {
		n.SentOn = day
	}
	a, err := s.Register(ctx, in.ID, n)
	if err != nil {
		return nil, err
	}
	return &registerOutput{Body: infoOf(a)}, nil
}
