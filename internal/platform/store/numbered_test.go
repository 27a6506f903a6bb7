package store

import "testing"

func TestNumbered_namesParametersAndHidesLimits(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"select 1": "select 1",
		"select a from t where b = $2 and c = $1":        "select a from t where b = ?2 and c = ?1",
		"select a from t where b = $1 limit $12":         "select a from t where b = ?1 limit ?12 + 0",
		"select a from t limit $1 offset $2":             "select a from t limit ?1 + 0 offset ?2",
		"select a from t where b in (select 1 limit $3)": "select a from t where b in (select 1 limit ?3 + 0)",
		"select a from t limit 5":                        "select a from t limit 5",
		"select speed_limit from t where x = $1":         "select speed_limit from t where x = ?1",
	} {
		if got := numbered(query); got != want {
			t.Errorf("%q became %q", query, got)
		}
	}
}
