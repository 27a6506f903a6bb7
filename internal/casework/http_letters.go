package casework

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

const lettersPath = "/work/letters"

// What the buttons of a letter template's form say. Those of a block say which:
// "up:2".
const (
	doSave    = "save"
	doAdd     = "add"
	doPreview = "preview"
	doUp      = "up"
	doDown    = "down"
	doRemove  = "remove"
)

// ownBlock is what the form calls a block that is not locked.
const ownBlock = "text"

// letterRoutes registers the pages of letter templates.
func (p *pages) letterRoutes(r *web.Routes) {
	r.Page("GET "+lettersPath, cases.PermArrange, p.letters)
	r.Page("GET "+lettersPath+"/{kind}", cases.PermArrange, p.letter)
	r.Form("POST "+lettersPath+"/{kind}", cases.PermArrange, p.changeLetter)
	r.Form("POST "+lettersPath+"/{kind}/retire", cases.PermArrange, p.retireLetter)
}

// letterList is the page with the letter templates of a department.
type letterList struct {
	department tenant.Department
	tabs       []ui.Tab
	places     []LetterPlace
}

func (p *pages) letters(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := p.Arranged(ctx)
	if err != nil {
		return err
	}
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "casework.letters.title"))
	props.Breadcrumbs = []ui.Crumb{{Label: i18n.T(ctx, "casework.arrange.title"), Href: arrangePath}, {Label: props.Title}}
	v := letterList{}
	if len(list) > 0 {
		if v.department, err = chosen(r, list); err != nil {
			return err
		}
		v.tabs = departmentTabs(list, v.department.ID, lettersPath)
		if v.places, err = p.Letters(ctx, v.department.ID); err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, lettersPage(props, v))
}

// letterForm is a letter template as it stands in its form.
type letterForm struct {
	kind            cases.Kind
	letter          Letter
	place           string // the department's name; empty for the whole municipality
	versions        []Letter
	serves          bool // letters are laid out by the version that stands
	always, granted []string
	touched         int // the block that was moved or added; -1 for none
	unsaved         bool
	outcome, lang   string // of the preview
	wrong           ui.Errors
}

// letterPath is the address of a letter template.
func letterPath(kind, department string) string { return letterAddress(kind, "", department) }

func letterAddress(kind, below, department string) string {
	path := lettersPath + "/" + url.PathEscape(kind) + below
	if department != "" {
		path += "?department=" + url.QueryEscape(department)
	}
	return path
}

func (p *pages) letter(w http.ResponseWriter, r *http.Request) error {
	l, _, err := p.Letter(r.Context(), r.PathValue("kind"), r.FormValue("department"))
	if err != nil {
		return err
	}
	return p.letterWith(w, r, http.StatusOK, letterForm{letter: l, touched: -1})
}

// letterWith shows the form. What stands in it may be another thing than what is kept.
func (p *pages) letterWith(w http.ResponseWriter, r *http.Request, status int, f letterForm) (err error) {
	ctx := r.Context()
	stands, versions, err := p.Letter(ctx, f.letter.Kind, f.letter.Department)
	if err != nil {
		return err
	}
	if f.kind, err = p.Cases.Kinds().Get(f.letter.Kind); err != nil {
		return err
	}
	f.letter, f.versions, f.serves, f.always = f.letter.whole(f.kind), versions, stands.serves(), always()
	known, err := p.Placeholders(ctx, f.letter.Kind)
	if err != nil {
		return err
	}
	f.granted = slices.DeleteFunc(known, func(name string) bool { return slices.Contains(f.always, name) })
	list, err := p.Arranged(ctx)
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.ID == f.letter.Department {
			f.place = d.Name
		}
	}
	props := web.Props(w, r, ui.Staff, i18n.T(ctx, "casework.letter.title", "kind", i18n.T(ctx, f.kind.Title)))
	of := "?department=" + url.QueryEscape(f.letter.Department) // back to the department whose letter it is
	props.Breadcrumbs = []ui.Crumb{
		{Label: i18n.T(ctx, "casework.arrange.title"), Href: arrangePath + of}, {Label: i18n.T(ctx, "casework.letters.title"), Href: lettersPath + of}, {Label: props.Title},
	}
	return web.Render(w, r, status, letterPage(props, f))
}

// postedLetter is what stands in the form.
func postedLetter(r *http.Request) Letter {
	l := Letter{Kind: r.PathValue("kind"), Department: r.FormValue("department"), Version: version(r)}
	for i, locked := range r.PostForm["block"] {
		if i > 2*maxOwnBlocks {
			break // no template is that long
		}
		b := Block{Locked: locked}
		if locked == ownBlock {
			b = Block{When: r.PostFormValue(blockField(i, "when")), Heading: i18n.Text{}, Text: i18n.Text{}}
			for _, lang := range languages() {
				b.Heading[lang] = r.PostFormValue(blockField(i, "heading."+string(lang)))
				b.Text[lang] = r.PostFormValue(blockField(i, "text."+string(lang)))
			}
		}
		l.Blocks = append(l.Blocks, b)
	}
	return l
}

// changeLetter does what the button says. Only the one that saves keeps anything; the
// others show the form again with what was typed.
func (p *pages) changeLetter(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	f := letterForm{letter: postedLetter(r), touched: -1, unsaved: true, outcome: r.PostFormValue("preview_outcome"), lang: r.PostFormValue("preview_lang")}
	do, at, _ := strings.Cut(r.PostFormValue("do"), ":")
	i, err := strconv.Atoi(at)
	if err != nil {
		i = -1
	}
	switch do {
	case doAdd:
		f.touched = f.add()
	case doUp:
		f.touched = f.letter.move(i, -1)
	case doDown:
		f.touched = f.letter.move(i, 1)
	case doRemove:
		f.letter.remove(i)
	case doPreview:
		return p.previewLetter(w, r, f)
	default:
		return p.keepLetter(w, r, f)
	}
	return p.letterWith(w, r, http.StatusOK, f)
}

// add puts an empty text before the right of appeal when that stands last, where what
// is told about the decision belongs, else at the end.
func (f *letterForm) add() int {
	blocks, at := f.letter.Blocks, len(f.letter.Blocks)
	if f.letter.own() >= maxOwnBlocks {
		return -1
	}
	if at > 0 && blocks[at-1].Locked == cases.BlockAppeal {
		at--
	}
	f.letter.Blocks = slices.Insert(slices.Clone(blocks), at, Block{Heading: i18n.Text{}, Text: i18n.Text{}})
	return at
}

// keepLetter saves. When somebody else has written a version meanwhile, it stands among
// the versions, and what was typed in the form, to be saved over it or not.
func (p *pages) keepLetter(w http.ResponseWriter, r *http.Request, f letterForm) error {
	ctx := r.Context()
	_, err := p.SaveLetter(ctx, f.letter)
	if !errs.Is(err, errs.KindInvalid) && !errs.Is(err, errs.KindConflict) {
		return cases.Back(w, r, err, "casework.flash.letter", letterPath(f.letter.Kind, f.letter.Department))
	}
	f.wrong = ui.ErrorsOf(ctx, err)
	for i := range f.wrong {
		if f.wrong[i].Name == "blocks" {
			f.wrong[i].Name = ""
		}
	}
	if errs.Is(err, errs.KindConflict) {
		stands, _, failed := p.Letter(ctx, f.letter.Kind, f.letter.Department)
		if failed != nil {
			return failed
		}
		f.letter.Version = stands.Version
		f.wrong = ui.Errors{{Text: i18n.T(ctx, "casework.letter.conflict")}}
	}
	return p.letterWith(w, r, web.Status(err), f)
}

func (p *pages) retireLetter(w http.ResponseWriter, r *http.Request) error {
	kind, department := r.PathValue("kind"), r.FormValue("department")
	_, err := p.RetireLetter(r.Context(), kind, department, version(r))
	return cases.Back(w, r, err, "casework.flash.letter_retired", letterPath(kind, department))
}

// previewLetter sends the letter of an invented case, as what stands in the form lays
// it out.
func (p *pages) previewLetter(w http.ResponseWriter, r *http.Request, f letterForm) error {
	content, err := p.PreviewLetter(r.Context(), f.letter, f.outcome, i18n.Lang(f.lang))
	if err != nil {
		return err
	}
	name := i18n.T(r.Context(), "casework.letter.file") + "-" + f.letter.Kind + ".pdf"
	blob.SetHeaders(w.Header(), blob.Document{Name: name, MediaType: blob.PDF, Size: int64(len(content))})
	w.WriteHeader(http.StatusOK)
	_, err = io.Copy(w, bytes.NewReader(content))
	return err
}
