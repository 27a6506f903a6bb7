package building

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/web"
)

const stepsAPI = "/api/cases/{id}/steps"

// API registers the JSON operations on what stops the time of a building application.
func (s *Service) API(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "list-steps", Method: http.MethodGet, Path: stepsAPI, Summary: "Read what stops the time of a building application",
		Description: "What is missing, a fee that is demanded in advance and a hearing by others, each with whether it stands now. Cases of other kinds have none.",
	}, cases.PermAsk, s.apiSteps)
	web.Operation(r, huma.Operation{
		OperationID: "take-step", Method: http.MethodPost, Path: stepsAPI, Summary: "Begin or end what stops the time of a building application",
		Description: "The parties are told. What cannot begin now, or does not stand, is a conflict. The case must be assigned to you.",
	}, cases.PermAsk, s.apiTakeStep)
}

type stepsInput struct {
	ID string `path:"id" maxLength:"40" doc:"Id of the case"`
}

// haltInfo is something that stops the time, in JSON.
type haltInfo struct {
	Begins string     `json:"begins" enum:"incomplete,fee_demanded,hearing_begun" doc:"The step that begins it"`
	Ends   string     `json:"ends" enum:"complete,fee_paid,hearing_over" doc:"The step that ends it"`
	Stands bool       `json:"stands" doc:"It stops the time now"`
	Since  *time.Time `json:"since,omitempty" doc:"Of one that stands"`
	May    bool       `json:"possible" doc:"It stands, or can begin now"`
}

type stepsOutput struct {
	Body struct {
		Case    string     `json:"case" doc:"Id of the case"`
		Version int64      `json:"version" doc:"The version of the case; send it with the next step"`
		Yours   bool       `json:"yours" doc:"The case is assigned to you, and you may take a step"`
		Steps   []haltInfo `json:"steps"`
	}
}

func (s *Service) apiSteps(ctx context.Context, in *stepsInput) (*stepsOutput, error) {
	v, err := s.Steps(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &stepsOutput{}
	out.Body.Case, out.Body.Version, out.Body.Yours = v.Case.ID, v.Case.Version, v.Mine
	out.Body.Steps = haltInfosOf(v.Halts)
	return out, nil
}

func haltInfosOf(halts []Halt) []haltInfo {
	list := make([]haltInfo, 0, len(halts))
	for _, h := range halts {
		info := haltInfo{Begins: h.Begins, Ends: h.Ends, Stands: h.Open, May: h.offered()}
		if h.Open {
			since := h.Since
			info.Since = &since
		}
		list = append(list, info)
	}
	return list
}

type takeStepInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"Chosen by you, once for each thing you write. The same content sent again under the same key stands once."`
	Body struct {
		Version int64  `json:"version" minimum:"1" doc:"The version you have read"`
		Step    string `json:"step" enum:"incomplete,complete,fee_demanded,fee_paid,hearing_begun,hearing_over"`
		Text    string `json:"text" doc:"What the parties are told: what is missing, how the fee is paid, who is heard"`
		On      string `json:"on,omitempty" format:"date" doc:"The day on which it was complete, paid or over, from which the time counts; today when it is left out"`
	}
}

// stepOutput is the case after a step; the whole of it is read by its own operation.
type stepOutput struct {
	Body struct {
		Case    string       `json:"case" doc:"Id of the case"`
		Status  cases.Status `json:"status" enum:"received,in_progress,waiting,decided,closed,withdrawn"`
		Version int64        `json:"version" doc:"Rises with each change; send it with the next one"`
	}
}

func (s *Service) apiTakeStep(ctx context.Context, in *takeStepInput) (*stepOutput, error) {
	if err := s.Cases.Allow(ctx, in.ID, cases.PermAsk); err != nil {
		return nil, err // before the day is read: the answer would tell that the case is there
	}
	posting := cases.Posting{Text: in.Body.Text, Key: in.Key}
	if in.Body.On != "" {
		var err error
		if posting.On, err = dayOf(in.Body.On); err != nil {
			return nil, err
		}
	}
	c, err := s.TakeStep(ctx, in.ID, in.Body.Version, in.Body.Step, posting)
	if err != nil {
		return nil, err
	}
	out := &stepOutput{}
	out.Body.Case, out.Body.Status, out.Body.Version = c.ID, c.Status, c.Version
	return out, nil
}
