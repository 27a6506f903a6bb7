package building

import (
	"embed"
	"io/fs"
)

//go:embed messages/*.toml
var messages embed.FS

//go:embed forms/*.json
var definitions embed.FS

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

// Definitions returns the package's forms.
func Definitions() fs.FS { return definitions }

// Name is the service's name, by which a municipality switches it on.
const Name = "building"

// SettingDepartment names the tenant's setting that holds the department which
// handles applications.
const SettingDepartment = "building.department"
