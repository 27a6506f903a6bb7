package applications

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"net/url"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

//go:embed messages/*.toml
var messages embed.FS

//go:embed policies/*.cedar
var policies embed.FS

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// What one may do with forms and drafts.
const (
	PermStart  access.Permission = "form.start"
	PermRead   access.Permission = "draft.read"
	PermWrite  access.Permission = "draft.write"
	PermSubmit access.Permission = "draft.submit"
)

// Rules returns the module's permissions and policies.
func Rules() access.Rules {
	rules := access.Rules{Module: "applications", Policies: policies}
	for _, p := range []access.Permission{PermStart, PermRead, PermWrite, PermSubmit, PermRegister} {
		rules.Permissions = append(rules.Permissions, access.Describe("applications", p))
	}
	return rules
}

// Keys is what must be in memory before a draft is opened.
type Keys interface {
	Warm(ctx context.Context, tenantID string) error
}

// Service is the use cases.
type Service struct {
	db       *store.DB
	access   *access.Access
	forms    *forms.Service
	identity *identity.Service
	cases    *cases.Service
	blobs    *blob.Store
	keys     Keys
}

// Deps is what the service stands on.
type Deps struct {
	DB       *store.DB
	Access   *access.Access
	Forms    *forms.Service
	Identity *identity.Service
	Cases    *cases.Service
	Blobs    *blob.Store
	Keys     Keys
}

// NewService returns the service.
func NewService(d Deps) *Service {
	return &Service{db: d.DB, access: d.Access, forms: d.Forms, identity: d.Identity, cases: d.Cases, blobs: d.Blobs, keys: d.Keys}
}

// Offered returns the kinds of applications that the context's municipality takes.
func (s *Service) Offered(ctx context.Context) []cases.Kind {
	var list []cases.Kind
	t := tenant.From(ctx)
	for _, kind := range s.cases.Kinds().All() {
		if kind.Form != "" && t.Enabled(kind.Service) {
			list = append(list, kind)
		}
	}
	return list
}

// kind returns an offered kind by its form.
func (s *Service) kind(ctx context.Context, form string) (cases.Kind, error) {
	for _, kind := range s.Offered(ctx) {
		if kind.Form == form {
			return kind, nil
		}
	}
	return cases.Kind{}, errs.NotFound("errs.not_found")
}

// Opened is a draft with what one needs to show it.
type Opened struct {
	Draft      forms.Draft
	Definition *forms.Definition
	Env        forms.Env
	Kind       cases.Kind
	Subject    identity.Person
}

// Start begins the application of a form about a person, or opens the one that
// is begun already. Whoever applies for another must be allowed to act for her
// (a parent with responsibility; barnelova § 30).
func (s *Service) Start(ctx context.Context, form, subjectID string) (forms.Draft, error) {
	if err := s.access.Check(ctx, PermStart, access.Resource{Type: "form", ID: form}); err != nil {
		return forms.Draft{}, err
	}
	kind, err := s.kind(ctx, form)
	if err != nil {
		return forms.Draft{}, err
	}
	if err := s.warm(ctx); err != nil {
		return forms.Draft{}, err
	}
	actor := identity.From(ctx)
	if subjectID == "" {
		subjectID = actor.PersonID
	}
	var draft forms.Draft
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		known, err := s.facts(ctx, tx, kind, subjectID)
		if err != nil {
			return err
		}
		draft, err = s.forms.StartDraft(ctx, tx, forms.Start{Form: form, Person: actor.PersonID, Subject: subjectID, Facts: known})
		return err
	})
	return draft, err
}

// facts asks whether the actor may act for the subject and what the form must
// know of her.
func (s *Service) facts(ctx context.Context, tx *store.Tx, kind cases.Kind, subjectID string) (map[string]any, error) {
	may, err := s.identity.MayActForIn(ctx, tx, subjectID)
	if err != nil {
		return nil, err
	}
	if !may {
		return nil, errs.NotFound("errs.not_found")
	}
	subject, err := s.identity.PersonIn(ctx, tx, subjectID)
	if err != nil {
		return nil, err
	}
	if kind.Facts == nil {
		return map[string]any{}, nil
	}
	guardians, err := s.identity.GuardiansIn(ctx, tx, subjectID)
	if err != nil {
		return nil, err
	}
	responsible := 0
	for _, g := range guardians {
		if g.Responsible {
			responsible++
		}
	}
	return kind.Facts(subject, responsible > 1), nil
}

// draftResource is a draft as the policies see it.
func draftResource(d forms.DraftInfo) access.Resource {
	return access.Resource{Type: "draft", ID: d.ID, Owners: []string{d.Person}}
}

func (s *Service) warm(ctx context.Context) error {
	if err := s.keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return fmt.Errorf("applications: keys: %w", err)
	}
	return nil
}

// Open returns a draft for whoever writes it.
func (s *Service) Open(ctx context.Context, id string) (o Opened, err error) {
	if err := s.warm(ctx); err != nil {
		return Opened{}, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err = s.open(ctx, tx, id, PermRead)
		return err
	})
	return o, err
}

// open reads a draft in the transaction and asks access for it.
func (s *Service) open(ctx context.Context, tx *store.Tx, id string, perm access.Permission) (o Opened, err error) {
	if o.Draft, err = s.forms.Draft(ctx, tx, id); err != nil {
		return o, err
	}
	if err := s.access.Check(ctx, perm, draftResource(o.Draft.DraftInfo)); err != nil {
		return o, err
	}
	kind, ok := s.cases.Kinds().ByForm(o.Draft.Form)
	if !ok {
		return o, errs.NotFound("errs.not_found")
	}
	o.Kind = kind
	if o.Definition, err = s.forms.Definition(ctx, tx, o.Draft.Form, o.Draft.FormVersion); err != nil {
		return o, err
	}
	if o.Env, err = s.forms.Env(ctx, tx, o.Definition, o.Draft.Facts); err != nil {
		return o, err
	}
	o.Subject, err = s.identity.PersonIn(ctx, tx, o.Draft.Subject)
	return o, err
}

// SavePage keeps what was typed on a page, also when it is wrong: the person
// corrects it later, on whatever device. On a conflict the result holds what
// another tab has saved.
func (s *Service) SavePage(ctx context.Context, id string, version int64, page string, form url.Values) (o Opened, err error) {
	if err := s.warm(ctx); err != nil {
		return Opened{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err = s.open(ctx, tx, id, PermWrite)
		if err != nil {
			return err
		}
		answers, err := o.Definition.DecodePage(page, form, o.Draft.Answers, o.Env)
		if err != nil {
			return err
		}
		saved, err := s.forms.SavePage(ctx, tx, id, version, page, answers)
		if saved.ID != "" {
			o.Draft = saved
		}
		return err
	})
	return o, err
}

// AddFile attaches an uploaded file to a field of the draft.
func (s *Service) AddFile(ctx context.Context, id, field string, file blob.Stored) (forms.Draft, error) {
	if err := s.warm(ctx); err != nil {
		return forms.Draft{}, err
	}
	var draft forms.Draft
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err := s.open(ctx, tx, id, PermWrite)
		if err != nil {
			return err
		}
		d, err := s.blobs.Keep(ctx, tx, file, blob.Owner{Type: "draft", ID: id, Person: o.Draft.Person})
		if err != nil {
			return fmt.Errorf("applications: keep file: %w", err)
		}
		draft, err = s.forms.AddFile(ctx, tx, id, field, forms.Document{ID: d.ID, Name: d.Name, Size: d.Size})
		return err
	})
	return draft, err
}

// RemoveFile takes a file out of a field and deletes it.
func (s *Service) RemoveFile(ctx context.Context, id, field, document string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err := s.open(ctx, tx, id, PermWrite)
		if err != nil {
			return err
		}
		before := len(filesOf(o.Draft.Answers.Values[field]))
		draft, err := s.forms.RemoveFile(ctx, tx, id, field, document)
		if err != nil || len(filesOf(draft.Answers.Values[field])) == before {
			return err
		}
		return s.blobs.Remove(ctx, tx, document)
	})
}

// Drafts returns what the person has begun and not sent, the newest first.
func (s *Service) Drafts(ctx context.Context) (list []forms.DraftInfo, err error) {
	actor := identity.From(ctx)
	if err := s.access.Check(ctx, access.LoggedIn, access.Resource{Type: "self", ID: actor.PersonID, Owners: []string{actor.PersonID}}); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = s.forms.Drafts(ctx, tx, actor.PersonID)
		return err
	})
	return list, err
}

// Delete throws a draft away, with its files.
func (s *Service) Delete(ctx context.Context, id string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err := s.open(ctx, tx, id, PermWrite)
		if err != nil {
			return err
		}
		return s.throwAway(ctx, tx, o.Draft.ID)
	})
}

// mayWrite asks whether the actor may write in a draft.
func (s *Service) mayWrite(ctx context.Context, id string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		draft, err := s.forms.Draft(ctx, tx, id)
		if err != nil {
			return err
		}
		return s.access.Check(ctx, PermWrite, draftResource(draft.DraftInfo))
	})
}

// stillMay asks again what was asked when the draft was begun: whether the
// municipality takes such applications and whether she may act for the child.
// Parental responsibility may have been lost since.
func (s *Service) stillMay(ctx context.Context, tx *store.Tx, o Opened) error {
	if o.Draft.Submission != "" {
		return nil // sent already; the first case is what she gets
	}
	if _, err := s.kind(ctx, o.Draft.Form); err != nil {
		return err
	}
	_, err := s.facts(ctx, tx, o.Kind, o.Draft.Subject)
	return err
}

// Sweep deletes the drafts of the context's municipality that have run out, with
// their files: what nobody sends is not kept.
func (s *Service) Sweep(ctx context.Context) error {
	for {
		var swept int
		err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			expired, err := s.forms.Expired(ctx, tx, sweepDrafts)
			if err != nil {
				return err
			}
			swept = len(expired)
			for _, id := range expired {
				if err := s.throwAway(ctx, tx, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || swept < sweepDrafts {
			return err
		}
	}
}

// sweepDrafts is how many drafts one transaction deletes.
const sweepDrafts = 200

// throwAway deletes a draft and its files.
func (s *Service) throwAway(ctx context.Context, tx *store.Tx, id string) error {
	files, err := s.blobs.ListFor(ctx, tx, blob.Owner{Type: "draft", ID: id})
	if err != nil {
		return fmt.Errorf("applications: list files: %w", err)
	}
	for _, f := range files {
		if err := s.blobs.Remove(ctx, tx, f.ID); err != nil {
			return fmt.Errorf("applications: remove file: %w", err)
		}
	}
	return s.forms.DeleteDraft(ctx, tx, id)
}

// Submit sends the application. A second time, from another tab or by the back
// button, it returns the case of the first.
func (s *Service) Submit(ctx context.Context, id string) (c cases.Case, err error) {
	if err := s.warm(ctx); err != nil {
		return cases.Case{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		o, err := s.open(ctx, tx, id, PermSubmit)
		if err != nil {
			return err
		}
		if err := s.stillMay(ctx, tx, o); err != nil {
			return err
		}
		submission, again, err := s.forms.Submit(ctx, tx, id, "draft:"+id)
		if err != nil {
			return err
		}
		if c, err = s.handOver(ctx, tx, o, submission); err != nil || again {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Action: "applications.submit", Object: audit.Ref{Type: "submission", ID: submission.ID}, Subject: o.Draft.Subject, Case: c.ID})
	})
	return c, err
}

// handOver makes the case of a submission, with the files that were attached.
func (s *Service) handOver(ctx context.Context, tx *store.Tx, o Opened, submission forms.Submission) (cases.Case, error) {
	applicant, err := s.identity.PersonIn(ctx, tx, o.Draft.Person)
	if err != nil {
		return cases.Case{}, err
	}
	documents, err := s.attached(ctx, tx, o.Draft.ID, submission.Values)
	if err != nil {
		return cases.Case{}, err
	}
	return s.cases.Create(ctx, tx, cases.New{
		Kind: o.Kind.Key, Submission: submission.ID, Applicant: applicant, Subject: o.Subject, Lang: submission.Lang, Documents: documents,
	})
}

// attached returns the documents that the answers hold. What was attached to a
// question that is no longer asked is not sent, and is deleted.
func (s *Service) attached(ctx context.Context, tx *store.Tx, draft string, answers map[string]any) ([]string, error) {
	sent := map[string]bool{}
	collectFiles(answers, sent)
	files, err := s.blobs.ListFor(ctx, tx, blob.Owner{Type: "draft", ID: draft})
	if err != nil {
		return nil, fmt.Errorf("applications: list files: %w", err)
	}
	var documents []string
	for _, f := range files {
		if sent[f.ID] {
			documents = append(documents, f.ID)
			continue
		}
		if err := s.blobs.Remove(ctx, tx, f.ID); err != nil {
			return nil, fmt.Errorf("applications: remove file: %w", err)
		}
	}
	return documents, nil
}

// collectFiles finds the ids of the documents among answers, also inside groups.
func collectFiles(v any, found map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		if id, ok := v["id"].(string); ok {
			found[id] = true
		}
		for _, inner := range v {
			collectFiles(inner, found)
		}
	case []any:
		for _, inner := range v {
			collectFiles(inner, found)
		}
	}
}

// Subjects are those the person may apply for with a form: her children, or
// nobody else.
func (s *Service) Subjects(ctx context.Context, form string) (*forms.Definition, []identity.Relative, error) {
	if err := s.access.Check(ctx, PermStart, access.Resource{Type: "form", ID: form}); err != nil {
		return nil, nil, err
	}
	if _, err := s.kind(ctx, form); err != nil {
		return nil, nil, err
	}
	var definition *forms.Definition
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		definition, err = s.forms.Live(ctx, tx, form)
		return err
	})
	if err != nil || definition.Subject != forms.SubjectChild {
		return definition, nil, err
	}
	children, err := s.identity.Children(ctx)
	return definition, children, err
}

func filesOf(v any) []any {
	list, _ := v.([]any)
	return list
}
