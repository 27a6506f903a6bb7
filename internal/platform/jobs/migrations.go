package jobs

import (
	"embed"
	"io/fs"
)

var (
	//go:embed migrations/*.sql
	migrations embed.FS

	//go:embed messages/*.toml
	messages embed.FS
)

// Migrations returns the package's migration files.
func Migrations() fs.FS { return migrations }

// Messages returns what the operator is told, in all languages.
func Messages() fs.FS { return messages }
