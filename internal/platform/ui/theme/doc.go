// Package theme turns a municipality's colour into Designsystemet's colour
// tokens.
//
// Designsystemet wants sixteen tokens per colour and colour scheme, each with a
// fixed luminance, so that any two of them have a known contrast whatever the
// hue. Ramp follows the published algorithm of the npm tool
// (@digdir/designsystemet, compared in the tests) in Go, so that a municipality
// gets its colour the moment it is set, without a build. The tool leaves the
// solid colours to the one who chooses; Floored moves them where text on them,
// or they themselves on the page, would be too faint (WCAG 2.2, 1.4.3 and
// 1.4.11).
//
// Sheet is the stylesheet, the same bytes for the same colour, with a hash of
// its content for its address. Themes keeps the sheets and serves them.
package theme
