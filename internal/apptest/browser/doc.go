// Package browser drives a real Chromium for the tests of pages.
//
// A test asks for a page and then does what a person does: it finds things by
// their role and accessible name, as a screen reader announces them, clicks
// where they are drawn, types on the keyboard. An element that has no name, or
// that something covers, cannot be used; such a test fails as the person would.
//
// One browser serves a test binary, and every page has a profile of its own.
// The page fails its test when the browser reports an error on the console, a
// script error, a refused resource or a broken content security policy. Axe
// checks against WCAG 2.2 A and AA.
//
// Chromium ends with the test binary, even when that is killed, and takes its
// profile folder along. A missing Chromium fails the test; it never skips.
package browser
