// Package fakesms plays an SMS gateway in the demonstration and in tests. It
// speaks the contract of notify.Gateway: idempotency keys, refusals and receipts
// that it proves by signature. It keeps what it took in memory and sends nothing.
package fakesms
