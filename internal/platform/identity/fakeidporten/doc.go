// Package fakeidporten plays ID-porten in the demonstration and in tests.
//
// It speaks the protocol that ID-porten documents, so that the product logs in
// through the same code: discovery, PKCE S256, pushed requests, private_key_jwt,
// step-up by acr_values, prompt=login, iss in the response, pairwise sub, single
// sign-on for 30 minutes, log-out with front-channel calls. Instead of an eID
// one picks a synthetic person from a list. All it knows is in memory.
//
// It must never stand in front of real people: it lets anybody be anybody.
package fakeidporten
