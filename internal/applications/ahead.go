package applications

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
)

// Filling is what another service fills in for whoever writes a draft.
type Filling struct {
	forms.Filling

	// File is a document of the service's own making for the field File names, kept
	// in the fact Document; it takes the place of the one it made before.
	File     blob.Stored
	Field    string
	Document string
}

// Fill puts into a draft what a service knows of it. The actor must be allowed to
// write in the draft; she can correct everything afterwards.
func (s *Service) Fill(ctx context.Context, id string, f Filling) (o Opened, err error) {
	if err := s.warm(ctx); err != nil {
		return Opened{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if o, err = s.open(ctx, tx, id, PermWrite); err != nil {
			return err
		}
		o.Draft, err = s.fill(ctx, tx, o, f)
		return err
	})
	return o, err
}

func (s *Service) fill(ctx context.Context, tx *store.Tx, o Opened, f Filling) (forms.Draft, error) {
	if f.Field == "" || o.Definition.Field(f.Field) == nil {
		return s.forms.Fill(ctx, tx, o.Draft.ID, f.Filling)
	}
	if before, _ := o.Draft.Facts[f.Document].(string); before != "" {
		if err := s.replace(ctx, tx, o, f.Field, before); err != nil {
			return o.Draft, err
		}
	}
	d, err := s.blobs.Keep(ctx, tx, f.File, blob.Owner{Type: "draft", ID: o.Draft.ID, Person: o.Draft.Person})
	if err != nil {
		return o.Draft, fmt.Errorf("applications: keep file: %w", err)
	}
	if _, err := s.forms.AddFile(ctx, tx, o.Draft.ID, f.Field, forms.Document{ID: d.ID, Name: d.Name, Size: d.Size}); err != nil {
		return o.Draft, err
	}
	facts := map[string]any{f.Document: d.ID}
	for name, v := range f.Facts {
		facts[name] = v
	}
	return s.forms.Fill(ctx, tx, o.Draft.ID, forms.Filling{Values: f.Values, Facts: facts})
}

// replace takes away the file that the service made before, unless whoever writes has
// done so.
func (s *Service) replace(ctx context.Context, tx *store.Tx, o Opened, field, document string) error {
	there := slices.ContainsFunc(filesOf(o.Draft.Answers.Values[field]), func(v any) bool {
		file, _ := v.(map[string]any)
		return file["id"] == document
	})
	if !there {
		return nil
	}
	if _, err := s.forms.RemoveFile(ctx, tx, o.Draft.ID, field, document); err != nil {
		return err
	}
	return s.blobs.Remove(ctx, tx, document)
}

// Renew brings the facts of a draft up to date as it is sent, in the transaction of
// the sending: what a service told when it was written may have changed since. It
// returns the facts that changed; it may be nil.
type Renew func(ctx context.Context, tx *store.Tx, o Opened) (map[string]any, error)

// renewed returns the facts of a draft as they are when it is sent.
func (s *Service) renewed(ctx context.Context, tx *store.Tx, o Opened) (map[string]any, error) {
	if s.renew == nil || o.Draft.Submission != "" {
		return o.Draft.Facts, nil
	}
	facts, err := s.renew(ctx, tx, o)
	if err != nil || len(facts) == 0 {
		return o.Draft.Facts, err
	}
	draft, err := s.forms.Fill(ctx, tx, o.Draft.ID, forms.Filling{Facts: facts})
	return draft.Facts, err
}

// HasAhead reports whether the draft's version of the form goes with its kind's page
// ahead of it. Drafts without log-in have none.
func (o Opened) HasAhead() bool {
	return o.Unbound.ID == "" && o.Definition != nil && hasAhead(o.Kind, o.Definition)
}

func hasAhead(kind cases.Kind, d *forms.Definition) bool {
	return kind.Ahead.Path != "" && slices.ContainsFunc(d.Facts, func(f forms.Fact) bool { return f.ID == kind.Ahead.Fact })
}

// AheadPath is the address of the page ahead of the form.
func (o Opened) AheadPath() string { return o.base() + "/" + o.Kind.Ahead.Path }

// FirstPage is the address of the form's first page.
func (o Opened) FirstPage() string { return o.page(o.Definition.Pages[0].ID) }

// aheadStep is the page ahead among the steps.
func (o Opened) aheadStep(ctx context.Context) []ui.Step {
	if !o.HasAhead() {
		return nil
	}
	step := ui.Step{Label: i18n.T(ctx, o.Kind.Ahead.Title), Href: o.AheadPath()}
	if o.Draft.Facts[o.Kind.Ahead.Fact] != nil {
		step.State = ui.StepDone
	}
	return []ui.Step{step}
}
