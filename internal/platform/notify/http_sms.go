package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/web"
)

const (
	hookPath   = "/hooks/sms"
	maxReceipt = 4 << 10
	maxSkew    = 5 * time.Minute
	maxCode    = 40
)

// HookReceipt is what a gateway posts to /hooks/sms of the municipality's own
// host when it knows what became of a message:
//
//	{"id": key, "status": "delivered" | "undelivered" | "expired" | "rejected", "code": "…"}
//
// It proves that it is the gateway by the token that we show it, either as
// Authorization: Bearer {token}, or without sending it, by
//
//	Torg-Timestamp: {seconds since 1970, at most five minutes off}
//	Torg-Signature: sha256={hex of HMAC-SHA-256 with the token over "{timestamp}.{body}"}
//
// The answer is 204, also to the same receipt again; 401 without proof, 404 for
// a key that is not ours, 422 for what is no receipt. The gateway tries again on
// everything else.
type HookReceipt struct {
	ID     string  `json:"id"`
	Status Arrival `json:"status"`
	Code   string  `json:"code"`
}

// hooks registers what machines call.
func (s *Service) hooks(r *web.Routes) {
	r.Form("POST "+hookPath, access.Public, s.hookSMS)
}

func (s *Service) hookSMS(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxReceipt+1))
	if err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	if !s.fromGateway(r.Header, body) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		w.WriteHeader(http.StatusUnauthorized)
		return nil
	}
	receipt, err := parseReceipt(body)
	if err != nil {
		return errs.Invalid("errs.invalid_input").Because(err)
	}
	ctx := identity.AsSystem(r.Context(), "notify.sms")
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return err
	}
	if err := s.Receive(ctx, receipt.ID, receipt.Status, receipt.Code); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// fromGateway checks a request's proof, in constant time.
func (s *Service) fromGateway(h http.Header, body []byte) bool {
	if s.SMSToken == "" || len(body) > maxReceipt {
		return false
	}
	if scheme, token, ok := strings.Cut(h.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return hmac.Equal([]byte(strings.TrimSpace(token)), []byte(s.SMSToken))
	}
	stamp := h.Get("Torg-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || s.DB.Clock().Now().Sub(time.Unix(seconds, 0)).Abs() > maxSkew {
		return false
	}
	return hmac.Equal([]byte(h.Get("Torg-Signature")), []byte(SignReceipt(s.SMSToken, stamp, body)))
}

// SignReceipt is the Torg-Signature of a receipt, for those who write gateways.
func SignReceipt(token, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(token))
	_, _ = mac.Write([]byte(timestamp + ".")) // a hash takes everything
	_, _ = mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// parseReceipt reads a receipt strictly. The code is cut to what a code is, so
// that no text of a stranger reaches a page.
func parseReceipt(body []byte) (HookReceipt, error) {
	var r HookReceipt
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	if err := decoder.Decode(&r); err != nil {
		return HookReceipt{}, errors.New("notify: a receipt that is no JSON")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return HookReceipt{}, errors.New("notify: more than a receipt")
	}
	if !ids.Valid(r.ID) || !r.Status.valid() {
		return HookReceipt{}, errors.New("notify: a receipt without a key or status")
	}
	r.Code = strings.Map(codeRune, r.Code)
	r.Code = r.Code[:min(len(r.Code), maxCode)]
	return r, nil
}

// codeRune keeps what codes are written with.
func codeRune(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '.' || r == '_' || r == '-' || r == ' ' {
		return r
	}
	return -1
}
