package bench

import (
	"fmt"
	"strconv"
	"time"
)

// Many is what it takes to serve many municipalities in one process.
type Many struct {
	Database string        `json:"database"`
	Tenants  int           `json:"tenants"`
	Load     string        `json:"load_average"`
	Added    time.Duration `json:"added_ns"` // all of them, once
	Ready    time.Duration `json:"ready_ns"` // from the start of the process until /readyz says so
	AtRest   int64         `json:"memory_at_rest_bytes"`
	Fronts   Latency       `json:"front_pages"` // of each municipality, one after the other
	Visited  int64         `json:"memory_after_bytes"`
	Peak     int64         `json:"peak_memory_bytes"`
}

// ManyText returns rows as aligned lines, or as a table in Markdown.
func ManyText(list []Many, markdown bool) string {
	table := [][]string{{"database", "municipalities", "added s", "ready s", "memory MB at rest", "front page p50/p95/p99 ms", "memory MB after", "peak MB", "load"}}
	for _, m := range list {
		table = append(table, []string{
			m.Database, strconv.Itoa(m.Tenants), fmt.Sprintf("%.1f", m.Added.Seconds()), fmt.Sprintf("%.2f", m.Ready.Seconds()), mb(m.AtRest),
			m.Fronts.cell(), mb(m.Visited), mb(m.Peak), m.Load,
		})
	}
	if markdown {
		return written([][][]string{table}, ruled)
	}
	return written([][][]string{table}, aligned)
}
