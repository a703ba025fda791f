// Package story plays a few minutes in the life of the system, and says what happens.
//
// In goes a running system; out come lines for people, and an error if a promise was
// broken. What it does is done on the system's own store, beside what is there.
package story
