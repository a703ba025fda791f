// Package demo plays a session of a few minutes' reading.
//
// In goes the name of an empty store; out comes a page, the same on each run:
// clock and ids are the demo's own. It leaves the store behind, with
// everything that was played in it.
package demo
