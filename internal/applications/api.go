package applications

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/web"
)

// API registers the JSON operations on forms and applications.
func (s *Service) API(r *web.Routes) {
	a := api{s}
	web.Operation(r, huma.Operation{
		OperationID: "get-form", Method: http.MethodGet, Path: "/api/forms/{key}", Summary: "Read a form that the municipality takes",
		Description: "The live version: its pages with texts in your language, and the JSON Schema of the answers. What must be answered also depends on the conditions (when, required_when).",
	}, access.Public, a.form)
	web.Operation(r, huma.Operation{
		OperationID: "register-application", Method: http.MethodPost, Path: "/api/applications",
		Summary: "Register an application that came on paper, at the counter or through another system",
		Description: "The applicant must be allowed to act for the subject, by the population register. " +
			"What is wrong with the answers is named in errors, as answers.start_date. The same key again for the same applicant returns the first case with status 200.",
		DefaultStatus: http.StatusCreated,
		Responses: map[string]*huma.Response{
			"200": {Description: "The key was used before; this is the case it made"},
		},
	}, PermRegister, a.register)
	a.files(r)
	a.events(r)
}

type api struct{ *Service }

// formInfo is a form as another system needs it to send answers.
type formInfo struct {
	Key     string          `json:"key" example:"kindergarten-place"`
	Version int64           `json:"version"`
	Digest  string          `json:"digest" doc:"SHA-256 of the definition"`
	Title   string          `json:"title"`
	Intro   string          `json:"intro,omitempty"`
	Subject string          `json:"subject" doc:"Whom the form is about: self or child"`
	Pages   []formPageInfo  `json:"pages"`
	Schema  json.RawMessage `json:"schema" doc:"JSON Schema 2020-12 of the answers"`
}

// formPageInfo is one page of a form.
type formPageInfo struct {
	ID     string          `json:"id"`
	Title  string          `json:"title"`
	When   any             `json:"when,omitempty" doc:"The page is asked when this is true"`
	Fields []formFieldInfo `json:"fields"`
}

// formFieldInfo is one question.
type formFieldInfo struct {
	ID           string            `json:"id"`
	Type         string            `json:"type"`
	Label        string            `json:"label,omitempty"`
	Help         string            `json:"help,omitempty"`
	Required     bool              `json:"required"`
	When         any               `json:"when,omitempty" doc:"The question is asked when this is true"`
	RequiredWhen any               `json:"required_when,omitempty" doc:"The question must be answered when this is true"`
	Calculated   bool              `json:"calculated" doc:"Computed by Torg; not to be sent"`
	Choices      []formChoiceInfo  `json:"choices,omitempty"`
	Fields       []formInnerFields `json:"fields,omitempty" doc:"Of each item of a group"`
}

// formInnerFields is a question inside a group.
type formInnerFields struct {
	ID       string           `json:"id"`
	Type     string           `json:"type"`
	Label    string           `json:"label,omitempty"`
	Required bool             `json:"required"`
	Choices  []formChoiceInfo `json:"choices,omitempty"`
}

// formChoiceInfo is one thing to choose.
type formChoiceInfo struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

type formOutput struct{ Body formInfo }

func (a api) form(ctx context.Context, in *struct {
	Key string `path:"key" maxLength:"60" example:"kindergarten-place"`
},
) (*formOutput, error) {
	definition, env, err := a.Form(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	return &formOutput{Body: describe(definition, env)}, nil
}

// Form returns the live version of a form that the municipality takes, and the
// lists its choices come from. Forms are public.
func (s *Service) Form(ctx context.Context, key string) (*forms.Definition, forms.Env, error) {
	var definition *forms.Definition
	var env forms.Env
	if err := s.access.Check(ctx, access.Public, access.Resource{Type: "form", ID: key}); err != nil {
		return nil, env, err
	}
	if _, err := s.kind(ctx, key); err != nil {
		return nil, env, err
	}
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if definition, err = s.forms.Live(ctx, tx, key); err != nil {
			return err
		}
		env, err = s.forms.Env(ctx, tx, definition, nil)
		return err
	})
	return definition, env, err
}

func describe(d *forms.Definition, env forms.Env) formInfo {
	info := formInfo{
		Key: d.Key, Version: d.Version, Digest: d.Digest(), Title: d.Title.In(env.Lang), Intro: d.Intro.In(env.Lang), Subject: d.Subject,
		Schema: d.Schema(), Pages: make([]formPageInfo, 0, len(d.Pages)),
	}
	for i := range d.Pages {
		p := &d.Pages[i]
		page := formPageInfo{ID: p.ID, Title: p.Title.In(env.Lang), When: condition(p.When), Fields: []formFieldInfo{}}
		for j := range p.Fields {
			if p.Fields[j].Type != forms.Info {
				page.Fields = append(page.Fields, describeField(&p.Fields[j], env))
			}
		}
		info.Pages = append(info.Pages, page)
	}
	return info
}

func describeField(f *forms.Field, env forms.Env) formFieldInfo {
	info := formFieldInfo{
		ID: f.ID, Type: string(f.Type), Label: f.Label.In(env.Lang), Help: f.Help.In(env.Lang), Required: f.Required,
		When: condition(f.When), RequiredWhen: condition(f.RequiredWhen), Calculated: f.Calc != nil, Choices: choicesOf(f, env),
	}
	for i := range f.Fields {
		inner := &f.Fields[i]
		info.Fields = append(info.Fields, formInnerFields{
			ID: inner.ID, Type: string(inner.Type), Label: inner.Label.In(env.Lang), Required: inner.Required, Choices: choicesOf(inner, env),
		})
	}
	return info
}

// condition is the JSON tree that decides, or nothing.
func condition(e *forms.Expr) any {
	if e == nil {
		return nil
	}
	return e
}

func choicesOf(f *forms.Field, env forms.Env) []formChoiceInfo {
	choices := f.Choices
	if f.Source != "" {
		choices = env.Lists[f.Source]
	}
	var list []formChoiceInfo
	for _, c := range choices {
		list = append(list, formChoiceInfo{Value: c.Value, Text: c.Text.In(env.Lang)})
	}
	return list
}

type applicationInput struct {
	Body struct {
		Form      string         `json:"form" maxLength:"60" example:"kindergarten-place"`
		Applicant string         `json:"applicant" maxLength:"12" doc:"National number of whoever applies"`
		Subject   string         `json:"subject,omitempty" maxLength:"12" doc:"National number of whom it is about; the applicant when left out"`
		Lang      i18n.Lang      `json:"lang,omitempty" enum:"nb,nn,en" doc:"In which the applicant is answered; the municipality's own when left out"`
		Answers   map[string]any `json:"answers" doc:"By field id, as the form's schema says. A file is named by its id from POST /api/files: [{\"id\": …}]"`
		Key       string         `json:"key" maxLength:"100" doc:"Idempotency key of your choice, one per applicant and application"`
	}
}

// applicationResult is the case that an application became.
type applicationResult struct {
	Case    string `json:"case" doc:"Id of the case"`
	Number  string `json:"number" doc:"What people call the case" example:"2026/123"`
	Version int64  `json:"version" doc:"Of the case; send it with the next change"`
}

type applicationOutput struct {
	Status int
	Body   applicationResult
}

func (a api) register(ctx context.Context, in *applicationInput) (*applicationOutput, error) {
	b := in.Body
	answers, err := json.Marshal(b.Answers)
	if err != nil {
		return nil, errs.Invalid("errs.invalid_input").Because(err)
	}
	c, again, err := a.Register(ctx, Registration{Form: b.Form, Applicant: b.Applicant, Subject: b.Subject, Lang: b.Lang, Answers: answers, Key: b.Key})
	if err != nil {
		return nil, err
	}
	out := &applicationOutput{Status: http.StatusCreated, Body: applicationResult{Case: c.ID, Number: c.Label(), Version: c.Version}}
	if again {
		out.Status = http.StatusOK
	}
	return out, nil
}
