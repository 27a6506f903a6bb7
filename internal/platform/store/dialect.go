package store

// Dialect is the kind of database.
type Dialect int

// The two databases.
const (
	SQLite Dialect = iota
	Postgres
)

// String returns the name for logs and metrics.
func (d Dialect) String() string {
	if d == Postgres {
		return "postgres"
	}
	return "sqlite"
}
