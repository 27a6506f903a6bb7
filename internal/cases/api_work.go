package cases

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/web"
)

// together are the operations of working with colleagues.
func (a api) together(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "assign-cases", Method: http.MethodPost, Path: "/api/cases/assign", Summary: "Give several cases to a colleague",
		Description: "Each case is a change of its own: what became of each stands in the answer. At most 50.",
	}, PermList, a.assignAll)
	web.Operation(r, huma.Operation{
		OperationID: "get-case-load", Method: http.MethodGet, Path: "/api/departments/{id}/load", Summary: "Read how much a department has on its hands",
		Description: "Open cases per case worker and by age, and what came and was decided in each of the last twelve weeks. It tells nothing of residents.",
	}, PermLoad, a.load)
}

type assignAllInput struct {
	Body struct {
		Person string       `json:"person,omitempty" maxLength:"40" doc:"Id of the colleague; yourself when left out"`
		Cases  []caseWanted `json:"cases" minItems:"1" maxItems:"50"`
	}
}

// caseWanted is a case in the version that was read.
type caseWanted struct {
	ID      string `json:"id" maxLength:"40"`
	Version int64  `json:"version" minimum:"1" doc:"The version you have read"`
}

// assignedCase is what became of one case.
type assignedCase struct {
	ID     string    `json:"id"`
	Done   bool      `json:"done"`
	Code   string    `json:"code,omitempty" doc:"Stable name of what kept it from being assigned"`
	Detail string    `json:"detail,omitempty"`
	Case   *caseInfo `json:"case,omitempty" doc:"As it stands now, when it was assigned"`
}

type assignAllOutput struct {
	Body struct {
		Results []assignedCase `json:"results" doc:"In the order that was sent"`
	}
}

func (a api) assignAll(ctx context.Context, in *assignAllInput) (*assignAllOutput, error) {
	wanted := make([]Wanted, 0, len(in.Body.Cases))
	for _, c := range in.Body.Cases {
		wanted = append(wanted, Wanted(c))
	}
	results, err := a.AssignAll(ctx, wanted, in.Body.Person)
	if err != nil {
		return nil, err
	}
	out := &assignAllOutput{}
	for _, r := range results {
		one := assignedCase{ID: r.ID, Done: r.Err == nil}
		if r.Err != nil {
			one.Code, one.Detail = codeOf(r.Err), why(ctx, r.Err)
		} else {
			info := infoOf(r.Case)
			one.Case = &info
		}
		out.Body.Results = append(out.Body.Results, one)
	}
	return out, nil
}

func codeOf(err error) string {
	e := errs.Of(err)
	if len(e.Fields) > 0 {
		return e.Fields[0].Key
	}
	return e.Key
}

type loadInput struct {
	ID string `path:"id" maxLength:"40" doc:"Id of the department"`
}

// loadInfo is how much a department has on its hands.
type loadInfo struct {
	Department string       `json:"department"`
	Open       int64        `json:"open"`
	Waiting    int64        `json:"waiting" doc:"Of those, waiting for a party"`
	Ages       ages         `json:"ages" doc:"Open cases by how long ago they were received"`
	Workers    []workerInfo `json:"workers"`
	Weeks      []weekInfo   `json:"weeks" doc:"The oldest first; the last is this week"`
}

type ages struct {
	Week   int64 `json:"up_to_1_week"`
	Month  int64 `json:"up_to_4_weeks"`
	Season int64 `json:"up_to_12_weeks"`
	Older  int64 `json:"older"`
}

// workerInfo is what one case worker has; without a person, what nobody has.
type workerInfo struct {
	Person  *personRef `json:"person,omitempty"`
	Open    int64      `json:"open"`
	Waiting int64      `json:"waiting"`
	Old     int64      `json:"older_than_12_weeks"`
}

type weekInfo struct {
	Monday   string `json:"monday" format:"date"`
	Received int64  `json:"received"`
	Decided  int64  `json:"decided"`
}

type loadOutput struct{ Body loadInfo }

func (a api) load(ctx context.Context, in *loadInput) (*loadOutput, error) {
	l, err := a.LoadOf(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &loadOutput{Body: loadInfoOf(l)}, nil
}

func loadInfoOf(l Load) loadInfo {
	info := loadInfo{
		Department: l.Department, Open: l.Open(), Waiting: l.Waiting(), Ages: ages{l.Ages[0], l.Ages[1], l.Ages[2], l.Ages[3]},
		Workers: []workerInfo{}, Weeks: []weekInfo{},
	}
	for _, w := range l.Workers {
		worker := workerInfo{Open: w.Open, Waiting: w.Waiting, Old: w.Old}
		if w.ID != "" {
			worker.Person = &personRef{w.ID, w.Name}
		}
		info.Workers = append(info.Workers, worker)
	}
	for _, w := range l.Weeks {
		info.Weeks = append(info.Weeks, weekInfo{w.Monday.Start().Format(time.DateOnly), w.Received, w.Decided})
	}
	return info
}
