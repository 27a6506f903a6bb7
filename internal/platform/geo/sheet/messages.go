package sheet

import (
	"embed"
	"io/fs"
)

//go:embed messages
var messages embed.FS

// Messages returns the sheet's own words, as messages/<lang>.toml.
func Messages() fs.FS { return messages }
