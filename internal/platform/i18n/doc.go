// Package i18n speaks to people in the language form they use.
//
// Texts are messages in TOML files that lie with their module
// (messages/nb.toml, nn.toml, en.toml), loaded into one Bundle. A language that
// lacks a message falls back along a chain (nn and nb to each other, se and en
// to nb), never to a key where a text exists. Norwegian municipalities answer in the
// language form a person wrote in (målform; lov om språk § 15).
package i18n
