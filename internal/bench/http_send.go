package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// question is one request.
type question struct {
	name         string // under which it is counted
	method, path string
	token        string     // of a machine
	session      string     // of a person with a browser
	json         any        // what a machine sends
	form         url.Values // what a person sends
}

// answer is what came back.
type answer struct {
	status   int
	location string
	body     []byte
	retry    string // Retry-After
}

const maxAnswer = 4 << 20

// ask makes one request and counts how long it took; told to wait it does so and asks
// again, as a client must: else a life begun would be left with its case open. What
// ends because the time is up is not counted.
func (r *run) ask(ctx context.Context, t Tenant, q question) (answer, bool) {
	for {
		a, took, err := r.once(ctx, t, q)
		switch {
		case ctx.Err() != nil:
			return a, false
		case err == nil && a.status == http.StatusTooManyRequests && a.retry != "":
			r.turnedAway(ctx, q, a)
			continue
		case err != nil:
			r.failed(q.name, "no answer", err.Error())
			return a, false
		case a.status >= http.StatusBadRequest:
			r.failed(q.name, strconv.Itoa(a.status), fmt.Sprintf("status %d: %s", a.status, a.body[:min(len(a.body), 400)]))
			return a, false
		}
		r.window.add(took)
		if r.counted.Load() {
			r.times[q.name].add(took)
		}
		return a, true
	}
}

func (r *run) once(ctx context.Context, t Tenant, q question) (answer, time.Duration, error) {
	if q.session != "" {
		wait(ctx, r.think)
	}
	began := clock.System{}.Now()
	a, err := r.send(ctx, t, q)
	return a, clock.System{}.Now().Sub(began), err
}

// turnedAway waits as it was told.
func (r *run) turnedAway(ctx context.Context, q question, a answer) {
	r.window.turnAway()
	if r.counted.Load() {
		r.times[q.name].turnAway()
	}
	seconds, err := strconv.Atoi(a.retry)
	if err != nil || seconds < 1 {
		r.failed(q.name, "Retry-After", "Retry-After: "+a.retry)
		seconds = 1
	}
	wait(ctx, time.Duration(seconds)*time.Second)
}

// failed counts also what fails before the counting begins: an error is never warm-up.
func (r *run) failed(name, why, example string) {
	r.times[name].fail(why)
	example = name + ": " + example
	r.example.CompareAndSwap(nil, &example)
}

func (r *run) send(ctx context.Context, t Tenant, q question) (a answer, err error) {
	req, err := q.request(ctx, t)
	if err != nil {
		return a, err
	}
	res, err := r.client.Do(req)
	if err != nil {
		return a, fmt.Errorf("bench: send: %w", err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	a = answer{status: res.StatusCode, location: res.Header.Get("Location"), retry: res.Header.Get("Retry-After")}
	if a.body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer)); err != nil {
		return a, fmt.Errorf("bench: receive: %w", err)
	}
	return a, nil
}

func (q question) request(ctx context.Context, t Tenant) (*http.Request, error) {
	var content io.Reader
	media := "application/json"
	switch {
	case q.json != nil:
		text, err := json.Marshal(q.json)
		if err != nil {
			return nil, fmt.Errorf("bench: write request: %w", err)
		}
		content = bytes.NewReader(text)
	case q.form != nil:
		content, media = strings.NewReader(q.form.Encode()), "application/x-www-form-urlencoded"
	}
	req, err := http.NewRequestWithContext(ctx, q.method, "http://"+t.Host+q.path, content)
	if err != nil {
		return nil, fmt.Errorf("bench: make request: %w", err)
	}
	if content != nil {
		req.Header.Set("Content-Type", media)
	}
	if q.token != "" {
		req.Header.Set("Authorization", "Bearer "+q.token)
	}
	if q.session != "" {
		req.AddCookie(&http.Cookie{Name: sessionCookie, Value: q.session}) //nolint:gosec // a request's cookie has no attributes
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return req, nil
}

// sessionCookie is the name of the cookie of a site that is not served over https.
const sessionCookie = "torg"
