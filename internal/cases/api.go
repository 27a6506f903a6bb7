package cases

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/web"
)

// API registers the JSON operations on cases.
func (s *Service) API(r *web.Routes) {
	a := api{s}
	web.Operation(r, huma.Operation{
		OperationID: "list-cases", Method: http.MethodGet, Path: "/api/cases", Summary: "Find cases",
		Description: "The cases you may read, the oldest first. Without a search text and a status, only open ones.",
	}, PermList, a.list)
	web.Operation(r, huma.Operation{
		OperationID: "get-case", Method: http.MethodGet, Path: "/api/cases/{id}", Summary: "Read a case with its journal, documents and decision",
		Description: "The look is recorded, and the parties to the case can see it.",
	}, PermRead, a.show)
	web.Operation(r, huma.Operation{
		OperationID: "assign-case", Method: http.MethodPost, Path: "/api/cases/{id}/assign", Summary: "Take a case, or give it to a colleague",
	}, PermAssign, a.assign)
	web.Operation(r, huma.Operation{
		OperationID: "ask-in-case", Method: http.MethodPost, Path: "/api/cases/{id}/ask", Summary: "Ask the party for more information",
		Description: "The party is told by e-mail, and the case waits for the answer. The case must be assigned to you.",
	}, PermAsk, a.ask)
	web.Operation(r, huma.Operation{
		OperationID: "note-in-case", Method: http.MethodPost, Path: "/api/cases/{id}/note", Summary: "Write an internal note",
	}, PermNote, a.note)
	web.Operation(r, huma.Operation{
		OperationID: "decide-case", Method: http.MethodPost, Path: "/api/cases/{id}/decision", Summary: "Make the decision",
		Description: "It cannot be changed afterwards. The letter is made and sent a moment later. The case must be assigned to you. Where the department wants a second person, the decision waits for a colleague's approval on the pages: the case is then still in progress, and proposed.",
	}, PermDecide, a.decide)
	a.counter(r)
	a.parties(r)
	a.together(r)
	web.Operation(r, huma.Operation{
		OperationID: "get-case-document", Method: http.MethodGet, Path: "/api/cases/{id}/documents/{document}", Summary: "Fetch a document of a case",
		Responses: map[string]*huma.Response{"200": {Description: "The document", Content: map[string]*huma.MediaType{
			"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}},
		}}},
	}, PermRead, a.document)
}

// counter are the operations by which staff register what a party said.
func (a api) counter(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "register-answer", Method: http.MethodPost, Path: "/api/cases/{id}/answer", Summary: "Register an answer received on paper or at the counter",
		Description: "The journal says that staff registered it. Files are sent ahead by POST /api/files and named by their ids.",
	}, PermRegisterAnswer, a.answer)
	web.Operation(r, huma.Operation{
		OperationID: "register-response", Method: http.MethodPost, Path: "/api/cases/{id}/respond", Summary: "Register that the party accepts or declines the offer",
		Description: "The journal says that staff registered it, and the party is told.",
	}, PermRegisterAnswer, a.respond)
	web.Operation(r, huma.Operation{
		OperationID: "register-withdrawal", Method: http.MethodPost, Path: "/api/cases/{id}/withdraw", Summary: "Register that the party takes the application back",
		Description: "The journal says that staff registered it, and the party is told.",
	}, PermRegisterAnswer, a.withdraw)
}

type api struct{ *Service }

type searchInput struct {
	Text     string `query:"text" maxLength:"100" doc:"Beginnings of names of parties, of a property number as 28/37 or of an address; or a case number as 2026/123 or, for one of this year, 123"`
	Status   Status `query:"status" enum:"received,in_progress,waiting,decided,closed,withdrawn"`
	Kind     string `query:"kind" maxLength:"40" example:"kindergarten"`
	Assignee string `query:"assignee" maxLength:"40" doc:"Id of the person or token that has the case; me for yourself, - for nobody"`
	Offset   int    `query:"offset" minimum:"0" maximum:"10000"`
	Limit    int    `query:"limit" minimum:"1" maximum:"50" default:"50"`
}

func (a api) list(ctx context.Context, in *searchInput) (*searchOutput, error) {
	f := Filter{Text: in.Text, Status: in.Status, Kind: in.Kind, Assignee: in.Assignee, Offset: in.Offset}
	if f.Assignee == "me" {
		f.Assignee = actorID(ctx)
	}
	found, more, err := a.Search(ctx, f, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &searchOutput{}
	out.Body.More, out.Body.Cases = more, make([]caseInfo, 0, len(found))
	for _, c := range found {
		out.Body.Cases = append(out.Body.Cases, infoOf(c))
	}
	return out, nil
}

type caseInput struct {
	ID string `path:"id" maxLength:"40" doc:"Id of the case"`
}

func (a api) show(ctx context.Context, in *caseInput) (*detailsOutput, error) {
	v, err := a.View(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	sent, err := a.sent(ctx, v.Case)
	if err != nil {
		return nil, err
	}
	return &detailsOutput{Body: detailsOf(v, sent)}, nil
}

type assignInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Body struct {
		Version int64  `json:"version" minimum:"1" doc:"The version you have read"`
		Person  string `json:"person,omitempty" maxLength:"40" doc:"Id of the colleague; yourself when left out"`
	}
}

func (a api) assign(ctx context.Context, in *assignInput) (*caseOutput, error) {
	if in.Body.Person == "" {
		return outputOf(a.AssignToMe(ctx, in.ID, in.Body.Version))
	}
	return outputOf(a.Assign(ctx, in.ID, in.Body.Version, in.Body.Person))
}

type askInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"Chosen by you, once for each thing you write. The same content sent again under the same key stands once."`
	Body struct {
		Version int64  `json:"version" minimum:"1" doc:"The version you have read"`
		Text    string `json:"text" doc:"The question, as the party reads it"`
	}
}

func (a api) ask(ctx context.Context, in *askInput) (*caseOutput, error) {
	return outputOf(a.PostQuestion(ctx, in.ID, in.Body.Version, Posting{Text: in.Body.Text, Key: in.Key}))
}

type textInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"Chosen by you, once for each thing you write. The same content sent again under the same key stands once."`
	Body struct {
		Text  string   `json:"text,omitempty" doc:"May be left out when there are files"`
		Files []string `json:"files,omitempty" maxItems:"50" doc:"Ids of files from POST /api/files"`
		Came  Came     `json:"came,omitempty" enum:"paper,telephone,counter" doc:"How it reached you"`
		On    string   `json:"receivedOn,omitempty" format:"date" doc:"The day it reached you, from which the time to decide runs on; today when left out"`
	}
}

type noteInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"Chosen by you, once for each thing you write. The same content sent again under the same key stands once."`
	Body struct {
		Text     string   `json:"text"`
		Mentions []string `json:"mentions,omitempty" maxItems:"10" doc:"Ids of colleagues who are told of the note"`
	}
}

func (a api) note(ctx context.Context, in *noteInput) (*caseOutput, error) {
	return outputOf(a.PostNote(ctx, in.ID, Posting{Text: in.Body.Text, Key: in.Key, Mentions: in.Body.Mentions}))
}

func (a api) answer(ctx context.Context, in *textInput) (*caseOutput, error) {
	on, err := clock.ParseDate(in.Body.On)
	if err != nil {
		return nil, errs.InvalidFields(errs.Field{Name: "on", Key: "cases.register.no_on"})
	}
	return outputOf(a.RegisterAnswer(ctx, in.ID, 0, Posting{Text: in.Body.Text, Key: in.Key, Staged: in.Body.Files, Came: in.Body.Came, On: on}))
}

type decideInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Body struct {
		Version    int64             `json:"version" minimum:"1" doc:"The version you have read"`
		Outcome    string            `json:"outcome" doc:"granted or refused" example:"granted"`
		Values     map[string]string `json:"values,omitempty" doc:"What a granting decision of this kind must say; for a kindergarten place: kindergarten (its id) and start (a date)"`
		LegalBasis string            `json:"legal_basis" doc:"The provisions the decision rests on"`
		Reasons    string            `json:"reasons" doc:"At least 20 characters"`
		Appeal     string            `json:"appeal" doc:"The right of appeal, its deadline and to whom"`
	}
}

func (a api) decide(ctx context.Context, in *decideInput) (*caseOutput, error) {
	b := in.Body
	d := Decision{Outcome: b.Outcome, Values: b.Values, LegalBasis: b.LegalBasis, Reasons: b.Reasons, Appeal: b.Appeal, Version: AnyVersion}
	return outputOf(a.Decide(ctx, in.ID, b.Version, d))
}

type respondInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Body struct {
		Answer Answer `json:"answer" enum:"accepted,declined"`
		Came   Came   `json:"came,omitempty" enum:"paper,telephone,counter" doc:"How it reached you"`
	}
}

func (a api) respond(ctx context.Context, in *respondInput) (*caseOutput, error) {
	return outputOf(a.RegisterResponse(ctx, in.ID, 0, in.Body.Answer, Posting{Came: in.Body.Came}))
}

func (a api) withdraw(ctx context.Context, in *caseInput) (*caseOutput, error) {
	return outputOf(a.RegisterWithdrawal(ctx, in.ID, 0, Posting{}))
}

type documentInput struct {
	ID       string `path:"id" maxLength:"40" doc:"Id of the case"`
	Document string `path:"document" maxLength:"40" doc:"Id of the document"`
}

func (a api) document(ctx context.Context, in *documentInput) (*huma.StreamResponse, error) {
	content, d, err := a.OpenDocument(ctx, in.ID, in.Document)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(to huma.Context) {
		header := http.Header{}
		blob.SetHeaders(header, d)
		for name := range header {
			to.SetHeader(name, header.Get(name))
		}
		if _, err := io.Copy(to.BodyWriter(), content); err != nil {
			a.Log.InfoContext(ctx, "a document was not sent whole", "error", err)
		}
		if err := content.Close(); err != nil {
			a.Log.WarnContext(ctx, "a document was not closed", "error", err)
		}
	}}, nil
}
