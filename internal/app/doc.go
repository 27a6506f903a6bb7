// Package app puts Torg together: it reads the configuration, wires the floors
// and the services, and starts and stops them. It knows everybody and nobody
// knows it.
package app
