// Package keys keeps the keys that personal data is encrypted with.
//
// Every municipality (tenant) has its own data keys, and every data key lies in
// the database wrapped by the installation key, a file that no backup contains
// (personvernforordningen art. 32). There are three sorts per tenant: one for
// fields (AES-256-GCM), one for looking up encrypted values (HMAC-SHA-256) and
// one for files (AES-256-GCM in authenticated segments, so that a file that was
// cut off does not pass for a whole one). Every ciphertext begins with the id of
// its key, so that keys can be rotated without touching what they encrypted.
//
// Purposes ("identity.pid", "notify.content") separate the uses of a tenant's
// keys: what was encrypted for one purpose does not decrypt for another, and
// equal values have different lookups.
//
// Shredding a tenant overwrites and removes its wrapped keys, after which
// nothing of the tenant can be read any more (crypto-shredding, art. 17). An
// older backup still holds the wrapped keys: it becomes unreadable when the
// installation key has been rotated and the previous one dropped.
//
// Keys are read in transactions of the package's own, which cannot be opened
// inside another. Whoever encrypts inside a transaction calls Warm before it.
package keys
