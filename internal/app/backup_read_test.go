package app

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/store"
)

type archiveEntry struct {
	name string
	text []byte
}

func packed(tb testing.TB, entries []archiveEntry) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := newArchiveWriter(&out, time.Unix(0, 0), nil)
	for _, e := range entries {
		if err := w.bytes(e.name, e.text); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.tar.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func unpacked(tb testing.TB, r io.Reader) []archiveEntry {
	tb.Helper()
	var entries []archiveEntry
	for reader := tar.NewReader(r); ; {
		h, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return entries
		}
		if err != nil {
			tb.Fatal(err)
		}
		text, err := io.ReadAll(reader)
		if err != nil {
			tb.Fatal(err)
		}
		entries = append(entries, archiveEntry{h.Name, text})
	}
}

// recorder is a visitor that notes what it is given.
type recorder struct {
	tables    int
	lines     int
	seen      []string
	documents map[string]string
}

func (r *recorder) header(_ context.Context, h BackupHeader) error {
	r.tables = len(h.Tables)
	return nil
}

func (r *recorder) heads(lines []byte) error {
	r.lines += bytes.Count(lines, []byte{'\n'})
	return nil
}

func (r *recorder) rows(_ context.Context, t store.Table, rows [][]any) error {
	for _, row := range rows {
		r.seen = append(r.seen, fmt.Sprint(t.Name, row))
	}
	return nil
}

func (r *recorder) document(_ context.Context, tenant, digest string, write func(io.Writer) error) error {
	var out bytes.Buffer
	err := write(&out)
	if r.documents == nil {
		r.documents = map[string]string{}
	}
	r.documents[tenant+" "+digest[:4]] = out.String()
	return err
}

func digest(c string) string { return strings.Repeat(c, 64) }

// small is a backup without a database: two tables with rows and an empty one.
func small(tb testing.TB) []archiveEntry {
	tb.Helper()
	text := store.Column{Name: "a", Type: store.TypeText}
	number := store.Column{Name: "n", Type: store.TypeBigint}
	h := BackupHeader{Format: backupFormat, Release: "1.0", Schema: 7, At: store.At(time.Unix(1795000000, 0)), Dialect: "sqlite", Tables: []store.Table{
		{Name: "first", Columns: []store.Column{text, number}}, {Name: "none", Columns: []store.Column{text}}, {Name: "second", Columns: []store.Column{number}},
	}}
	var out bytes.Buffer
	w := newArchiveWriter(&out, h.At.Time, nil)
	lines := &headLines{w: w}
	steps := []func() error{
		func() error { return w.header(h) },
		func() error { _, err := lines.Write([]byte("{\"size\":1}\n")); return err },
		lines.flush,
		func() error { return w.bytes(rowsEntry("first", 1), []byte("[\"æ\",1]\n[null,-2]\n")) },
		func() error { return w.bytes(rowsEntry("first", 2), []byte("[\"c\",3]\n")) },
		func() error { return w.bytes(rowsEntry("second", 1), []byte("[9223372036854775807]\n")) },
	}
	for _, name := range []string{documentEntry("t", digest("b")), documentEntry("t-a", digest("a")), documentEntry("t0", digest("a"))} {
		steps = append(steps, func() error {
			if err := w.entry(name, 3); err != nil {
				return err
			}
			_, err := w.files.add(name, w.tar, strings.NewReader("abc"))
			return err
		})
	}
	w.manifest.Tables = []BackupTable{
		{"first", 3, sha("[\"æ\",1]\n[null,-2]\n[\"c\",3]\n")}, {"none", 0, sha("")}, {"second", 1, sha("[9223372036854775807]\n")},
	}
	for _, step := range append(steps, w.close) {
		if err := step(); err != nil {
			tb.Fatal(err)
		}
	}
	return unpacked(tb, &out)
}

func TestReadArchive_givesWhatWasWritten(t *testing.T) {
	t.Parallel()
	var r recorder
	m, err := readArchive(t.Context(), bytes.NewReader(packed(t, small(t))), &r)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"first[æ 1]", "first[<nil> -2]", "first[c 3]", "second[9223372036854775807]"}
	if diff := cmp.Diff(want, r.seen); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"t bbbb": "abc", "t-a aaaa": "abc", "t0 aaaa": "abc"}, r.documents); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if r.tables != 3 || r.lines != 1 || m.Rows() != 4 || m.Documents.Count != 3 || m.Documents.Bytes != 9 {
		t.Errorf("%d tables, %d heads, %+v", r.tables, r.lines, m)
	}
}

// Every way in which a stream could be something else than a backup.
func TestReadArchive_refuses(t *testing.T) {
	t.Parallel()
	good := small(t)
	at := func(name string) int {
		for i, e := range good {
			if strings.HasPrefix(e.name, name) {
				return i
			}
		}
		t.Fatalf("no entry %s", name)
		return -1
	}
	without := func(i int) []archiveEntry { return append(append([]archiveEntry{}, good[:i]...), good[i+1:]...) }
	with := func(i int, e archiveEntry) []archiveEntry {
		return append(append(append([]archiveEntry{}, good[:i]...), e), good[i:]...)
	}
	swap := func(i, j int) []archiveEntry {
		list := append([]archiveEntry{}, good...)
		list[i], list[j] = list[j], list[i]
		return list
	}
	edit := func(name, from, to string) []archiveEntry {
		return changed(good, name, func(b []byte) []byte { return bytes.Replace(b, []byte(from), []byte(to), 1) })
	}
	rows, files := at(tablesFolder), at(filesFolder)
	for name, entries := range map[string][]archiveEntry{
		"nothing at all":           {},
		"no header":                without(0),
		"two headers":              with(0, good[0]),
		"a later format":           edit(headerName, `"format": 1`, `"format": 2`),
		"a header without tables":  edit(headerName, `"tables": [`, `"tables": [], "x": [`),
		"tables out of order":      edit(headerName, `"none"`, `"zone"`),
		"a table with a bad name":  edit(headerName, `"none"`, `"no;n"`),
		"an unknown type":          edit(headerName, `"bigint"`, `"jsonb"`),
		"no heads":                 without(at(headsFolder)),
		"heads of another number":  edit(headsFolder, `1`, `2`),
		"no rows":                  without(rows),
		"a part of the rows less":  without(rows + 1),
		"rows in another order":    swap(rows, rows+1),
		"tables in another order":  swap(rows+1, rows+2),
		"a table twice":            with(rows+2, good[rows]),
		"an unknown table":         with(rows, archiveEntry{rowsEntry("other", 1), []byte("[1]\n")}),
		"a row of too few values":  edit(rowsEntry("first", 1), `["æ",1]`, `["æ"]`),
		"a row of another type":    edit(rowsEntry("first", 1), `["æ",1]`, `["æ","1"]`),
		"a number with a fraction": edit(rowsEntry("first", 1), `["æ",1]`, `["æ",1.0]`),
		"a row that is no JSON":    edit(rowsEntry("first", 1), `["æ",1]`, `["æ",1`),
		"a line without an end":    edit(rowsEntry("second", 1), "\n", ""),
		"an empty entry of rows":   with(rows+2, archiveEntry{rowsEntry("first", 3), nil}),
		"a changed value":          edit(rowsEntry("first", 1), "æ", "ø"),
		"too much in one entry":    with(rows+2, archiveEntry{rowsEntry("first", 3), bytes.Repeat([]byte("[\"aaaaaaaaaaaa\",3]\n"), chunkSize/10)}),
		"a document less":          without(files),
		"a document twice":         with(files, good[files]),
		"documents out of order":   swap(files, files+1),
		"a changed document":       edit(filesFolder, "abc", "abd"),
		"a longer document":        edit(filesFolder, "abc", "abcd"),
		"a way out of the folder":  with(files, archiveEntry{filesFolder + "/../" + digest("0"), []byte("x")}),
		"a document's other name":  with(files, archiveEntry{filesFolder + "/t/torg.key", []byte("x")}),
		"an absolute path":         with(files, archiveEntry{"/etc/passwd", []byte("x")}),
		"something unknown":        with(files, archiveEntry{"torg.key", []byte("x")}),
		"rows after the documents": with(len(good)-1, good[rows]),
		"no manifest":              good[:len(good)-1],
		"two manifests":            append(append([]archiveEntry{}, good...), good[len(good)-1]),
		"another's manifest":       edit(manifestName, `"schema": 7`, `"schema": 8`),
		"a manifest of more rows":  edit(manifestName, `"rows": 3`, `"rows": 4`),
	} {
		_, err := readArchive(t.Context(), bytes.NewReader(packed(t, entries)), &recorder{})
		if !errors.Is(err, errDamaged) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestReadArchive_refusesWhatTarAllows(t *testing.T) {
	t.Parallel()
	good := small(t)
	for name, h := range map[string]tar.Header{
		"a link":            {Typeflag: tar.TypeSymlink, Name: documentEntry("t", digest("a")), Linkname: "/etc/passwd"},
		"a folder":          {Typeflag: tar.TypeDir, Name: filesFolder + "/"},
		"a device":          {Typeflag: tar.TypeChar, Name: documentEntry("t", digest("a"))},
		"extended headers":  {Typeflag: tar.TypeReg, Name: documentEntry("t", digest("a")), PAXRecords: map[string]string{"TORG.x": "y"}},
		"a huge document":   {Typeflag: tar.TypeReg, Name: documentEntry("t", digest("a")), Size: maxDocument + 1},
		"a huge table":      {Typeflag: tar.TypeReg, Name: rowsEntry("first", 1), Size: maxChunk + 1},
		"a huge manifest":   {Typeflag: tar.TypeReg, Name: manifestName, Size: maxJSON + 1},
		"huge heads":        {Typeflag: tar.TypeReg, Name: headsEntry(1), Size: maxChunk + 1},
		"a claim of a size": {Typeflag: tar.TypeReg, Name: rowsEntry("first", 1), Size: maxChunk},
	} {
		var out bytes.Buffer
		w := newArchiveWriter(&out, time.Unix(0, 0), nil)
		if err := w.bytes(good[0].name, good[0].text); err != nil {
			t.Fatal(err)
		}
		if err := w.tar.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		// The stream ends here: whoever believes the size waits for bytes that
		// never come.
		_, err := readArchive(t.Context(), &out, &recorder{})
		if !errors.Is(err, errDamaged) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestReadArchive_refusesEveryCut(t *testing.T) {
	t.Parallel()
	whole := packed(t, small(t))
	// A tar ends with two empty blocks after the padding of its last entry, which
	// say nothing; age guards them.
	for n := 0; n < len(whole)-3*512; n += 97 {
		if _, err := readArchive(t.Context(), bytes.NewReader(whole[:n]), &recorder{}); !errors.Is(err, errDamaged) {
			t.Errorf("cut at %d of %d: error %v", n, len(whole), err)
		}
	}
	if _, err := readArchive(t.Context(), bytes.NewReader(append(whole, 0)), &recorder{}); !errors.Is(err, errDamaged) {
		t.Errorf("one byte more: error %v", err)
	}
}

func TestRows_areTheSameAfterwards(t *testing.T) {
	t.Parallel()
	columns := []store.Column{{Name: "t", Type: store.TypeText}, {Name: "n", Type: store.TypeBigint}, {Name: "b", Type: store.TypeBoolean}, {Name: "x", Type: store.TypeBytes}, {Name: "at", Type: store.TypeTime}}
	at := time.Date(2026, 11, 21, 9, 8, 7, 654321000, time.UTC)
	want := [][]any{
		{"Blåbær č \u2028 <&> \"\\\n", int64(-1 << 63), true, []byte{0, 255}, at},
		{"", int64(0), false, []byte{}, at.AddDate(-900, 0, 0)},
		{nil, nil, nil, nil, nil},
	}
	var text []byte
	for _, row := range want {
		var err error
		if text, err = appendRow(text, row); err != nil {
			t.Fatal(err)
		}
	}
	got, err := parseRows(text, columns)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, err := appendRow(nil, []any{1.5}); err == nil {
		t.Error("a fraction was written")
	}
}

func FuzzReadArchive(f *testing.F) {
	whole := packed(f, small(f))
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := readArchive(t.Context(), bytes.NewReader(data), &recorder{})
		if err != nil && !errors.Is(err, errDamaged) {
			t.Errorf("a stream that is no backup gives %v", err)
		}
		if err == nil && len(m.Tables) == 0 {
			t.Error("a backup without tables was taken")
		}
	})
}

func FuzzParseRows(f *testing.F) {
	f.Add([]byte("[\"a\",1,true,\"AAE=\",\"2026-11-21T09:08:07.654321Z\"]\n"))
	f.Add([]byte("[null,null,null,null,null]\n"))
	columns := []store.Column{{Name: "t", Type: store.TypeText}, {Name: "n", Type: store.TypeBigint}, {Name: "b", Type: store.TypeBoolean}, {Name: "x", Type: store.TypeBytes}, {Name: "at", Type: store.TypeTime}}
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := parseRows(text, columns)
		if err != nil {
			return
		}
		var again []byte
		for _, row := range rows {
			if again, err = appendRow(again, row); err != nil {
				t.Fatal(err)
			}
		}
		twice, err := parseRows(again, columns)
		if err != nil || !cmp.Equal(rows, twice) {
			t.Errorf("%q became %q: %v", text, again, err)
		}
		var lines []json.RawMessage
		if json.Unmarshal(again, &lines) != nil && len(rows) == 1 {
			t.Errorf("%q is no JSON", again)
		}
	})
}

// sha is the digest of a text as the manifest writes it.
func sha(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
