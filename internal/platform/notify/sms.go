package notify

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
)

// Text is an SMS made ready for a carrier.
type Text struct {
	Key  string // the same at every attempt, by which the carrier knows it
	To   string // +4791234567
	From string // whose name the phone shows, where that is possible
	Body string
	// Receipt is where the carrier tells what became of it; "" when nowhere.
	Receipt string
}

// TextCarrier takes SMS to people.
type TextCarrier interface {
	// Text hands a message over. The error explains every outcome but Taken to
	// the log; it holds no number.
	Text(ctx context.Context, t *Text) (Answer, error)
}

// Gateway is a TextCarrier: an SMS gateway over HTTP. Its contract is small, so
// that any provider's interface can be put behind it:
//
//	POST {address}
//	Authorization: Bearer {token}
//	Idempotency-Key: {key}
//	Content-Type: application/json
//
//	{"id": key, "to": "+4791234567", "from": "Vestby", "text": "…", "receipt": "https://vestby.torg.example/hooks/sms"}
//
// 200, 201 and 202 mean that the gateway answers for the message now; a key it
// has seen before gets the same answer and no second message. 400, 404, 410, 413
// and 422 refuse the message for good, 401 and 403 refuse us, 429 asks to come
// again, and everything else counts as an outage. What became of the message is
// told by a receipt to the address given, as HookReceipt describes.
type Gateway struct {
	address, token string
	http           *http.Client
}

const (
	gatewayTimeout = 20 * time.Second
	maxSender      = 11 // of letters, GSM 03.40 section 9.1.2.5
)

// NewGateway returns a carrier over a gateway at an address (https://…), or
// http://… on the machine itself. Without a client it makes its own.
func NewGateway(address, token string, h *http.Client) (*Gateway, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return nil, errors.New("notify: the SMS gateway's address is not written https://host/path")
	}
	if token == "" {
		return nil, errors.New("notify: the SMS gateway's token is missing")
	}
	if h == nil {
		h = &http.Client{Timeout: gatewayTimeout}
	}
	return &Gateway{address: address, token: token, http: h}, nil
}

// gatewayBody is the request's JSON.
type gatewayBody struct {
	ID   string `json:"id"`
	To   string `json:"to"`
	From string `json:"from"`
	Text string `json:"text"`
	// Receipt is left out when nobody wants to know.
	Receipt string `json:"receipt,omitempty"`
}

// Text implements TextCarrier.
func (g *Gateway) Text(ctx context.Context, t *Text) (answer Answer, err error) {
	body, err := json.Marshal(gatewayBody{ID: t.Key, To: t.To, From: senderName(t.From), Text: t.Body, Receipt: t.Receipt})
	if err != nil {
		return Answer{Outcome: NotEver, Code: "json"}, fmt.Errorf("notify: write SMS: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, g.address, bytes.NewReader(body))
	if err != nil {
		return Answer{Outcome: NoAccess, Code: "address"}, errors.New("notify: the SMS gateway's address")
	}
	request.Header.Set("Authorization", "Bearer "+g.token)
	request.Header.Set("Idempotency-Key", t.Key)
	request.Header.Set("Content-Type", "application/json")
	response, err := g.http.Do(request)
	if err != nil {
		// The error may name the address with its query.
		return Answer{Outcome: Unsure, Code: codeConnect}, errors.New("notify: the SMS gateway does not answer")
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	_, _ = io.CopyN(io.Discard, response.Body, 1<<16) // so that the connection is kept; its texts repeat the number
	if answer = judge(response.StatusCode); answer.Outcome == Taken {
		return answer, nil
	}
	return answer, errors.New("notify: the SMS gateway answered " + answer.Code)
}

// judge reads a status.
func judge(status int) Answer {
	code := strconv.Itoa(status)
	switch status {
	case http.StatusOK, http.StatusCreated, http.StatusAccepted:
		return Answer{Taken, code}
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return Answer{NotEver, code}
	case http.StatusUnauthorized, http.StatusForbidden:
		return Answer{NoAccess, code}
	case http.StatusTooManyRequests:
		return Answer{NotNow, code}
	}
	return Answer{Unsure, codeConnect + " " + code}
}

// senderName shortens a name to what a phone shows, at a word where that leaves
// enough: "Vestby kommune" becomes "Vestby".
func senderName(name string) string {
	runes := []rune(oneLine(name))
	if len(runes) <= maxSender {
		return string(runes)
	}
	cut := string(runes[:maxSender+1])
	if i := strings.LastIndexByte(cut, ' '); i >= 3 {
		return cut[:i]
	}
	return string(runes[:maxSender])
}

// number writes a phone number as E.164; what is no number stays as it is, and
// the gateway refuses it. Numbers without a country are Norwegian.
func number(text string) string {
	digits := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(text)
	switch {
	case strings.HasPrefix(digits, "+"):
		return digits
	case strings.HasPrefix(digits, "00"):
		return "+" + digits[2:]
	case len(digits) == 8:
		return "+47" + digits
	}
	return digits
}
