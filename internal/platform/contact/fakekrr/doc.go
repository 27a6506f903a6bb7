// Package fakekrr plays the contact and reservation register, and the
// Maskinporten before it, in the demonstration and in tests.
//
// It speaks the shapes that their documentation gives: metadata, the grant by a
// signed assertion with its limits on iat, exp and jti, and POST
// /rest/v2/personer with up to 1,000 numbers. All it knows is in memory, and it
// refuses real national numbers.
package fakekrr
