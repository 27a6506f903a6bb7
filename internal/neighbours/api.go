package neighbours

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/web"
)

// API registers the JSON operations.
func (s *Service) API(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "list-neighbour-notices", Method: http.MethodGet, Path: "/api/neighbour-notices", Summary: "Neighbour notices",
		Description: "The neighbour notices (nabovarsel) that you may read, the newest first, at most 100. Names and remarks are not in it.",
	}, PermList, s.apiList)
	web.Operation(r, huma.Operation{
		OperationID: "get-neighbour-notice", Method: http.MethodGet, Path: "/api/neighbour-notices/{id}", Summary: "A neighbour notice with its answers",
		Description: "Who was notified, when, until when they can answer and what they answered. It holds no addresses. The look is recorded.",
	}, PermRead, s.apiGet)
	web.Operation(r, huma.Operation{
		OperationID: "register-neighbour-answer", Method: http.MethodPost, Path: "/api/neighbour-notices/{id}/answers/{recipient}",
		Summary:     "Register a neighbour's answer that came on paper",
		Description: "The day it came decides whether it is in time (plan- og bygningsloven section 21-3).",
	}, PermRegister, s.apiRegister)
}

type noticesInput struct {
	Asked    bool   `query:"asked" doc:"Those that wait for an answer about exemption, instead of those that are sent or exempted"`
	Property string `query:"property" maxLength:"40" doc:"Number of a property to be built on" example:"12/34"`
}

// noticeInfo is a notice in JSON.
type noticeInfo struct {
	ID         string    `json:"id" format:"uuid"`
	CaseID     string    `json:"caseId,omitempty" format:"uuid"`
	Properties []string  `json:"properties"`
	State      State     `json:"state" enum:"draft,sent,exempt"`
	Exemption  Exemption `json:"exemption,omitempty" enum:"asked,granted,refused"`
	SentAt     time.Time `json:"sentAt,omitzero"`
	Until      string    `json:"until,omitempty" format:"date" doc:"The day on which everybody's deadline for remarks has run out; left out as long as somebody has not been sent the notice, since it is not known then"`
	Version    int64     `json:"version"`
}

func infoOf(n Notice) noticeInfo {
	return noticeInfo{
		ID: n.ID, CaseID: n.CaseID, Properties: n.Properties, State: n.State, Exemption: n.Exemption, SentAt: n.SentAt, Until: n.Until.String(), Version: n.Version,
	}
}

type noticesOutput struct {
	Body struct {
		Notices []noticeInfo `json:"notices"`
	}
}

func (s *Service) apiList(ctx context.Context, in *noticesInput) (*noticesOutput, error) {
	list, err := s.List(ctx, Filter{Asked: in.Asked, Property: in.Property})
	if err != nil {
		return nil, err
	}
	out := &noticesOutput{}
	out.Body.Notices = make([]noticeInfo, 0, len(list))
	for _, n := range list {
		out.Body.Notices = append(out.Body.Notices, infoOf(n))
	}
	return out, nil
}

type noticeInput struct {
	ID string `path:"id" maxLength:"36"`
}

// notifiedInfo is somebody who is notified, in JSON.
type notifiedInfo struct {
	ID         string    `json:"id" format:"uuid"`
	Name       string    `json:"name" doc:"Who it is; for the developer, and of somebody whose address is secret, the owner of what is not told"`
	Kind       Kind      `json:"kind" enum:"person,organisation,estate,unknown,nameless,no_owner,ward"`
	Properties []string  `json:"properties"`
	Opposite   bool      `json:"opposite" doc:"Across a road or narrow ground"`
	Standing   Standing  `json:"standing" enum:"listed,yours,underway,sent,delivered,answered"`
	SentOn     string    `json:"sentOn,omitempty" format:"date"`
	Until      string    `json:"until,omitempty" format:"date" doc:"Her own deadline, two weeks from when she was notified; for the developer the one of all"`
	Answer     Answer    `json:"answer,omitempty" enum:"none,consent,remarks"`
	AnsweredAt time.Time `json:"answeredAt,omitzero"`
	Late       bool      `json:"late"`
	Text       string    `json:"text,omitempty"`
	Comment    string    `json:"comment,omitempty" doc:"What the developer says to it"`
}

func notifiedInfoOf(ctx context.Context, l Line) notifiedInfo {
	named := l.Recipient
	named.veiled = named.veiled || named.About.Protected // a machine gets no list of where protected people own
	return notifiedInfo{
		ID: l.ID, Name: nameOf(i18n.From(ctx), named), Kind: l.Kind, Properties: l.Properties, Opposite: l.Opposite, Standing: l.Standing,
		SentOn: l.SentOn.String(), Until: l.Until.String(), Answer: l.Answer, AnsweredAt: l.AnsweredAt, Late: l.Late, Text: l.About.Text, Comment: l.About.Comment,
	}
}

type noticeOutput struct {
	Body struct {
		noticeInfo

		Sender        string         `json:"sender" doc:"Name of the developer"`
		Address       string         `json:"address,omitempty"`
		Description   string         `json:"description"`
		Dispensations []string       `json:"dispensations,omitempty"`
		Neighbours    []notifiedInfo `json:"neighbours"`
	}
}

func (s *Service) apiGet(ctx context.Context, in *noticeInput) (*noticeOutput, error) {
	v, err := s.View(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &noticeOutput{}
	t := v.Notice.Texts
	out.Body.noticeInfo = infoOf(v.Notice)
	out.Body.Sender, out.Body.Address, out.Body.Description, out.Body.Dispensations = t.SenderName, t.Address, t.Description, t.Dispensations
	out.Body.Neighbours = make([]notifiedInfo, 0, len(v.Lines))
	for _, l := range v.Lines {
		out.Body.Neighbours = append(out.Body.Neighbours, notifiedInfoOf(ctx, l))
	}
	return out, nil
}

type registerNoticeAnswerInput struct {
	ID        string `path:"id" maxLength:"36"`
	Recipient string `path:"recipient" maxLength:"36" doc:"Id of the one who is notified, in the notice"`
	Key       string `header:"Idempotency-Key" maxLength:"100" doc:"Chosen by you, once for each answer. The same content sent again under the same key stands once."`
	Body      struct {
		Answer Answer `json:"answer" enum:"none,consent,remarks"`
		Text   string `json:"text,omitempty" maxLength:"10000"`
		On     string `json:"on" format:"date" doc:"The day it came"`
	}
}

type registerNoticeAnswerOutput struct{ Body notifiedInfo }

func (s *Service) apiRegister(ctx context.Context, in *registerNoticeAnswerInput) (*registerNoticeAnswerOutput, error) {
	day, err := clock.ParseDate(in.Body.On)
	if err != nil || day.IsZero() {
		return nil, errs.InvalidFields(errs.Field{Name: "on", Key: "neighbours.need.on"})
	}
	r, err := s.Register(ctx, in.ID, in.Recipient, Reply{Answer: in.Body.Answer, Text: in.Body.Text, Key: in.Key, On: day})
	if err != nil {
		return nil, err
	}
	return &registerNoticeAnswerOutput{Body: notifiedInfoOf(ctx, Line{Recipient: r, Standing: Answered})}, nil
}
