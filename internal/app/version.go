package app

import (
	"embed"
	"io/fs"
)

//go:embed messages/*.toml
var messages embed.FS

//go:embed migrations/*.sql
var ownMigrations embed.FS

// Migrations returns what is changed in the tables of several modules at once.
func Migrations() fs.FS { return ownMigrations }

// Messages returns the package's texts: what the command line says.
func Messages() fs.FS { return messages }

// version is set by the build.
var version = "unknown"

// Version returns the program's version.
func Version() string { return version }
