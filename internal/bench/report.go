package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Row is one line of the report: a database with so much in it.
type Row struct {
	Database string        `json:"database"`
	Tenants  int           `json:"tenants"`
	Preload  int           `json:"preloaded_cases"`
	Clients  int           `json:"clients"`
	Result   Result        `json:"result"`
	Memory   int64         `json:"server_peak_memory_bytes"` // resident
	Size     int64         `json:"database_bytes"`
	Backlog  int64         `json:"jobs_waiting_at_end"`
	Drained  time.Duration `json:"drained_in_ns"` // how long they took after that
	Undone   int64         `json:"jobs_left"`     // when nobody waited longer
	Ratio    float64       `json:"ratio,omitempty"`
}

// Report is all rows.
type Report struct {
	Rows []Row `json:"rows"`
}

// Add adds a row and compares it with the one of the same database, tenants and
// clients that had nothing preloaded.
func (r *Report) Add(row Row) {
	for _, other := range r.Rows {
		if other.Preload == 0 && row.Preload > 0 && other.Database == row.Database && other.Tenants == row.Tenants && other.Clients == row.Clients && other.Result.PerSec > 0 {
			row.Ratio = row.Result.PerSec / other.Result.PerSec
		}
	}
	r.Rows = append(r.Rows, row)
}

// head are the columns of the table.
func head() []string {
	return []string{
		"database", "tenants", "preloaded", "clients", "cycles/s", "p50/p95/p99 ms: register", "assign", "decide", "search",
		"errors", "memory MB", "database MB", "jobs waiting", "drained s", "ratio",
	}
}

func (r Row) cells() []string {
	cells := []string{
		r.Database, strconv.Itoa(r.Tenants), strconv.Itoa(r.Preload), strconv.Itoa(r.Clients), fmt.Sprintf("%.0f", r.Result.PerSec),
	}
	for _, name := range Requests() {
		l := r.Result.ByName[name]
		cells = append(cells, ms(l.P50)+"/"+ms(l.P95)+"/"+ms(l.P99))
	}
	drained := fmt.Sprintf("%.1f", r.Drained.Seconds())
	if r.Undone > 0 {
		drained = fmt.Sprintf("%d left after %s", r.Undone, drained)
	}
	ratio := "–"
	if r.Ratio > 0 {
		ratio = fmt.Sprintf("%.2f", r.Ratio)
	}
	return append(cells, strconv.Itoa(r.Result.Errors), mb(r.Memory), mb(r.Size), strconv.FormatInt(r.Backlog, 10), drained, ratio)
}

func ms(d time.Duration) string { return fmt.Sprintf("%.0f", float64(d)/float64(time.Millisecond)) }
func mb(n int64) string         { return fmt.Sprintf("%.0f", float64(n)/1e6) }

// Text returns the report as aligned lines.
func (r Report) Text() string {
	lines := [][]string{head()}
	for _, row := range r.Rows {
		lines = append(lines, row.cells())
	}
	width := make([]int, len(head()))
	for _, line := range lines {
		for i, cell := range line {
			width[i] = max(width[i], len([]rune(cell)))
		}
	}
	var out strings.Builder
	for _, line := range lines {
		for i, cell := range line {
			out.WriteString(cell + strings.Repeat(" ", width[i]-len([]rune(cell))+2))
		}
		out.WriteString("\n")
	}
	return out.String()
}

// Markdown returns it as a table.
func (r Report) Markdown() string {
	var out strings.Builder
	out.WriteString("| " + strings.Join(head(), " | ") + " |\n")
	out.WriteString("|" + strings.Join(slices.Repeat([]string{"---"}, len(head())), "|") + "|\n")
	for _, row := range r.Rows {
		out.WriteString("| " + strings.Join(row.cells(), " | ") + " |\n")
	}
	return out.String()
}
