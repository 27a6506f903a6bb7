package casework

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/web"
)

const lettersAPI = "/api/letters"

// letters registers the JSON operations on letter templates.
func (a api) letters(r *web.Routes) {
	web.Operation(r, huma.Operation{
		OperationID: "list-letters", Method: http.MethodGet, Path: lettersAPI, Summary: "List where a department may lay out the letters of decisions",
		Description: "One for each kind of case that comes to the department, and the whole municipality's of those. Version 0 means that nobody has written a template.",
	}, cases.PermArrange, a.listLetters)
	web.Operation(r, huma.Operation{
		OperationID: "get-letter", Method: http.MethodGet, Path: lettersAPI + "/{kind}", Summary: "Read a letter template with its versions, the newest first",
		Description: "When nobody has written one, of version 0 and as letters are laid out without it.",
	}, cases.PermArrange, a.getLetter)
	web.Operation(r, huma.Operation{
		OperationID: "replace-letter", Method: http.MethodPut, Path: lettersAPI + "/{kind}", Summary: "Write a new version of a letter template",
		Description: "Over the version you have read, 0 when there is none; it is a conflict when somebody has written one meanwhile. " +
			"The locked blocks can be moved, never left out. At most 10 texts of your own, each in Bokmål, Nynorsk and English. Decisions that are made do not change.",
	}, cases.PermArrange, a.replaceLetter)
	web.Operation(r, huma.Operation{
		OperationID: "retire-letter", Method: http.MethodDelete, Path: lettersAPI + "/{kind}", Summary: "Take a letter template out of use",
		Description: "The letters follow the municipality's template or the standard order. The versions remain. Write a new version to take it into use again.",
	}, cases.PermArrange, a.retireLetter)
}

// blockInfo is a block of a letter in JSON: locked, or with heading and text.
type blockInfo struct {
	Locked  string         `json:"locked,omitempty" enum:"decision,legal_basis,reasons,answer,appeal" doc:"One of the blocks that every letter has; answer only for kinds with offers"`
	When    string         `json:"when,omitempty" enum:"granted,refused" doc:"Only in the letters of decisions with this outcome"`
	Heading *templateTexts `json:"heading,omitempty" doc:"At most 120 characters in each language"`
	Text    *templateTexts `json:"text,omitempty" doc:"At most 3,000 characters in each language"`
}

func blockInfosOf(blocks []Block) []blockInfo {
	list := make([]blockInfo, 0, len(blocks))
	for _, b := range blocks {
		one := blockInfo{Locked: b.Locked, When: b.When}
		if b.Locked == "" {
			heading, text := textsOf(b.Heading), textsOf(b.Text)
			one.Heading, one.Text = &heading, &text
		}
		list = append(list, one)
	}
	return list
}

func blocksOf(list []blockInfo) []Block {
	blocks := make([]Block, 0, len(list))
	for _, b := range list {
		blocks = append(blocks, Block{Locked: b.Locked, When: b.When, Heading: b.Heading.orNone(), Text: b.Text.orNone()})
	}
	return blocks
}

// orNone are the texts, of which there may be none.
func (t *templateTexts) orNone() i18n.Text {
	if t == nil {
		return i18n.Text{}
	}
	return t.text()
}

// letterInfo is a letter template in JSON.
type letterInfo struct {
	Kind       string      `json:"kind" example:"kindergarten"`
	Department string      `json:"department,omitempty" doc:"Id of the department; left out for the whole municipality"`
	InUse      bool        `json:"in_use" doc:"Letters are laid out by it"`
	Blocks     []blockInfo `json:"blocks"`
	SavedBy    string      `json:"saved_by,omitempty"`
	SavedAt    *time.Time  `json:"saved_at,omitempty"`
	Version    int64       `json:"version" doc:"Rises with each change; send it with the next one"`
}

func letterInfoOf(l Letter) letterInfo {
	info := letterInfo{Kind: l.Kind, Department: l.Department, InUse: l.serves(), Blocks: blockInfosOf(l.Blocks), SavedBy: l.SavedName, Version: l.Version}
	if l.Version > 0 {
		info.SavedAt = &l.SavedAt
	}
	return info
}

type lettersOutput struct {
	Body struct {
		Letters []letterInfo `json:"letters"`
	}
}

// lettersInput names the department; who may not ask is told so before anything else.
type lettersInput struct {
	Department string `query:"department" maxLength:"40" doc:"Id of the department; needed"`
}

func (a api) listLetters(ctx context.Context, in *lettersInput) (*lettersOutput, error) {
	list, err := a.Letters(ctx, in.Department)
	if err != nil {
		return nil, err
	}
	out := &lettersOutput{}
	out.Body.Letters = make([]letterInfo, 0, len(list))
	for _, p := range list {
		l := p.Letter
		if l.Version == 0 {
			l.Blocks = standard(p.Kind)
		}
		out.Body.Letters = append(out.Body.Letters, letterInfoOf(l))
	}
	return out, nil
}

type letterPlaceInput struct {
	Kind       string `path:"kind" maxLength:"40" example:"kindergarten" doc:"Kind of case"`
	Department string `query:"department" maxLength:"40" doc:"Id of the department; the whole municipality when left out"`
}

type letterDetailsOutput struct {
	Body struct {
		Letter   letterInfo   `json:"letter"`
		Versions []letterInfo `json:"versions"`
	}
}

func (a api) getLetter(ctx context.Context, in *letterPlaceInput) (*letterDetailsOutput, error) {
	l, versions, err := a.Letter(ctx, in.Kind, in.Department)
	if err != nil {
		return nil, err
	}
	out := &letterDetailsOutput{}
	out.Body.Letter, out.Body.Versions = letterInfoOf(l), make([]letterInfo, 0, len(versions))
	for _, v := range versions {
		info := letterInfoOf(v)
		info.InUse = l.serves() && v.Version == l.Version
		out.Body.Versions = append(out.Body.Versions, info)
	}
	return out, nil
}

type letterInput struct {
	Kind       string `path:"kind" maxLength:"40" example:"kindergarten" doc:"Kind of case"`
	Department string `query:"department" maxLength:"40" doc:"Id of the department; the whole municipality when left out"`
	Body       struct {
		Version int64       `json:"version" minimum:"0" doc:"The version you have read; 0 when nobody has written one"`
		Blocks  []blockInfo `json:"blocks" maxItems:"15" doc:"In the order of the letter"`
	}
}

type letterOutput struct{ Body letterInfo }

func (a api) replaceLetter(ctx context.Context, in *letterInput) (*letterOutput, error) {
	saved, err := a.SaveLetter(ctx, Letter{Kind: in.Kind, Department: in.Department, Version: in.Body.Version, Blocks: blocksOf(in.Body.Blocks)})
	if err != nil {
		return nil, err
	}
	return &letterOutput{letterInfoOf(saved)}, nil
}

type retireLetterInput struct {
	Kind       string `path:"kind" maxLength:"40" example:"kindergarten" doc:"Kind of case"`
	Department string `query:"department" maxLength:"40" doc:"Id of the department; the whole municipality when left out"`
	Version    int64  `query:"version" doc:"The version you have read; a conflict when left out"`
}

func (a api) retireLetter(ctx context.Context, in *retireLetterInput) (*letterOutput, error) {
	l, err := a.RetireLetter(ctx, in.Kind, in.Department, in.Version)
	if err != nil {
		return nil, err
	}
	return &letterOutput{letterInfoOf(l)}, nil
}
