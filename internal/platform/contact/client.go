package contact

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// Tokens gives access tokens; Maskinporten does.
type Tokens interface {
	// Token returns a token to act for an organisation with, "" for one's own.
	Token(ctx context.Context, consumerOrg string) (string, error)
	// Forget drops a token that was refused.
	Forget(consumerOrg string)
}

// Client asks the register.
type Client struct {
	address  string
	http     *http.Client
	tokens   Tokens
	consumer func(ctx context.Context) string
}

// NewClient returns a client of the register at an address
// ("https://kontaktregisteret.no"). consumer tells the organisation number of
// the municipality of a context, when the installation acts for several; nil
// when it acts for itself.
func NewClient(address string, h *http.Client, tokens Tokens, consumer func(ctx context.Context) string) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("contact: the register's address is not written https://host")
	}
	if consumer == nil {
		consumer = func(context.Context) string { return "" }
	}
	return &Client{address: strings.TrimSuffix(address, "/") + "/rest/v2/personer", http: h, tokens: tokens, consumer: consumer}, nil
}

// Lookup asks about 1 to 1,000 persons. A token that has been withdrawn is
// replaced once.
func (c *Client) Lookup(ctx context.Context, numbers []pid.PID) (map[pid.PID]Record, error) {
	if len(numbers) == 0 || len(numbers) > MaxBatch {
		return nil, fmt.Errorf("contact: %d persons in one call", len(numbers))
	}
	body, err := question(numbers)
	if err != nil {
		return nil, err
	}
	consumer := c.consumer(ctx)
	for again := true; ; again = false {
		token, err := c.tokens.Token(ctx, consumer)
		if err != nil {
			return nil, err
		}
		records, status, err := c.ask(ctx, token, body, numbers)
		if status != http.StatusUnauthorized || !again {
			return records, err
		}
		c.tokens.Forget(consumer)
	}
}

// question writes the request. The numbers hide themselves from every encoder,
// so they are taken out here and nowhere else.
func question(numbers []pid.PID) ([]byte, error) {
	q := struct {
		Persons []string `json:"personidentifikatorer"`
	}{make([]string, 0, len(numbers))}
	for _, n := range numbers {
		q.Persons = append(q.Persons, n.Digits())
	}
	body, err := json.Marshal(q)
	if err != nil {
		return nil, fmt.Errorf("contact: write question: %w", err)
	}
	return body, nil
}

func (c *Client) ask(ctx context.Context, token string, body []byte, numbers []pid.PID) (records map[pid.PID]Record, status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address, bytes.NewReader(body))
	if err != nil {
		return nil, 0, fmt.Errorf("contact: question: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return nil, 0, fmt.Errorf("contact: ask the register: %w", err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		// What stands in a refusal may quote the numbers.
		_, _ = io.CopyN(io.Discard, response.Body, 1<<16)
		return nil, response.StatusCode, fmt.Errorf("contact: the register answered %d", response.StatusCode)
	}
	records, err = Decode(response.Body, numbers)
	return records, response.StatusCode, err
}
