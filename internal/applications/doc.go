// Package applications lets people apply (søke): it begins a form, keeps what is
// typed while it is typed, on any device, shows a summary, and hands what is
// sent over to package cases.
//
// A draft (utkast) belongs to whoever writes it and stays on the version of the form
// it began with. Sending is one transaction: the submission, the case, its
// number, the journal entry, the receipt and the notice to the department stand
// together or not at all, and sending twice finds the first case.
package applications
