// Package demo plays a session of a few minutes' reading.
//
// In goes a path where no file is yet; out comes a page, the same on each run:
// clock and ids are the demo's own. It leaves the file behind, with everything
// that was played in it.
package demo
