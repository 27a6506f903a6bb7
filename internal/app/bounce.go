package app

import (
	"context"
	"crypto/subtle"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify/dsn"
)

// maxReturned is how much of a returned mail is taken in at all. What a mail
// server sends beyond it is of no interest, but must be taken off its hands.
const maxReturned = 64 << 20

// bounceRetry is when a mail server brings a mail again that could not be taken.
const bounceRetry = "60"

// TakeBounce reads a mail that came back and takes the next way for the message
// it tells of, whichever municipality it is of. It is false for a mail that tells
// of none: an answer of a person, or what is not ours.
func (a *App) TakeBounce(ctx context.Context, mail io.Reader) (bool, error) {
	mail = io.LimitReader(mail, maxReturned)
	report, err := dsn.Parse(mail)
	_, _ = io.Copy(io.Discard, mail) // so that the sender does not stumble over a pipe that breaks
	if err != nil {
		return false, nil //nolint:nilerr // no report of ours
	}
	for _, t := range a.Directory.All() {
		ctx, err := a.Directory.Bind(ctx, t.ID)
		if err != nil {
			return false, err
		}
		found, err := a.Notify.TakeBounce(identity.AsSystem(ctx, "notify.bounce"), report)
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// hookMail takes a returned mail that a mail server posts: 204 when it is taken,
// also when it tells of nothing that is ours; 401 without the token, 404 when no
// token is set; 503 when it is to be brought again.
func (a *App) hookMail(w http.ResponseWriter, r *http.Request) {
	token := a.Config.Get("TORG_BOUNCE_TOKEN")
	given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case token == "":
		plain(w, http.StatusNotFound, "not found")
	case subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1:
		w.Header().Set("WWW-Authenticate", "Bearer")
		plain(w, http.StatusUnauthorized, "unauthorized")
	default:
		found, err := a.TakeBounce(r.Context(), http.MaxBytesReader(w, r.Body, maxReturned))
		if err != nil {
			a.Log.WarnContext(r.Context(), "a returned mail could not be taken", slog.Any("error", err))
			w.Header().Set("Retry-After", bounceRetry)
			plain(w, http.StatusServiceUnavailable, "again")
			return
		}
		a.Log.InfoContext(r.Context(), "a returned mail was taken", slog.Bool("ours", found))
		w.WriteHeader(http.StatusNoContent)
	}
}
