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
	Residents     []Resident // who are logged in
	Worker        string     // secret of a case worker's session
}

// Resident is a parent who is logged in, and her child.
type Resident struct {
	Session string // secret of the cookie
	Child   string // person id
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
	Think   time.Duration // that a person lets pass before each request
	First   int           // which life comes first; each family has one offer
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

// The requests of people with a browser: residents who fill in a form and send it,
// and those who only look.
const (
	Page       = "page"        // a page of the form is shown
	Save       = "save"        // a page of the form is saved
	Send       = "send"        // the application is sent
	Withdraw   = "withdraw"    // and taken back, so that the child may have another
	WorkList   = "work list"   // the open cases of a department
	WorkSearch = "work search" // those of a name
	MyCases    = "my cases"    // a resident's own page
)

// Filling returns the names of a resident's requests, in order.
func Filling() []string { return []string{Page, Save, Send} }

// Looking returns the names of the requests of those who only look.
func Looking() []string { return []string{WorkList, WorkSearch, MyCases} }
