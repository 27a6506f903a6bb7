package maps

import (
	"embed"
	"io/fs"
)

//go:embed messages/*.toml
var messages embed.FS

// Name is the module's name, and its messages' prefix.
const Name = "maps"

// Messages returns the package's texts.
func Messages() fs.FS { return messages }
