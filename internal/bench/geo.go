package bench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/paulmach/orb"
)

// around draws a crooked ring that covers one part in so many of a square's ground.
func around(middle orb.Point, side, part float64, corners int, r *rand.Rand) orb.Ring {
	radius := math.Sqrt(side * side / part / math.Pi)
	ring := make(orb.Ring, 0, corners+1)
	for i := range corners {
		angle, far := 2*math.Pi*float64(i)/float64(corners), radius*(0.85+0.3*r.Float64())
		ring = append(ring, orb.Point{middle[0] + far*math.Cos(angle), middle[1] + far*math.Sin(angle)})
	}
	return append(ring, ring[0])
}

// Geo is what was measured of the maps on a database.
type Geo struct {
	Database string `json:"database"`
	Load     string `json:"load_average"`
	Plots    int    `json:"plots"`
	// Imported is how long it took to bring them in, Again the same ones once more.
	Imported time.Duration `json:"imported_ns"`
	Again    time.Duration `json:"imported_again_ns"`
	People   int           `json:"people"`
	// Inside is who lives in an area of Corners corners: Found of them.
	Inside  Latency       `json:"inside"`
	Found   int           `json:"inside_found"`
	Corners int           `json:"inside_corners"`
	Indexed time.Duration `json:"index_built_ns"`
	// The requests of the server, by name: see GeoRequests.
	Runs   map[string]Result `json:"runs"`
	Sizes  map[string]int    `json:"bytes_of_an_answer"`
	Memory int64             `json:"server_peak_memory_bytes"`
	// Indexes is what the index of the plots takes of it.
	Indexes int64 `json:"index_bytes"`
	// Country is the maps of many municipalities in one process.
	Country Country `json:"country"`
}

// Country is what the maps of many municipalities take in one process, each asked once.
type Country struct {
	Tenants  int           `json:"tenants"`
	Plots    int           `json:"plots"` // of all together
	Imported time.Duration `json:"imported_ns"`
	AtRest   int64         `json:"memory_at_rest_bytes"`
	Asked    Latency       `json:"asked"`
	After    int64         `json:"memory_after_bytes"`
	Peak     int64         `json:"peak_memory_bytes"`
}

// The requests of the measurement.
const (
	CachedTile = "tile again" // a tile that was made before
	FreshTile  = "fresh tile" // one of 5,000 plots that nobody has asked for
	ItemsPage  = "items page" // a page of 1,000 plots
	SmallBox   = "small box"  // the plots in a box of 150 metres
)

// GeoRequests returns their names in order.
func GeoRequests() []string { return []string{CachedTile, FreshTile, ItemsPage, SmallBox} }

// perSec is how many went through in a second.
func perSec(n int, took time.Duration) string {
	if took <= 0 {
		return "–"
	}
	return strconv.Itoa(int(float64(n) / took.Seconds()))
}

// GeoText returns rows as aligned lines, or as tables in Markdown.
func GeoText(list []Geo, markdown bool) string {
	table := [][]string{{"database", "plots", "import/s", "again/s", "index s", "index MB", "people", "inside p50/p95/p99 ms", "of whom inside", "memory MB", "load"}}
	country := [][]string{{"database", "municipalities", "plots", "import/s", "memory MB at rest", "first answers p50/p95/p99 ms", "memory MB after", "peak MB"}}
	asked := [][]string{{"database", "request", "per second", "p50/p95/p99 ms", "answer kB", "errors"}}
	for _, g := range list {
		table = append(table, []string{
			g.Database, strconv.Itoa(g.Plots), perSec(g.Plots, g.Imported), perSec(g.Plots, g.Again), fmt.Sprintf("%.1f", g.Indexed.Seconds()), mb(g.Indexes),
			strconv.Itoa(g.People), g.Inside.cell(), strconv.Itoa(g.Found), mb(g.Memory), g.Load,
		})
		if land := g.Country; land.Tenants > 0 {
			country = append(country, []string{
				g.Database, strconv.Itoa(land.Tenants), strconv.Itoa(land.Plots), perSec(land.Plots, land.Imported), mb(land.AtRest), land.Asked.cell(), mb(land.After), mb(land.Peak),
			})
		}
		for _, name := range GeoRequests() {
			r, asks := g.Runs[name], g.Runs[name].ByName[name]
			asked = append(asked, []string{g.Database, name, fmt.Sprintf("%.0f", r.PerSec), asks.cell(), fmt.Sprintf("%.1f", float64(g.Sizes[name])/1000), strconv.Itoa(r.Errors)})
		}
	}
	tables := [][][]string{table, asked}
	if len(country) > 1 {
		tables = append(tables, country)
	}
	if markdown {
		return written(tables, ruled)
	}
	return written(tables, aligned)
}
