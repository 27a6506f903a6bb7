package blob

import (
	"context"
	"mime/multipart"
	"net/url"

	"github.com/torg-no/torg/internal/platform/errs"
)

// FormFiles takes the files of a form as they come, each to its place, into a list of so
// many; the key's words refuse more (errs.TooLarge, with "most"). It is what web.ReadForm
// asks for.
func (s *Store) FormFiles(ctx context.Context, into *[]Stored, most int, key string) func(file *multipart.Part, before url.Values) error {
	return func(file *multipart.Part, _ url.Values) error {
		if len(*into) == most {
			return errs.TooLarge(key, "most", most)
		}
		stored, err := s.Put(ctx, file, PutOptions{Name: file.FileName(), Declared: file.Header.Get("Content-Type")})
		if err != nil {
			return err
		}
		*into = append(*into, stored)
		return nil
	}
}
