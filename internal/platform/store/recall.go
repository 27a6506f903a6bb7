package store

import "strings"

// recalled is something that a transaction has read of a table.
type recalled struct{ table, key string }

// Recall returns what load read before in this transaction under the key, or
// loads it. It is for rows that many parts of a business transaction look at,
// such as a person: each would read them anew. A statement of the transaction that
// changes the table lets it forget; what others change meanwhile it sees no more,
// as in a snapshot. A row that is to be locked is read, not recalled. The value is
// shared: nobody may change what it points to.
func Recall[T any](tx *Tx, table, key string, load func() (T, error)) (T, error) {
	place := recalled{table, key}
	if value, ok := tx.known[place].(T); ok {
		return value, nil
	}
	value, err := load()
	if err != nil {
		return value, err
	}
	if tx.known == nil {
		tx.known = map[recalled]any{}
	}
	tx.known[place] = value
	return value, nil
}

// forget drops what was read of the tables that a statement may change. A select
// changes nothing.
func (t *Tx) forget(query string) {
	if len(t.known) == 0 || isSelect(query) {
		return
	}
	for place := range t.known {
		if strings.Contains(query, place.table) {
			delete(t.known, place)
		}
	}
}

func isSelect(query string) bool {
	return strings.EqualFold(strings.TrimSpace(query)[:min(6, len(strings.TrimSpace(query)))], "select")
}
