package app

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/scan/scantest"
)

// scannerFinding is what the doctor says of a scanner at an address.
func scannerFinding(t *testing.T, address string) []string {
	t.Helper()
	d := &doctor{config: Config{values: map[string]string{"TORG_CLAMD": address}}, clock: clock.System{}}
	d.scanner(t.Context())
	var lines []string
	for _, f := range d.findings {
		lines = append(lines, string(f.Level)+" "+strings.TrimPrefix(f.Key, "app.doctor."))
	}
	return lines
}

// signatures is where something answers as a clamd does whose signatures were
// made at an instant.
func signatures(t *testing.T, made time.Time) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = bufio.NewReader(conn).ReadString(0)
			_, _ = io.WriteString(conn, "ClamAV 1.4.6/27450/"+made.UTC().Format(time.ANSIC)+"\x00")
			_ = conn.Close()
		}
	}()
	return "tcp://" + l.Addr().String()
}

func TestDoctor_looksAtTheScanner(t *testing.T) {
	t.Parallel()
	running, gone := scantest.Start(t), scantest.New(t)
	for address, want := range map[string]string{
		"":                     "warn scanner_none",
		"clamav":               "fail scanner_address",
		gone.Address("unix"):   "fail scanner_unreachable",
		gone.Address("tcp"):    "fail scanner_unreachable",
		running.Address("tcp"): "warn scanner_no_signatures", // ours has only its own
		signatures(t, time.Now().AddDate(0, 0, -1)):  "ok scanner",
		signatures(t, time.Now().AddDate(0, 0, -30)): "warn scanner_old",
	} {
		if diff := cmp.Diff([]string{want}, scannerFinding(t, address)); diff != "" {
			t.Errorf("%q:\n%s", address, diff)
		}
	}
}

func TestScannerState_tellsOfAScannerThatIsDown(t *testing.T) {
	t.Parallel()
	daemon := scantest.New(t)
	a := &App{Config: Config{values: map[string]string{"TORG_CLAMD": daemon.Address("unix")}}}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", http.NoBody)
	began := time.Now()
	if got := a.scannerState(r); !strings.Contains(got, "uploaded files wait") {
		t.Errorf("down: %q", got)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the probe waited %v", took)
	}
	daemon.Run()
	if got := a.scannerState(r); got != "" {
		t.Errorf("up: %q", got)
	}
	a.Config.values["TORG_CLAMD"] = ""
	if got := a.scannerState(r); got != "" {
		t.Errorf("without a scanner: %q", got)
	}
}
