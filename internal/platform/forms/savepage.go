package forms

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// SavePage saves the answers on one page; those on other pages and files in the
// given answers are not looked at. The version is that of the draft the person
// saw. When the draft has moved on since, the page is saved all the same unless
// it was changed itself: then the result is an error of kind conflict together
// with the draft as it is now, and nothing is saved. Saving what is there
// already changes nothing.
func (s *Service) SavePage(
	ctx context.Context, tx *store.Tx, id string, version int64, page string, given Answers,
) (Draft, error) {
	draft, def, err := s.editable(ctx, tx, id)
	if err != nil {
		return draft, err
	}
	p := def.Page(page)
	if p == nil {
		return draft, errs.NotFound("forms.page_not_found")
	}
	changed := p.changes(draft.Answers, given)
	if len(changed) == 0 && draft.Page == page {
		return draft, nil
	}
	if version > draft.Version || len(changed) > 0 && draft.touched[page] > version {
		return draft, errs.Conflict("forms.conflict")
	}
	for _, f := range changed {
		draft.Answers.take(f, given)
	}
	if len(changed) > 0 {
		draft.touch(page)
	}
	draft.Page = page
	return s.save(ctx, tx, draft)
}

// touch notes that a page changes with the next version.
func (d *Draft) touch(page string) {
	if d.touched == nil {
		d.touched = map[string]int64{}
	}
	d.touched[page] = d.Version + 1
}

// changes lists the fields of a page whose answers differ.
func (p *Page) changes(before, after Answers) []string {
	var changed []string
	for i := range p.Fields {
		f := &p.Fields[i]
		if f.Type == File || f.Type == Info || f.Calc != nil || after.sameField(f.ID, before) {
			continue
		}
		changed = append(changed, f.ID)
	}
	return changed
}

// editable locks a draft that may still be changed.
func (s *Service) editable(ctx context.Context, tx *store.Tx, id string) (Draft, *Definition, error) {
	draft, err := s.find(ctx, tx, id, true)
	if err != nil {
		return Draft{}, nil, err
	}
	if !draft.SubmittedAt.IsZero() {
		return draft, nil, errs.Conflict("forms.submitted")
	}
	def, err := s.Definition(ctx, tx, draft.Form, draft.FormVersion)
	return draft, def, err
}

// Document is a stored file that a person attached.
type Document struct {
	ID   string
	Name string
	Size int64
}

// AddFile attaches a document to a file field. The document exists and belongs
// to the draft; the caller has seen to it. Adding it again changes nothing.
func (s *Service) AddFile(ctx context.Context, tx *store.Tx, id, field string, doc Document) (Draft, error) {
	draft, f, err := s.fileField(ctx, tx, id, field)
	if err != nil {
		return draft, err
	}
	files := listOf(draft.Answers.Values[field])
	if fileIndex(files, doc.ID) >= 0 {
		return draft, nil
	}
	if len(files) >= f.most() {
		e := f.wrong("forms.max_items", draft.Lang, "count", f.most())
		e.Name = field
		return draft, errs.InvalidFields(e)
	}
	file := map[string]any{"id": doc.ID, "name": doc.Name, "size": float64(doc.Size)}
	draft.Answers.Values[field] = append(slices.Clone(files), any(file))
	return s.save(ctx, tx, draft)
}

// RemoveFile takes a document out of a file field; the caller deletes it.
func (s *Service) RemoveFile(ctx context.Context, tx *store.Tx, id, field, document string) (Draft, error) {
	draft, _, err := s.fileField(ctx, tx, id, field)
	if err != nil {
		return draft, err
	}
	files := listOf(draft.Answers.Values[field])
	at := fileIndex(files, document)
	if at < 0 {
		return draft, nil
	}
	if files = slices.Delete(slices.Clone(files), at, at+1); len(files) == 0 {
		delete(draft.Answers.Values, field)
	} else {
		draft.Answers.Values[field] = files
	}
	return s.save(ctx, tx, draft)
}

func (s *Service) fileField(ctx context.Context, tx *store.Tx, id, field string) (Draft, *Field, error) {
	draft, def, err := s.editable(ctx, tx, id)
	if err != nil {
		return draft, nil, err
	}
	f := def.Field(field)
	if f == nil || f.Type != File {
		return draft, nil, errs.NotFound("forms.not_found")
	}
	return draft, f, nil
}

func fileIndex(files []any, id string) int {
	return slices.IndexFunc(itemsOf(any(files)), func(file map[string]any) bool { return file["id"] == id })
}
