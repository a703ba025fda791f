// Package encryption makes personal data in an append-only log erasable: each
// subject has a key of its own, and to erase a person is to destroy that key.
//
// In go events whose schema names subjects (`subject: user_id`), out come payloads
// in which those fields are sealed with AES-256-GCM; and back again, for readers
// with access to the keys. Every byte that is sealed is bound to the event's id,
// type, version and to the field's place in it. Keys are kept by a [Keys], wrapped
// by a [Wrapper]. It holds no SQL, writes no key or value to a log or an error, and
// never shows plaintext that was not authenticated.
package encryption
