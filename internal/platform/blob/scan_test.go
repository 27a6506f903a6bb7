package blob

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// verdicts is a scanner that always says the same.
type verdicts struct {
	say Verdict
	err error
}

func (v verdicts) Scan(context.Context, io.Reader) (Verdict, error) { return v.say, v.err }

func keyOf(err error) string {
	if e := errs.Of(err); e != nil {
		return e.Key
	}
	return ""
}

func TestScan_opensNothingBeforeItIsFoundClean(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.Scanner = verdicts{err: ErrScannerDown}
		d := f.keep(t, f.Ctx, f.put(t, f.Ctx, samplePDF(), PutOptions{}), Owner{Type: "case", ID: "1"})
		steps := []struct {
			scanner Scanner
			want    string
			state   ScanState
		}{
			{verdicts{err: ErrScannerDown}, "blob.scanner_down", Scanning},
			{verdicts{err: errors.New("out of memory")}, "blob.being_scanned", Scanning},
			{verdicts{say: Verdict{State: TooLarge}}, "blob.too_large_to_scan", TooLarge},
			{verdicts{say: Verdict{State: Clean, Flags: Flags("").With(FlagEncrypted)}}, "", Clean},
			{verdicts{say: Verdict{State: Refused}}, "", Clean}, // a verdict stays
		}
		if _, err := f.read(f.Ctx, d.ID); keyOf(err) != "blob.being_scanned" {
			t.Errorf("at first: %v", err)
		}
		for _, s := range steps {
			f.Scanner = s.scanner
			err := f.scan(f.Ctx, d.ID)
			if v := s.scanner.(verdicts); (err == nil) != (v.err == nil) {
				t.Errorf("%+v: scan: %v", v, err)
			}
			_, err = f.read(f.Ctx, d.ID)
			if keyOf(err) != s.want || (err == nil) != (s.want == "") {
				t.Errorf("%+v: open: %v, want %q", s.scanner, err, s.want)
			}
			if now, err := f.Info(f.Ctx, d.ID); err != nil || now.Scan != s.state {
				t.Errorf("%+v: state %s, %v", s.scanner, now.Scan, err)
			}
		}
		if now, err := f.Info(f.Ctx, d.ID); err != nil || !now.Flags.Has(FlagEncrypted) || now.Inline() {
			t.Errorf("what the scanner told is lost: %+v, %v", now, err)
		}
	})
}

func TestScan_withoutScannerAsEver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.Scanner = verdicts{err: ErrScannerDown}
		d := f.keep(t, f.Ctx, f.put(t, f.Ctx, samplePDF(), PutOptions{}), Owner{Type: "case", ID: "1"})
		f.Scanner = nil // the operator has done without
		if _, err := f.read(f.Ctx, d.ID); err != nil {
			t.Errorf("open: %v", err)
		}
		if err := f.scan(f.Ctx, d.ID); err != nil {
			t.Errorf("scan: %v", err)
		}
	})
}

func TestOnRefused_isToldOnceInTheSameTransaction(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.Scanner = verdicts{say: Verdict{State: Refused, Finding: "Test"}}
		draft, now := Owner{Type: "draft", ID: "d", Person: "p"}, Owner{Type: "case", ID: "c", Person: "p"}
		d := f.keep(t, f.Ctx, f.put(t, f.Ctx, samplePDF(), PutOptions{Name: "hei.pdf"}), draft)
		broken := errors.New("no room")
		var fail atomic.Bool
		var told []Refusal
		f.OnRefused(func(ctx context.Context, tx *store.Tx, r Refusal) error {
			if fail.Load() {
				return broken
			}
			told = append(told, r)
			return f.Move(ctx, tx, r.Document.ID, now) // it may use the transaction
		})
		fail.Store(true)
		if err := f.scan(f.Ctx, d.ID); !errors.Is(err, broken) {
			t.Errorf("error = %v", err)
		}
		if info, err := f.Info(f.Ctx, d.ID); err != nil || info.Scan != Scanning {
			t.Errorf("recorded without being told: %s, %v", info.Scan, err)
		}
		fail.Store(false)
		for range 2 {
			if err := f.scan(f.Ctx, d.ID); err != nil {
				t.Fatal(err)
			}
		}
		d.Scan = Refused
		if diff := cmp.Diff([]Refusal{{Document: d, Finding: "Test"}}, told); diff != "" {
			t.Error(diff)
		}
		if info, err := f.Info(f.Ctx, d.ID); err != nil || info.Owner != now || info.Scan != Refused {
			t.Errorf("afterwards %+v, %v", info, err)
		}
	})
}

func TestOnRefused_isNotToldOfARemovedDocument(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.Scanner = verdicts{say: Verdict{State: Refused}}
		f.OnRefused(func(context.Context, *store.Tx, Refusal) error { return errors.New("told of nothing") })
		d := f.keep(t, f.Ctx, f.put(t, f.Ctx, samplePDF(), PutOptions{}), Owner{Type: "case", ID: "1"})
		err := f.Env.DB.Write(f.Ctx, func(ctx context.Context, tx *store.Tx) error { return f.Remove(ctx, tx, d.ID) })
		if err != nil {
			t.Fatal(err)
		}
		if err := f.record(f.Ctx, d, Verdict{State: Refused}); err != nil {
			t.Error(err)
		}
	})
}

func TestNotices_tellEachReaderWhatConcernsHim(t *testing.T) {
	t.Parallel()
	keys := func(d Document, staff bool) (list []string) {
		for _, n := range d.Notices(staff) {
			list = append(list, n.Key)
		}
		return list
	}
	for name, c := range map[string]struct {
		d            Document
		staff, party []string
	}{
		"clean":     {Document{Scan: Clean}, nil, nil},
		"unscanned": {Document{Scan: Unscanned}, []string{"blob.state.unscanned"}, nil},
		"waiting":   {Document{Scan: Scanning}, []string{"blob.state.scanning"}, []string{"blob.state.scanning"}},
		"refused":   {Document{Scan: Refused}, []string{"blob.state.refused"}, []string{"blob.state.refused"}},
		"too large": {Document{Scan: TooLarge}, []string{"blob.state.too_large"}, []string{"blob.state.too_large"}},
		"risky": {
			Document{Scan: Clean, Flags: "active encrypted mismatch position"},
			[]string{"blob.flag.active", "blob.flag.encrypted", "blob.flag.mismatch"},
			[]string{"blob.flag.active", "blob.flag.encrypted", "blob.flag.position"},
		},
		"place removed": {Document{Scan: Clean, Flags: "position_removed"}, nil, []string{"blob.flag.position_removed"}},
	} {
		if diff := cmp.Diff(c.staff, keys(c.d, true)); diff != "" {
			t.Errorf("%s, staff:\n%s", name, diff)
		}
		if diff := cmp.Diff(c.party, keys(c.d, false)); diff != "" {
			t.Errorf("%s, party:\n%s", name, diff)
		}
	}
}

func TestFlags_areASet(t *testing.T) {
	t.Parallel()
	f := Flags("").With(FlagPosition, FlagActive).With(FlagActive)
	if f != "active position" || !f.Has(FlagActive) || f.Has(FlagEncrypted) || f.Has("") {
		t.Errorf("flags %q", f)
	}
	if !slices.Equal(f.List(), []Flag{FlagActive, FlagPosition}) || Flags("").List() != nil {
		t.Errorf("list %v", f.List())
	}
}

func TestInline_neverShowsWhatIsActive(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		d    Document
		want bool
	}{
		{Document{MediaType: PDF}, true},
		{Document{MediaType: PDF, Flags: "active"}, false},
		{Document{MediaType: PDF, Flags: "encrypted"}, false},
		{Document{MediaType: PDF, Flags: "mismatch"}, true},
		{Document{MediaType: JPEG, Flags: "position"}, true},
		{Document{MediaType: DOCX}, false},
	} {
		if c.d.Inline() != c.want {
			t.Errorf("%+v: inline is %v", c.d, !c.want)
		}
	}
}
