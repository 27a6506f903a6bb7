package applications

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/staging"
	"github.com/torg-no/torg/internal/platform/store"
)

// PermFileSend lets a system send files ahead of an application or an answer that
// it registers.
const PermFileSend access.Permission = "file.send"

// SendFile takes a file in that an application or an answer will name by its id.
// The same content again under the same key is the first file, and true.
func (s *Service) SendFile(ctx context.Context, r io.Reader, n staging.New) (staging.File, bool, error) {
	if err := s.access.Check(ctx, PermFileSend, access.Resource{Type: "file"}); err != nil {
		return staging.File{}, false, err
	}
	return staging.Of(s.blobs).Put(ctx, r, n)
}

// SentFile returns a file that the actor has sent ahead.
func (s *Service) SentFile(ctx context.Context, id string) (staging.File, error) {
	if err := s.access.Check(ctx, PermFileSend, access.Resource{Type: "file"}); err != nil {
		return staging.File{}, err
	}
	return staging.Of(s.blobs).Get(ctx, id)
}

// resolve puts name and size of the files that answers name in their place: those
// of the documents, not what the sender says. What is wrong with one is told of
// its question: "answers.attachments.0".
func (s *Service) resolve(ctx context.Context, tx *store.Tx, d *forms.Definition, a forms.Answers) error {
	var wrong []errs.Field
	named := map[string]bool{}
	see := func(name string, file map[string]any) error {
		id, _ := file["id"].(string)
		f, err := staging.Of(s.blobs).Look(ctx, tx, id)
		if err == nil && named[id] {
			err = errs.Invalid("staging.gone") // one file answers one question
		}
		named[id] = true
		if e := errs.Of(err); e != nil && e.Kind == errs.KindInvalid {
			wrong = append(wrong, errs.Field{Name: "answers." + name, Key: e.Key, Args: e.Args})
			return nil
		}
		if err != nil {
			return err
		}
		clear(file)
		file["id"], file["name"], file["size"] = f.ID, f.Name, float64(f.Size)
		return nil
	}
	for i := range d.Pages {
		for j := range d.Pages[i].Fields {
			f := &d.Pages[i].Fields[j]
			if err := eachFile(f, f.ID, a.Values[f.ID], see); err != nil {
				return err
			}
		}
	}
	return errs.InvalidFields(wrong...)
}

// eachFile calls see for the files of a question, also those inside a group.
func eachFile(f *forms.Field, name string, value any, see func(name string, file map[string]any) error) error {
	var failed error
	for i, element := range filesOf(value) {
		at := name + "." + strconv.Itoa(i)
		values, ok := element.(map[string]any)
		switch {
		case !ok:
		case f.Type == forms.File:
			failed = errors.Join(failed, see(at, values))
		case f.Type == forms.Group:
			for k := range f.Fields {
				inner := &f.Fields[k]
				failed = errors.Join(failed, eachFile(inner, at+"."+inner.ID, values[inner.ID], see))
			}
		}
	}
	return failed
}

// filesIn are the ids of the documents among answers, in order.
func filesIn(answers map[string]any) []string {
	found := map[string]bool{}
	collectFiles(answers, found)
	list := make([]string, 0, len(found))
	for id := range found {
		list = append(list, id)
	}
	slices.Sort(list) // ids are in the order of their making
	return list
}
