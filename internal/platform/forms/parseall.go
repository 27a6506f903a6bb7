package forms

import (
	"fmt"
	"io/fs"
)

// ParseAll reads every definition that a service ships in forms/*.json. The
// error names the file.
func ParseAll(files fs.FS) ([]*Definition, error) {
	names, err := fs.Glob(files, "forms/*.json")
	if err != nil {
		return nil, fmt.Errorf("forms: list definitions: %w", err)
	}
	list := make([]*Definition, 0, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("forms: read definition: %w", err)
		}
		d, err := Parse(text)
		if err != nil {
			return nil, fmt.Errorf("forms: %s: %w", name, err)
		}
		list = append(list, d)
	}
	return list, nil
}
