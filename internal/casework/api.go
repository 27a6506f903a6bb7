package casework

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/web"
)

const (
	filtersAPI   = "/api/filters"
	templatesAPI = "/api/templates"
)

// API registers the JSON operations on saved filters, templates and letter templates.
func (s *Service) API(r *web.Routes) {
	a := api{s}
	a.filters(r)
	a.templates(r)
	a.letters(r)
}

type api struct{ *Service }

func (a api) filters(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "list-filters", Method: http.MethodGet, Path: filtersAPI, Summary: "List your saved filters of the work list, by name",
		Description: "Each sees only the own ones: a person hers, a token its own.",
	}, cases.PermList, a.listFilters)
	web.Operation(r, huma.Operation{
		OperationID: "create-filter", Method: http.MethodPost, Path: filtersAPI, Summary: "Save a filter", DefaultStatus: http.StatusCreated,
		Description: "There is room for 30. A name that another of yours has is a conflict.",
	}, cases.PermList, a.createFilter)
	web.Operation(r, huma.Operation{
		OperationID: "replace-filter", Method: http.MethodPut, Path: filtersAPI + "/{id}", Summary: "Replace one of your filters",
	}, cases.PermList, a.replaceFilter)
	web.Operation(r, huma.Operation{
		OperationID: "delete-filter", Method: http.MethodDelete, Path: filtersAPI + "/{id}", Summary: "Delete one of your filters", DefaultStatus: http.StatusNoContent,
	}, cases.PermList, a.deleteFilter)
}

// filterInput is a filter as one may choose it: at least one of what it asks for.
type filterInput struct {
	Name     string       `json:"name" doc:"At most 60 characters" example:"Mine that wait"`
	Text     string       `json:"text,omitempty" maxLength:"100" doc:"As text of GET /api/cases"`
	Status   cases.Status `json:"status,omitempty" enum:"received,in_progress,waiting,decided,closed,withdrawn"`
	Kind     string       `json:"kind,omitempty" maxLength:"40" example:"kindergarten"`
	Assignee string       `json:"assignee,omitempty" maxLength:"40" doc:"Id of the person or token that has the case; me for yourself, - for nobody"`
}

func (f filterInput) values() url.Values {
	values := url.Values{}
	for key, value := range map[string]string{"q": f.Text, "status": string(f.Status), "kind": f.Kind, "assignee": f.Assignee} {
		if value != "" {
			values.Set(key, value)
		}
	}
	return values
}

// filterInfo is a saved filter in JSON.
type filterInfo struct {
	ID       string       `json:"id"`
	Name     string       `json:"name"`
	Text     string       `json:"text,omitempty"`
	Status   cases.Status `json:"status,omitempty"`
	Kind     string       `json:"kind,omitempty"`
	Assignee string       `json:"assignee,omitempty"`
	Page     string       `json:"page" doc:"The address of the work list with the filter" example:"/work?status=waiting"`
}

func filterInfoOf(f SavedFilter) filterInfo {
	values, _ := url.ParseQuery(f.Query) // we have written it ourselves
	return filterInfo{
		ID: f.ID, Name: f.Name, Text: values.Get("q"), Status: cases.Status(values.Get("status")), Kind: values.Get("kind"), Assignee: values.Get("assignee"),
		Page: "/work?" + f.Query,
	}
}

type filtersOutput struct {
	Body struct {
		Filters []filterInfo `json:"filters"`
	}
}

func (a api) listFilters(ctx context.Context, _ *struct{}) (*filtersOutput, error) {
	list, err := a.Filters(ctx)
	if err != nil {
		return nil, err
	}
	out := &filtersOutput{}
	out.Body.Filters = make([]filterInfo, 0, len(list))
	for _, f := range list {
		out.Body.Filters = append(out.Body.Filters, filterInfoOf(f))
	}
	return out, nil
}

type filterOutput struct{ Body filterInfo }

func (a api) putFilter(ctx context.Context, id string, in filterInput) (*filterOutput, error) {
	f, err := a.PutFilter(ctx, SavedFilter{ID: id, Name: in.Name}, in.values())
	if err != nil {
		return nil, err
	}
	return &filterOutput{filterInfoOf(f)}, nil
}

type newFilterInput struct{ Body filterInput }

func (a api) createFilter(ctx context.Context, in *newFilterInput) (*filterOutput, error) {
	return a.putFilter(ctx, "", in.Body)
}

type filterPath struct {
	ID string `path:"id" maxLength:"40" doc:"Id of the filter"`
}

type changedFilterInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the filter"`
	Body filterInput
}

func (a api) replaceFilter(ctx context.Context, in *changedFilterInput) (*filterOutput, error) {
	return a.putFilter(ctx, in.ID, in.Body)
}

func (a api) deleteFilter(ctx context.Context, in *filterPath) (*struct{}, error) {
	return nil, a.DeleteFilter(ctx, in.ID)
}

func (a api) templates(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "list-templates", Method: http.MethodGet, Path: templatesAPI, Summary: "List a department's templates, by name",
		Description: "Also those that are out of use. For the head of the department.",
	}, cases.PermArrange, a.listTemplates)
	web.Operation(r, huma.Operation{
		OperationID: "get-template", Method: http.MethodGet, Path: templatesAPI + "/{id}", Summary: "Read a template with its versions, the newest first",
	}, cases.PermArrange, a.getTemplate)
	web.Operation(r, huma.Operation{
		OperationID: "create-template", Method: http.MethodPost, Path: templatesAPI, Summary: "Write a template", DefaultStatus: http.StatusCreated,
		Description: "In Bokmål or Nynorsk at least. What stands in braces must be a word that the kind of case fills in, such as {child}.",
	}, cases.PermArrange, a.createTemplate)
	web.Operation(r, huma.Operation{
		OperationID: "replace-template", Method: http.MethodPut, Path: templatesAPI + "/{id}", Summary: "Write a new version of a template",
		Description: "Over the version you have read; it is a conflict when somebody has written one meanwhile. The department stays.",
	}, cases.PermArrange, a.replaceTemplate)
	web.Operation(r, huma.Operation{
		OperationID: "retire-template", Method: http.MethodDelete, Path: templatesAPI + "/{id}", Summary: "Take a template out of use", DefaultStatus: http.StatusNoContent,
		Description: "Nobody can choose it from now on. Its versions remain, since decisions may have been written with them.",
	}, cases.PermArrange, a.retireTemplate)
	web.Operation(r, huma.Operation{
		OperationID: "restore-template", Method: http.MethodPost, Path: templatesAPI + "/{id}/restore", Summary: "Take a template into use again", DefaultStatus: http.StatusNoContent,
	}, cases.PermArrange, a.restoreTemplate)
}

// templateTexts are a template's texts. What is missing is read in the nearest
// language.
type templateTexts struct {
	NB string `json:"nb,omitempty" doc:"Bokmål; at most 8,000 characters"`
	NN string `json:"nn,omitempty" doc:"Nynorsk"`
	EN string `json:"en,omitempty" doc:"English"`
}

func (t templateTexts) text() i18n.Text {
	return i18n.Text{i18n.NB: t.NB, i18n.NN: t.NN, i18n.EN: t.EN}
}

func textsOf(t i18n.Text) templateTexts {
	return templateTexts{NB: t[i18n.NB], NN: t[i18n.NN], EN: t[i18n.EN]}
}

// templateInfo is a template in JSON.
type templateInfo struct {
	ID         string        `json:"id"`
	Department string        `json:"department" doc:"Id of the department"`
	Kind       string        `json:"kind,omitempty" doc:"Kind of case; all of them when left out"`
	Part       string        `json:"part" doc:"The field it is for"`
	Name       string        `json:"name"`
	Texts      templateTexts `json:"texts"`
	Retired    bool          `json:"retired" doc:"Out of use"`
	SavedBy    string        `json:"saved_by"`
	SavedAt    time.Time     `json:"saved_at"`
	Version    int64         `json:"version" doc:"Rises with each change; send it with the next one"`
}

func templateInfoOf(t Template) templateInfo {
	return templateInfo{
		ID: t.ID, Department: t.Department, Kind: t.Kind, Part: t.Part, Name: t.Name, Texts: textsOf(t.Texts),
		Retired: t.Retired, SavedBy: t.SavedName, SavedAt: t.SavedAt, Version: t.Version,
	}
}

type departmentInput struct {
	Department string `query:"department" maxLength:"40" doc:"Id of the department"`
}

type templatesOutput struct {
	Body struct {
		Templates []templateInfo `json:"templates"`
	}
}

func (a api) listTemplates(ctx context.Context, in *departmentInput) (*templatesOutput, error) {
	list, err := a.Templates(ctx, in.Department)
	if err != nil {
		return nil, err
	}
	out := &templatesOutput{}
	out.Body.Templates = make([]templateInfo, 0, len(list))
	for _, t := range list {
		out.Body.Templates = append(out.Body.Templates, templateInfoOf(t))
	}
	return out, nil
}

// versionInfo is what a template was once.
type versionInfo struct {
	Version int64         `json:"version"`
	Name    string        `json:"name"`
	Texts   templateTexts `json:"texts"`
	SavedBy string        `json:"saved_by"`
	SavedAt time.Time     `json:"saved_at"`
}

type templateDetailsOutput struct {
	Body struct {
		Template templateInfo  `json:"template"`
		Versions []versionInfo `json:"versions"`
	}
}

type templatePath struct {
	ID string `path:"id" maxLength:"40" doc:"Id of the template"`
}

func (a api) getTemplate(ctx context.Context, in *templatePath) (*templateDetailsOutput, error) {
	t, versions, err := a.Template(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &templateDetailsOutput{}
	out.Body.Template, out.Body.Versions = templateInfoOf(t), make([]versionInfo, 0, len(versions))
	for _, v := range versions {
		out.Body.Versions = append(out.Body.Versions, versionInfo{v.Version, v.Name, textsOf(v.Texts), v.SavedName, v.SavedAt})
	}
	return out, nil
}

type newTemplateInput struct {
	Body struct {
		Department string        `json:"department" maxLength:"40" doc:"Id of the department"`
		Kind       string        `json:"kind,omitempty" maxLength:"40" example:"kindergarten" doc:"All kinds of cases when left out"`
		Part       string        `json:"part" enum:"reasons,legal_basis,appeal,question" doc:"The field it is for"`
		Name       string        `json:"name" doc:"At most 80 characters"`
		Texts      templateTexts `json:"texts"`
	}
}

type templateOutput struct{ Body templateInfo }

func (a api) createTemplate(ctx context.Context, in *newTemplateInput) (*templateOutput, error) {
	b := in.Body
	return a.save(ctx, Template{Department: b.Department, Kind: b.Kind, Part: b.Part, Name: b.Name, Texts: b.Texts.text()})
}

type changedTemplateInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Id of the template"`
	Body struct {
		Version int64         `json:"version" minimum:"1" doc:"The version you have read"`
		Kind    string        `json:"kind,omitempty" maxLength:"40" example:"kindergarten" doc:"All kinds of cases when left out"`
		Part    string        `json:"part" enum:"reasons,legal_basis,appeal,question" doc:"The field it is for"`
		Name    string        `json:"name" doc:"At most 80 characters"`
		Texts   templateTexts `json:"texts"`
	}
}

func (a api) replaceTemplate(ctx context.Context, in *changedTemplateInput) (*templateOutput, error) {
	b := in.Body
	return a.save(ctx, Template{ID: in.ID, Version: b.Version, Kind: b.Kind, Part: b.Part, Name: b.Name, Texts: b.Texts.text()})
}

func (a api) save(ctx context.Context, t Template) (*templateOutput, error) {
	saved, err := a.SaveTemplate(ctx, t)
	if err != nil {
		return nil, err
	}
	return &templateOutput{templateInfoOf(saved)}, nil
}

func (a api) retireTemplate(ctx context.Context, in *templatePath) (*struct{}, error) {
	return nil, a.Retire(ctx, in.ID, true)
}

func (a api) restoreTemplate(ctx context.Context, in *templatePath) (*struct{}, error) {
	return nil, a.Retire(ctx, in.ID, false)
}
