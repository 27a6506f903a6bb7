package store

import (
	"context"
	"fmt"
)

// countLimit is how many entries of an index SQLite looks at: enough to know which of
// two indexes finds less, little enough that a large database is done in moments, while
// every writer waits.
const countLimit = 1000

// Count lets the database count its rows, so that it knows by which index it finds
// what. PostgreSQL does that by itself (autovacuum), and after a large import sooner
// when the owner asks; SQLite never does.
func (db *DB) Count(ctx context.Context) error {
	statements := []string{"analyze"}
	if db.dialect == SQLite {
		statements = countSQLite()
	}
	return db.WritePlatform(ctx, func(ctx context.Context, tx *Tx) error {
		for _, statement := range statements {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return fmt.Errorf("store: count rows: %w", err)
			}
		}
		return nil
	})
}

// countSQLite leaves the numbers of each index, and not the samples of their values
// (sqlite_stat4): a statement with samples is planned anew each time it is given other
// values, which took a sixth of the server's processor time. To drop the tables tells
// other connections to read them again (https://sqlite.org/lang_analyze.html).
func countSQLite() []string {
	return []string{
		fmt.Sprintf("pragma analysis_limit = %d", countLimit),
		"drop table if exists sqlite_stat1",
		"drop table if exists sqlite_stat4",
		"analyze",
		"delete from sqlite_stat4",
		"analyze sqlite_schema",
	}
}
