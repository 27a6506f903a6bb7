package identity

import (
	"embed"
	"io/fs"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

// Migrations returns the files that make identity's tables.
func Migrations() fs.FS { return migrations }

// Messages returns identity's texts.
func Messages() fs.FS { return messages }
