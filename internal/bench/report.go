package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Row is what was measured of a database with so much in it.
type Row struct {
	Database string  `json:"database"`
	Tenants  int     `json:"tenants"`
	Preload  int     `json:"preloaded_cases"`
	Clients  int     `json:"clients"`
	Load     string  `json:"load_average"` // of the machine, before
	Result   Result  `json:"result"`
	Memory   int64   `json:"server_peak_memory_bytes"` // resident
	Size     int64   `json:"database_bytes"`
	Letters  Letters `json:"letters"`
	Ratio    float64 `json:"ratio,omitempty"`
	// Nil when it was not asked for.
	People *People `json:"people,omitempty"`
	Spike  *Spiked `json:"spike,omitempty"`
}

// Letters is how fast letters were made.
type Letters struct {
	Along   bool          `json:"made_along"` // beside the requests, not after them
	Waiting int64         `json:"waiting"`    // when the clients had stopped
	Took    time.Duration `json:"took_ns"`    // to make those
	Left    int64         `json:"left"`       // when nobody waited longer
}

// PerSec is how many letters were made in a second.
func (l Letters) PerSec() float64 {
	if l.Took <= 0 {
		return 0
	}
	return float64(l.Waiting-l.Left) / l.Took.Seconds()
}

// People is what residents and case workers with a browser saw.
type People struct {
	Residents int           `json:"residents"`
	Think     time.Duration `json:"think_ns"`
	Filling   Result        `json:"filling"`
	Lookers   int           `json:"lookers"`
	LookThink time.Duration `json:"look_think_ns"`
	Looking   Result        `json:"looking"`
	Memory    int64         `json:"server_peak_memory_bytes"`
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

// Errors returns how many requests failed in a row, and the first of them.
func (r Row) Errors() (failed int, example string) {
	results := []Result{r.Result}
	if r.People != nil {
		results = append(results, r.People.Filling, r.People.Looking)
	}
	if r.Spike != nil {
		results = append(results, r.Spike.Calm, r.Spike.Rush)
	}
	for _, result := range results {
		if failed += result.Errors; example == "" && result.Errors > 0 {
			example = result.Example
		}
	}
	return failed, example
}

func (r Row) where() []string {
	return []string{r.Database, strconv.Itoa(r.Tenants), strconv.Itoa(r.Preload)}
}

func (r Row) cycles() []string {
	cells := append(r.where(), strconv.Itoa(r.Clients), fmt.Sprintf("%.0f", r.Result.PerSec))
	for _, name := range Requests() {
		cells = append(cells, r.Result.ByName[name].cell())
	}
	ratio := "–"
	if r.Ratio > 0 {
		ratio = fmt.Sprintf("%.2f", r.Ratio)
	}
	return append(cells, strconv.Itoa(r.Result.Errors), mb(r.Memory), mb(r.Size), r.Letters.cell(), ratio, r.Load)
}

func (l Letters) cell() string {
	cell := fmt.Sprintf("%.0f", l.PerSec())
	if l.Along {
		cell = "along, " + cell
	}
	if l.Left > 0 {
		cell += fmt.Sprintf(" (%d left after %.0f s)", l.Left, l.Took.Seconds())
	}
	return cell
}

func (r Row) people() []string {
	p := r.People
	cells := append(r.where(), strconv.Itoa(p.Residents), fmt.Sprintf("%.1f", p.Filling.PerSec))
	for _, name := range Filling() {
		cells = append(cells, p.Filling.ByName[name].cell())
	}
	cells = append(cells, strconv.Itoa(p.Lookers))
	for _, name := range Looking() {
		cells = append(cells, p.Looking.ByName[name].cell())
	}
	return append(cells, strconv.Itoa(p.Filling.Errors+p.Looking.Errors), mb(p.Memory))
}

func (r Row) spiked() []string {
	s := r.Spike
	recovery := fmt.Sprintf("%.0f", s.Recovery.Seconds())
	if !s.Recovered {
		recovery = "not in " + recovery
	}
	return append(r.where(), strconv.Itoa(s.Clients), fmt.Sprintf("%.0f", s.Calm.PerSec), ms(s.CalmP95), fmt.Sprintf("%.0f", s.Rush.PerSec), ms(s.RushP95),
		strconv.Itoa(s.Rush.Away), strconv.Itoa(s.Calm.Errors+s.Rush.Errors), recovery, mb(s.Memory))
}

// cell shows the latency of requests.
func (l Latency) cell() string { return ms(l.P50) + "/" + ms(l.P95) + "/" + ms(l.P99) }

func ms(d time.Duration) string {
	if f := float64(d) / float64(time.Millisecond); f < 10 {
		return fmt.Sprintf("%.1f", f)
	}
	return strconv.FormatInt(d.Round(time.Millisecond).Milliseconds(), 10)
}

func mb(n int64) string { return fmt.Sprintf("%.0f", float64(n)/1e6) }

// tables are those that have rows, each with a head.
func (r Report) tables() (list [][][]string) {
	where := []string{"database", "municipalities", "preloaded"}
	cycles := [][]string{append(slices.Clone(where), "clients", "cycles/s", "p50/p95/p99 ms: register", "assign", "decide", "search", "errors", "memory MB", "database MB", "letters/s", "ratio", "load")}
	people := [][]string{append(slices.Clone(where), "residents", "applications/s", "p50/p95/p99 ms: page", "save", "send", "lookers", "work list", "work search", "my cases", "errors", "memory MB")}
	spikes := [][]string{append(slices.Clone(where), "clients", "cycles/s", "p95 ms", "in the spike: cycles/s", "p95 ms", "429", "errors", "recovered s", "memory MB")}
	for _, row := range r.Rows {
		cycles = append(cycles, row.cycles())
		if row.People != nil {
			people = append(people, row.people())
		}
		if row.Spike != nil {
			spikes = append(spikes, row.spiked())
		}
	}
	for _, table := range [][][]string{cycles, people, spikes} {
		if len(table) > 1 {
			list = append(list, table)
		}
	}
	return list
}

// Text returns the report as aligned lines.
func (r Report) Text() string { return written(r.tables(), aligned) }

// Markdown returns it as tables.
func (r Report) Markdown() string { return written(r.tables(), ruled) }

func written(tables [][][]string, write func(*strings.Builder, [][]string)) string {
	var out strings.Builder
	for i, table := range tables {
		if i > 0 {
			out.WriteString("\n")
		}
		write(&out, table)
	}
	return out.String()
}

func aligned(out *strings.Builder, table [][]string) {
	width := make([]int, len(table[0]))
	for _, line := range table {
		for i, cell := range line {
			width[i] = max(width[i], len([]rune(cell)))
		}
	}
	for _, line := range table {
		for i, cell := range line {
			out.WriteString(cell + strings.Repeat(" ", width[i]-len([]rune(cell))+2))
		}
		out.WriteString("\n")
	}
}

func ruled(out *strings.Builder, table [][]string) {
	for i, line := range table {
		out.WriteString("| " + strings.Join(line, " | ") + " |\n")
		if i == 0 {
			out.WriteString("|" + strings.Join(slices.Repeat([]string{"---"}, len(line)), "|") + "|\n")
		}
	}
}
