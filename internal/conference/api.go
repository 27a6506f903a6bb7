package conference

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/web"
)

const path = "/api/cases/{id}/conference"

// API registers the JSON operations. A machine acts in the cases that are assigned to it.
func (s *Service) API(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "get-conference", Method: http.MethodGet, Path: path, Summary: "Read a preliminary conference",
		Description: "When and where it is, by which day it must be held, who else is asked to come, and the minutes when it is over. Cases of other kinds have none.",
	}, cases.PermAsk, s.apiRead)
	web.Operation(r, huma.Operation{
		OperationID: "call-conference", Method: http.MethodPost, Path: path + "/call", Summary: "Call a preliminary conference, or move it",
		Description: "The parties are told, and so is whoever else is asked to come. A day after the deadline is taken only when the applicant has wished for it, or when the deadline is gone.",
	}, cases.PermAsk, s.apiCall)
	web.Operation(r, huma.Operation{
		OperationID: "invite-to-conference", Method: http.MethodPost, Path: path + "/guests", Summary: "Ask somebody else to a preliminary conference",
		Description: "Another authority, a neighbour or whoever knows what it is about. She is told by e-mail when and where; not by whom it was asked for. Refused where somebody in the case has a protected address.",
	}, cases.PermAsk, s.apiInvite)
	web.Operation(r, huma.Operation{
		OperationID: "uninvite-from-conference", Method: http.MethodDelete, Path: path + "/guests/{guest}", Summary: "Take an invitation to a preliminary conference back",
		Description: "She is told that she need not come.",
	}, cases.PermAsk, s.apiUninvite)
	web.Operation(r, huma.Operation{
		OperationID: "hold-conference", Method: http.MethodPost, Path: path + "/held", Summary: "Note when a preliminary conference was held",
		Description: "The deadline is met on that day. Until the minutes are written it can be noted again, when the day was wrong.",
	}, cases.PermAsk, s.apiHold)
	web.Operation(r, huma.Operation{
		OperationID: "conclude-conference", Method: http.MethodPost, Path: path + "/minutes", Summary: "Write the minutes of a preliminary conference",
		Description: "They are kept as a letter, told to the parties, and end the case. They are no decision.",
	}, cases.PermAsk, s.apiConclude)
}

type readInput struct {
	ID string `path:"id" maxLength:"40" doc:"Id of the case"`
}

// conferenceInfo is a conference in JSON.
type conferenceInfo struct {
	Case    string            `json:"case" doc:"Id of the case"`
	Version int64             `json:"version" doc:"The version of the case; send it with the next act"`
	State   string            `json:"state" enum:"none,waiting,called,held,over" doc:"none in a case of another kind"`
	Yours   bool              `json:"yours" doc:"The case is assigned to you, and you may act"`
	HoldBy  string            `json:"hold_by,omitempty" format:"date" doc:"The last day on which it must be held, while a deadline runs"`
	At      *time.Time        `json:"at,omitempty" doc:"When it is called for"`
	Way     Way               `json:"way,omitempty" enum:"office,site,video,phone" doc:"How one meets"`
	Place   string            `json:"place,omitempty" doc:"Where, or how one gets on"`
	HeldAt  *time.Time        `json:"held_at,omitempty" doc:"When it was held"`
	Guests  []conferenceGuest `json:"guests" doc:"Who is asked to come beside the parties"`
	Minutes string            `json:"minutes,omitempty"`
	Papers  []conferencePaper `json:"papers" doc:"The letter with the minutes, and what is enclosed; read them as documents of the case"`
	Wishes  []conferenceWish  `json:"wishes" doc:"What the applicant answered about the meeting"`
}

type conferenceGuest struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Email     string    `json:"email" format:"email"`
	InvitedAt time.Time `json:"invited_at"`
}

type conferencePaper struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type conferenceWish struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

type readOutput struct{ Body conferenceInfo }

func (s *Service) apiRead(ctx context.Context, in *readInput) (*readOutput, error) {
	v, err := s.View(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &readOutput{Body: infoOf(v)}, nil
}

func infoOf(v View) conferenceInfo {
	m := v.Meeting
	info := conferenceInfo{
		Case: v.Case.ID, Version: v.Case.Version, State: v.state(), Yours: v.Mine, At: instant(m.At), Way: m.Way, Place: m.Place, HeldAt: instant(m.Held),
		Minutes: v.Minutes, Guests: []conferenceGuest{}, Papers: []conferencePaper{}, Wishes: []conferenceWish{},
	}
	if v.Case.Kind != Name {
		info.State = "none"
	}
	if !v.Last.IsZero() {
		info.HoldBy = v.Last.String()
	}
	for _, g := range v.Guests {
		info.Guests = append(info.Guests, conferenceGuest(g))
	}
	for _, d := range v.Papers {
		info.Papers = append(info.Papers, conferencePaper{d.ID, d.Name})
	}
	for _, t := range v.Wishes {
		info.Wishes = append(info.Wishes, conferenceWish{t.Label, t.Value})
	}
	return info
}

func instant(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// conferenceActOutput is the case after an act; the whole of it is read by its own operation.
type conferenceActOutput struct {
	Body struct {
		Case    string       `json:"case" doc:"Id of the case"`
		Status  cases.Status `json:"status" enum:"received,in_progress,waiting,decided,closed,withdrawn"`
		Version int64        `json:"version" doc:"Rises with each change; send it with the next one"`
	}
}

// acted answers an act. What is wrong with a form's field is told by the name that it has
// in JSON.
func acted(c cases.Case, err error) (*conferenceActOutput, error) {
	if err != nil {
		return nil, renamed(err)
	}
	out := &conferenceActOutput{}
	out.Body.Case, out.Body.Status, out.Body.Version = c.ID, c.Status, c.Version
	return out, nil
}

func renamed(err error) error {
	e := errs.Of(err)
	if e == nil || len(e.Fields) == 0 {
		return err
	}
	changed := *e
	changed.Fields = nil
	for _, f := range e.Fields {
		for _, of := range []string{"call_", "held_", "guest_"} {
			f.Name = strings.TrimPrefix(f.Name, of)
		}
		changed.Fields = append(changed.Fields, f)
	}
	return &changed
}

type conferenceCallInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"Chosen by you, once for each act. The same content sent again under the same key stands once."`
	Body struct {
		Version int64  `json:"version" minimum:"1" doc:"The version you have read"`
		Date    string `json:"date" format:"date"`
		Time    string `json:"time" maxLength:"5" doc:"Time of day in Norway" example:"10:00"`
		Way     Way    `json:"way" enum:"office,site,video,phone" doc:"How one meets"`
		Place   string `json:"place" doc:"Where, or how one gets on"`
		Text    string `json:"text,omitempty" doc:"What the parties are told beside it"`
		Late    bool   `json:"late,omitempty" doc:"The applicant has wished for a day after the deadline"`
	}
}

func (s *Service) apiCall(ctx context.Context, in *conferenceCallInput) (*conferenceActOutput, error) {
	b := in.Body
	return acted(s.Call(ctx, Which{in.ID, b.Version, in.Key}, Call{Date: b.Date, Time: b.Time, Way: b.Way, Place: b.Place, Text: b.Text, Late: b.Late}))
}

type conferenceGuestInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"Chosen by you, once for each act. The same content sent again under the same key stands once."`
	Body struct {
		Version int64  `json:"version" minimum:"1" doc:"The version you have read"`
		Name    string `json:"name" doc:"The authority or the person; the parties read it"`
		Email   string `json:"email" maxLength:"254" format:"email"`
		Text    string `json:"text,omitempty" doc:"What she is told beside time and place; the parties read it too"`
	}
}

func (s *Service) apiInvite(ctx context.Context, in *conferenceGuestInput) (*conferenceActOutput, error) {
	b := in.Body
	return acted(s.Invite(ctx, Which{in.ID, b.Version, in.Key}, Invitation{Name: b.Name, Email: b.Email, Text: b.Text}))
}

type uninviteInput struct {
	ID      string `path:"id" maxLength:"40" doc:"Id of the case"`
	Guest   string `path:"guest" maxLength:"40"`
	Version int64  `query:"version" minimum:"1" required:"true" doc:"The version you have read"`
}

func (s *Service) apiUninvite(ctx context.Context, in *uninviteInput) (*conferenceActOutput, error) {
	return acted(s.Uninvite(ctx, Which{ID: in.ID, Version: in.Version}, in.Guest))
}

type conferenceHeldInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"Chosen by you, once for each act. The same content sent again under the same key stands once."`
	Body struct {
		Version int64  `json:"version" minimum:"1" doc:"The version you have read"`
		Date    string `json:"date" format:"date" doc:"The day it was held"`
		Time    string `json:"time" maxLength:"5" doc:"Time of day in Norway" example:"10:00"`
	}
}

func (s *Service) apiHold(ctx context.Context, in *conferenceHeldInput) (*conferenceActOutput, error) {
	return acted(s.Hold(ctx, Which{in.ID, in.Body.Version, in.Key}, Held{Date: in.Body.Date, Time: in.Body.Time}))
}

type conferenceMinutesInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the case"`
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"Chosen by you, once for each act. The same content sent again under the same key stands once."`
	Body struct {
		Version      int64    `json:"version" minimum:"1" doc:"The version you have read"`
		Participants string   `json:"participants" doc:"Who took part"`
		Topics       string   `json:"topics" doc:"What was gone through"`
		Premises     string   `json:"premises" doc:"What the work that follows builds on"`
		Further      string   `json:"further,omitempty" doc:"What is still to be cleared up, and by whom"`
		Files        []string `json:"files,omitempty" maxItems:"50" doc:"Ids of files from POST /api/files, such as drawings"`
	}
}

func (s *Service) apiConclude(ctx context.Context, in *conferenceMinutesInput) (*conferenceActOutput, error) {
	b := in.Body
	m := Minutes{Participants: b.Participants, Topics: b.Topics, Premises: b.Premises, Further: b.Further, Staged: b.Files}
	return acted(s.Conclude(ctx, Which{in.ID, b.Version, in.Key}, m))
}
