package geotest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// Program finds a program. Without it the test fails where CI is set and is
// skipped, naming the Debian package, elsewhere.
func Program(tb testing.TB, name, debian string) string {
	tb.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		tb.Fatalf("%s is missing: install Debian's %s", name, debian)
	}
	tb.Skipf("%s is missing: install Debian's %s", name, debian)
	return ""
}

// Run runs a program and gives what it wrote.
func Run(tb testing.TB, stdin []byte, program string, args ...string) []byte {
	tb.Helper()
	cmd := exec.Command(program, args...)
	var out, complaints bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &out, &complaints
	if err := cmd.Run(); err != nil {
		tb.Fatalf("%s: %v\n%s", filepath.Base(program), err, complaints.String())
	}
	return out.Bytes()
}

// PROJ takes points from one system to another with cs2cs. Points are x = east,
// y = north; whether a system has north first is told by the caller, as from and
// to are EPSG codes to PROJ.
func PROJ(tb testing.TB, from, to int, northFrom, northTo bool, points []orb.Point) []orb.Point {
	tb.Helper()
	program := Program(tb, "cs2cs", "proj-bin")
	var in bytes.Buffer
	for _, p := range points {
		if northFrom {
			p[0], p[1] = p[1], p[0]
		}
		fmt.Fprintf(&in, "%.12f %.12f\n", p[0], p[1])
	}
	text := Run(tb, in.Bytes(), program, "-f", "%.12f", fmt.Sprintf("EPSG:%d", from), fmt.Sprintf("EPSG:%d", to))
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != len(points) {
		tb.Fatalf("cs2cs answered %d lines for %d points", len(lines), len(points))
	}
	out := make([]orb.Point, len(lines))
	for i, line := range lines {
		var p orb.Point
		if _, err := fmt.Sscan(line, &p[0], &p[1]); err != nil {
			tb.Fatalf("cs2cs line %q: %v", line, err)
		}
		if northTo {
			p[0], p[1] = p[1], p[0]
		}
		out[i] = p
	}
	return out
}

// GEOS asks one question of many rows at once, through GDAL's SQL with
// SpatiaLite, which calls GEOS. The rows are text in the columns named; expression is
// what stands between select and from, "GeomFromText(a)" makes a geometry of
// column a. The answer has one row for each row given, in the same order.
func GEOS(tb testing.TB, columns []string, rows [][]string, expression string) [][]string {
	tb.Helper()
	program := Program(tb, "ogr2ogr", "gdal-bin")
	folder := tb.TempDir()
	var in bytes.Buffer
	w := csv.NewWriter(&in)
	if err := w.WriteAll(append([][]string{columns}, rows...)); err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(folder, "rows.csv")
	if err := os.WriteFile(path, in.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
	text := Run(tb, nil, program, "--config", "OGR_SQLITE_CACHE", "64", "-f", "CSV", "/vsistdout/", path,
		"-dialect", "SQLite", "-sql", "select "+expression+` from "rows"`)
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	answer, err := r.ReadAll()
	if err != nil {
		tb.Fatalf("what GDAL wrote: %v", err)
	}
	if len(answer) != len(rows)+1 {
		tb.Fatalf("GDAL answered %d rows for %d", len(answer)-1, len(rows))
	}
	return answer[1:]
}

// Data is the path of a file in shared/data beside the repository. The test is
// skipped, naming the file, when it is not there.
func Data(tb testing.TB, name string) string {
	tb.Helper()
	path := filepath.Join(root(tb), "..", "shared", "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("not here: %s", path)
	}
	return path
}

func root(tb testing.TB) string {
	tb.Helper()
	folder, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for range 12 {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		folder = filepath.Dir(folder)
	}
	tb.Fatal("no go.mod above the test")
	return ""
}
