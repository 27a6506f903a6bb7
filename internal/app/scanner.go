package app

import (
	"context"
	"net/http"
	"time"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/scan"
)

// signaturesOld is when the scanner's signatures are too old to be trusted: ClamAV
// publishes new ones every day.
const signaturesOld = 7 * 24 * time.Hour

// scannerLook is how long the readiness probe waits for the scanner.
const scannerLook = time.Second

// scanner is the scanner of the settings; nil when there is none.
func (c Config) scanner() (*scan.Clamd, error) {
	address := c.Get("TORG_CLAMD")
	if address == "" {
		return nil, nil //nolint:nilnil // an installation may do without
	}
	return scan.NewClamd(address)
}

// withScanner gives the documents their scanner, if there is one.
func (a *App) withScanner(c blob.Config) (blob.Config, error) {
	clamd, err := a.Config.scanner()
	if clamd != nil {
		c.Scanner = clamd
	}
	return c, err
}

// scannerState is what the readiness probe tells of a scanner that is down. Without it files
// wait and all else goes on, so that the process is ready all the same.
func (a *App) scannerState(r *http.Request) string {
	clamd, err := a.Config.scanner()
	if err != nil || clamd == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(r.Context(), scannerLook)
	defer cancel()
	if err := clamd.Ping(ctx); err != nil {
		return "\ndegraded: the scanner does not answer; uploaded files wait"
	}
	return ""
}

// scanner asks clamd for its version and how old its signatures are.
func (d *doctor) scanner(ctx context.Context) {
	clamd, err := d.config.scanner()
	if err != nil {
		d.add(Fail, "scanner_address", "reason", err.Error())
		return
	}
	if clamd == nil {
		d.add(Warn, "scanner_none")
		return
	}
	v, err := clamd.Version(ctx)
	switch {
	case err != nil:
		d.add(Fail, "scanner_unreachable", "reason", err.Error())
	case v.Made.IsZero():
		d.add(Warn, "scanner_no_signatures", "version", v.Engine)
	case d.clock.Now().Sub(v.Made) > signaturesOld:
		d.add(Warn, "scanner_old", "version", v.Engine, "days", int(d.clock.Now().Sub(v.Made)/(24*time.Hour)))
	default:
		d.add(Fine, "scanner", "version", v.Engine, "signatures", v.Signatures)
	}
}
