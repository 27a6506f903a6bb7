// Package web is the edge between browsers and services.
//
// A Site holds the routes of every module. A route cannot be registered without
// the permission it needs, and a public one says so. For each request the Site
// finds the tenant by its host, the person by the session, the language, keeps
// the limits and the security headers, and turns the error that a handler
// returns into a page in the reader's language. Internal text is never shown.
//
// Under /api the same mux serves the JSON operations by huma, with bearer tokens and
// problem documents (RFC 9457). A route registered with Data is both: a page to
// people and data to programs, which may bring a token.
package web
