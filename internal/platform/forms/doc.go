// Package forms asks people for what a municipality needs to know.
//
// A Definition is an immutable JSON document with a key, a version and a
// digest: pages of fields, texts in every offered language, and conditions and
// calculations as small JSON trees (Expr). Parse refuses a definition that
// cannot work, so that a person never meets it. From the definition comes a
// JSON Schema (draft 2020-12) for the answers.
//
// The engine is pure: Decode turns a form post into Answers, Resolve decides
// what is asked and computes what is calculated, Validate says what is wrong,
// View and Summarise give what a template needs. It makes no HTML. Browsers
// evaluate the same expressions with frontend/src/conditions.ts; one table,
// testdata/conditions.json, holds both to the same results.
//
// The Service keeps definitions, drafts and submissions. A draft is saved page
// by page, stays on the version it began with, and is encrypted with the
// tenant's keys. The calling service opens the transaction and decides who may
// do what; forms knows no permissions and no municipal service. People are
// asked for no more than the definition says (personvernforordningen article 5
// no. 1 c), and answers to questions that a condition hides are not submitted.
package forms
