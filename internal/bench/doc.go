// Package bench measures how many cases a running Torg takes. Its clients speak
// the JSON API over HTTP, each with one connection, and live through a case's
// life over and over: an application is registered, a case worker takes it,
// decides it, and finds it by the child's name.
//
// It knows nothing of how the server was started; internal/app/command does that
// and gives it addresses, tokens and people who exist.
package bench
