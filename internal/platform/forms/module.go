package forms

import (
	"embed"
	"io/fs"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

// Migrations returns the tables of forms.
func Migrations() fs.FS { return migrations }

// Messages returns the texts of forms: what is wrong with an answer, and the
// few words a template needs that no definition has.
func Messages() fs.FS { return messages }
