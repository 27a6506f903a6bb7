package demo

import (
	"bytes"
	"io"
	"net/http"
	"time"
)

// inside returns a client for the demonstration's own hosts that asks them in the
// process, so that they answer before the server listens.
func (d *Demo) inside() *http.Client {
	return &http.Client{Transport: within{d}, Timeout: 10 * time.Second}
}

// within is a transport that hands requests to the portal's handlers.
type within struct{ demo *Demo }

// RoundTrip implements http.RoundTripper.
func (t within) RoundTrip(r *http.Request) (*http.Response, error) {
	handler, ours := t.demo.Portal(r.URL.Host)
	if !ours {
		return http.DefaultTransport.RoundTrip(r)
	}
	asked := r.Clone(r.Context())
	asked.Host, asked.RequestURI = r.URL.Host, r.URL.RequestURI()
	if asked.Body == nil {
		asked.Body = http.NoBody
	}
	w := &answer{header: http.Header{}, status: http.StatusOK}
	handler.ServeHTTP(w, asked)
	return &http.Response{
		StatusCode: w.status, Status: http.StatusText(w.status), Proto: r.Proto, ProtoMajor: 1, ProtoMinor: 1, Header: w.header,
		Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}, nil
}

// answer is what a handler wrote.
type answer struct {
	header http.Header
	body   bytes.Buffer
	status int
	sent   bool
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if !a.sent {
		a.status, a.sent = status, true
	}
}

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) {
	a.sent = true
	return a.body.Write(b)
}
