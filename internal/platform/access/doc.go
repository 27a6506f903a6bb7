// Package access decides who may do what.
//
// The rules are Cedar policies in .cedar files that a lawyer can read: each has
// a name and a comment that says what it allows and by which law. Everything is
// denied unless a policy permits it, and every service method asks Check first.
// Three things differ from plain Cedar. The tenant is checked here, before any
// policy. A policy that cannot be evaluated is a denial, whereas Cedar alone
// skips it, and so would skip an erring forbid. And an actor who may not even
// read a thing is told that it does not exist.
//
// A list asks Scope, which turns the answer of the same policies into SQL. It
// does not translate policies: it asks them about every kind of row there can be
// (own department or not, own case or not, assigned or not, protected or not)
// and writes down for which kinds they said yes. So a list shows exactly what
// Check would allow, whatever the policies say; a policy that looks at anything
// else cannot be used for lists, and Scope says so.
//
// The package also keeps the roles people hold (tildelte roller), who stands in
// for whom (stedfortreder), the API tokens, and the one-time invitation that
// gives a municipality its first administrator.
//
// It knows no municipal service: services hand in their permissions and policies.
package access
