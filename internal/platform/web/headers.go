package web

import (
	"net/http"
	"strings"
)

// secureHeaders forbids what no page of ours needs. Pages load scripts, styles
// and fonts from their own host only; Designsystemet's icons are data images.
func secureHeaders(h http.Header, d Deps) {
	h.Set("Content-Security-Policy", policy("'none'", d.FormTargets, ""))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(self), payment=(), usb=()")
	h.Set("Cache-Control", "private, no-store")
	if d.Secure {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
}

// AllowPictures lets the page fetch pictures from one other host, such as the tiles of
// an outside base map that the municipality has chosen. origin is scheme and host.
func AllowPictures(w http.ResponseWriter, r *http.Request, origin string) {
	w.Header().Set("Content-Security-Policy", policy("'none'", visitOf(r.Context()).site.deps.FormTargets, " "+origin))
}

// policy is the content security policy; pictures is a space and the host that they
// may come from besides ours.
func policy(frameAncestors string, formTargets []string, pictures string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:" + pictures, "font-src 'self'",
		"connect-src 'self'" + pictures, "worker-src 'self'", "manifest-src 'self'", "base-uri 'none'",
		"form-action " + strings.Join(append([]string{"'self'"}, formTargets...), " "),
		"frame-ancestors " + frameAncestors,
	}, "; ")
}

// AllowFraming lets ID-porten show the page in its log-out, where it ends the
// session by a frame (front-channel logout).
func AllowFraming(w http.ResponseWriter, r *http.Request, ancestor string) {
	d := visitOf(r.Context()).site.deps
	w.Header().Set("Content-Security-Policy", policy(ancestor, d.FormTargets, ""))
	w.Header().Del("X-Frame-Options")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
}
