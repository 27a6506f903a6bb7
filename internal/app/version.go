package app

import (
	"embed"
	"io/fs"
)

//go:embed messages/*.toml
var messages embed.FS

// Messages returns the package's texts: what the command line says.
func Messages() fs.FS { return messages }

// version is set by the build.
var version = "unknown"

// Version returns the program's version.
func Version() string { return version }
