package cases

import (
	"context"
	"net/http"
	"net/url"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// The forms in which the staff write down what a party has said, and their errors'
// names.
const (
	formSaid      = "said"
	formResponse  = "response"
	formWithdrawn = "withdrawn"
)

const (
	maxSaid      = 200 << 20 // bytes of an answer with its files
	maxSaidFiles = 10
	maxSaidParts = 40
	maxSaidText  = 1 << 20
)

// registerAnswer takes the text and the files of an answer that came on paper, by
// telephone or at the counter. A file that is refused refuses the answer.
func (p *pages) registerAnswer(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := p.Allow(r.Context(), id, PermRegisterAnswer); err != nil {
		return err // before any file is taken in
	}
	posting, values, err := p.readSaid(r)
	if err == nil {
		err = needSaid(&posting, values.Get("on"))
	}
	if err == nil {
		_, err = p.RegisterAnswer(r.Context(), id, versionOf(values.Get("version")), posting)
	}
	return p.registered(w, r, formSaid, values, err, "cases.flash.registered_answer")
}

func (p *pages) readSaid(r *http.Request) (posting Posting, values url.Values, err error) {
	values, err = web.ReadForm(r, web.FormLimits{Parts: maxSaidParts, Text: maxSaidText}, p.Blobs.FormFiles(r.Context(), &posting.Files, maxSaidFiles, "cases.register.too_many_files"))
	posting.Text, posting.Key, posting.Came = values.Get("text"), values.Get(OnceField), Came(values.Get("came"))
	return posting, values, err
}

// needCame refuses a form that does not say how it came: the journal must tell whose
// words they are (forvaltningsloven § 11 d second paragraph, on what is said by word of mouth).
func needCame(came Came) error {
	if came == "" {
		return errs.InvalidFields(errs.Field{Name: "came", Key: "cases.register.need_came"})
	}
	return nil
}

// needSaid refuses an answer of which the form does not say how it came, or on which day:
// what waits for it goes on from there.
func needSaid(p *Posting, on string) (err error) {
	var wrong []errs.Field
	if e := errs.Of(needCame(p.Came)); e != nil {
		wrong = e.Fields
	}
	if p.On, err = clock.ParseDate(on); err != nil || p.On.IsZero() {
		wrong = append(wrong, errs.Field{Name: "on", Key: "cases.register.no_on"})
	}
	return errs.InvalidFields(wrong...)
}

func (p *pages) registerResponse(w http.ResponseWriter, r *http.Request) error {
	if err := p.Allow(r.Context(), r.PathValue("id"), PermRegisterAnswer); err != nil {
		return err
	}
	posting := Posting{Came: Came(r.PostFormValue("came")), Key: r.PostFormValue(OnceField)}
	err := needCame(posting.Came)
	if err == nil {
		_, err = p.RegisterResponse(r.Context(), r.PathValue("id"), version(r), Answer(r.PostFormValue("answer")), posting)
	}
	return p.registered(w, r, formResponse, r.PostForm, err, "cases.flash.registered_response")
}

func (p *pages) registerWithdrawal(w http.ResponseWriter, r *http.Request) error {
	if err := p.Allow(r.Context(), r.PathValue("id"), PermRegisterAnswer); err != nil {
		return err
	}
	posting := Posting{Came: Came(r.PostFormValue("came")), Key: r.PostFormValue(OnceField)}
	err := needCame(posting.Came)
	if err == nil {
		_, err = p.RegisterWithdrawal(r.Context(), r.PathValue("id"), version(r), posting)
	}
	return p.registered(w, r, formWithdrawn, r.PostForm, err, "cases.flash.registered_withdrawal")
}

// saidOn asks on which day an answer came.
func (v workView) saidOn(ctx context.Context) ui.Field {
	f := ui.Field{
		Name: "on", ID: ui.FieldID(formSaid + "_on"), Label: i18n.T(ctx, "cases.register.on"), Hint: i18n.T(ctx, "cases.register.on_hint"),
		Required: true, Value: v.today.String(), Error: v.message.errorsOf(formSaid).For(formSaid + "_on"),
	}
	if v.message.form == formSaid {
		f.Value = v.message.typed.Get("on")
	}
	return f
}

// registered answers one of the forms. What was typed is not lost: neither when it is
// refused, nor when the case has changed meanwhile, which is then shown as it stands.
func (p *pages) registered(w http.ResponseWriter, r *http.Request, form string, values url.Values, err error, done string) error {
	wrong, refused := web.FormErrors(r, err, "files")
	status := web.Status(err)
	if e := errs.Of(err); e != nil && e.Key == "errs.conflict" && form == formSaid {
		wrong, refused = ui.Errors{{Name: "text", Text: i18n.T(r.Context(), e.Key, e.Args...)}}, true
	}
	if !refused {
		return p.back(w, r, err, done)
	}
	for i := range wrong {
		wrong[i].Name = form + "_" + wrong[i].Name
	}
	return p.showWith(w, r, status, message{form: form, text: values.Get("text"), typed: values, errors: wrong})
}
