package deadlines

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/web"
)

// API registers the JSON operation.
func (s *Service) API(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "list-deadlines", Method: http.MethodGet, Path: "/api/deadlines", Summary: "What runs out",
		Description: "The statutory clocks of the cases you may read that are not over, the first to run out first, 50 at a time.",
	}, PermList, s.apiList)
}

type deadlinesInput struct {
	Window     Window `query:"window" enum:"passed,this_week,next_week,later,standing" doc:"When they run out; all that are not over when left out"`
	Rule       string `query:"rule" maxLength:"100" example:"building.simple"`
	Kind       string `query:"kind" maxLength:"40" doc:"Kind of case" example:"kindergarten"`
	Department string `query:"department" maxLength:"36"`
	Assignee   string `query:"assignee" maxLength:"40" doc:"Id of the person or token that has the case; me for yourself, - for nobody"`
	Parties    bool   `query:"parties" doc:"Also the limits that bind the party, such as the time to appeal"`
	Offset     int    `query:"offset" minimum:"0" maximum:"10000"`
}

// deadlineInfo is a deadline in JSON.
type deadlineInfo struct {
	ID         string `json:"id" format:"uuid"`
	CaseID     string `json:"caseId" format:"uuid"`
	CaseNumber string `json:"caseNumber" example:"2026/123"`
	Kind       string `json:"kind" doc:"Kind of case"`
	Rule       string `json:"rule" example:"building.simple"`
	Version    int    `json:"ruleVersion" doc:"Version of the rule, by the day the case came in"`
	Paragraph  string `json:"paragraph"`
	State      string `json:"state" enum:"running,stopped,passed"`
	Window     Window `json:"window" enum:"passed,this_week,next_week,later,standing"`
	Started    string `json:"started" format:"date"`
	LastDay    string `json:"lastDay" format:"date" doc:"The whole day counts, in Norwegian time"`
	Left       int    `json:"daysLeft" doc:"Negative when overrun; what is left when it stands"`
	StoppedOn  string `json:"stoppedOn,omitempty" format:"date"`
	StoppedBy  string `json:"stoppedBy,omitempty" example:"asked" doc:"What keeps it from running; several are apart by spaces"`
	Used       int    `json:"daysUsed" doc:"Until it last stood"`
	Fallen     int    `json:"percentFallen,omitempty" doc:"How much of the fee has fallen away"`
	Then       string `json:"consequence" doc:"What happens when it passes" example:"deemed_given"`
}

type deadlinesOutput struct {
	Body struct {
		Deadlines []deadlineInfo   `json:"deadlines"`
		More      bool             `json:"more" doc:"There are others after these"`
		Counts    map[Window]int64 `json:"counts" doc:"How many there are by when they run out"`
	}
}

func (s *Service) apiList(ctx context.Context, in *deadlinesInput) (*deadlinesOutput, error) {
	f := Filter{
		Window: in.Window, Rule: in.Rule, Kind: in.Kind, Department: in.Department, Assignee: in.Assignee, Parties: in.Parties, Offset: in.Offset,
	}
	if f.Assignee == "me" {
		f.Assignee = me(identity.From(ctx))
	}
	page, err := s.List(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &deadlinesOutput{}
	out.Body.More, out.Body.Counts, out.Body.Deadlines = page.More, page.Counts, make([]deadlineInfo, 0, len(page.Lines))
	for _, l := range page.Lines {
		out.Body.Deadlines = append(out.Body.Deadlines, bodyOf(l))
	}
	return out, nil
}

func bodyOf(l Line) deadlineInfo {
	t := l.Timer
	return deadlineInfo{
		ID: l.ID, CaseID: l.CaseID, CaseNumber: l.Case.Label(), Kind: l.Case.Kind,
		Rule: t.Rule.Key, Version: t.Rule.Version, Paragraph: t.Rule.Paragraph, State: string(t.State), Window: l.Window,
		Started: t.Started.String(), LastDay: t.Falls().String(), Left: l.Left, StoppedOn: t.StoppedOn.String(), StoppedBy: t.StoppedBy,
		Used: t.Used, Fallen: t.Rule.Each.At(t.Fired), Then: t.Rule.Passes,
	}
}
