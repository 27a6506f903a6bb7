// Package module says how a service hands itself over to the composition: its
// tables, texts, permissions, routes and workers. Package app collects them and
// knows nothing else of a service.
package module

import (
	"io/fs"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/web"
)

// Module is a service as the composition sees it. Each part may be left out.
type Module struct {
	// Name prefixes its tables, permissions, job kinds and message keys.
	Name string
	// Migrations holds migrations/*.sql, Messages messages/*.toml.
	Migrations, Messages fs.FS
	// Rules are its permissions and policies.
	Rules access.Rules
	// Routes registers its pages and JSON operations.
	Routes func(*web.Routes)
	// Jobs registers its workers.
	Jobs func(*jobs.Registry)
}
