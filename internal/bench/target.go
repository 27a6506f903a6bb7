package bench

import "time"

// Target is a server that is ready to be measured.
type Target struct {
	Address string // 127.0.0.1:40123
	Tenants []Tenant
}

// Tenant is a test municipality on it.
type Tenant struct {
	ID            string // internal key, for Preload
	Host          string // by which it is reached
	Token         string // with the permissions Scopes names
	Kindergartens []string
	Families      []Family
}

// Scopes are the permissions that a client's token needs.
func Scopes() []string {
	return []string{"application.register", "case.read", "case.list", "case.assign", "case.decide"}
}

// Options says how hard to press.
type Options struct {
	Clients int           // at the same time
	For     time.Duration // how long
	Warm    time.Duration // before anything is counted
}

// The requests of a life cycle, in order.
const (
	Register = "register"
	Assign   = "assign"
	Decide   = "decide"
	Search   = "search"
)

// Requests returns their names in order.
func Requests() []string { return []string{Register, Assign, Decide, Search} }
