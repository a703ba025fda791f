package lock

import "fmt"

// Fault says what is wrong with a file.
type Fault uint8

// The faults.
const (
	NotALock       Fault = iota + 1 // the first line is not that of a lock
	NewerFormat                     // written by a newer evgen
	MergeConflict                   // holds conflict markers
	Truncated                       // ends within an entry
	Edited                          // an entry differs from its digest
	TwoReleases                     // one version was released twice, with different shapes
	Malformed                       // a line that belongs to no entry
	DoesNotResolve                  // the shapes do not fit together
	Incomplete                      // lacks what a release has added
)

var faultNames = [...]string{
	NotALock: "not a lock", NewerFormat: "newer format", MergeConflict: "merge conflict", Truncated: "truncated", Edited: "edited by hand",
	TwoReleases: "two releases of one version", Malformed: "malformed", DoesNotResolve: "does not resolve", Incomplete: "incomplete",
}

func (f Fault) String() string { return faultNames[f] }

// Error says where a lock is broken. The file is not to be used, nor to be written.
type Error struct {
	Fault Fault
	Line  int    // from 1; 0 where the whole file is meant
	Entry string // "memory.MemoryCreated@2"; "" where no entry is meant
	Help  string // the way out
	Cause error
}

func (e *Error) Error() string {
	msg := FileName
	if e.Line > 0 {
		msg = fmt.Sprintf("%s:%d", FileName, e.Line)
	}
	msg += ": " + e.Fault.String()
	if e.Entry != "" {
		msg += " at " + e.Entry
	}
	if e.Cause != nil {
		msg += ": " + e.Cause.Error()
	}
	if e.Help != "" {
		msg += "; " + e.Help
	}
	return msg
}

func (e *Error) Unwrap() error { return e.Cause }

const bringBack = "bring the file back from version control"

func notALock() error {
	return &Error{Fault: NotALock, Line: 1, Help: bringBack + ", or delete it and run evgen release"}
}

func newerFormat(format string) error {
	return &Error{Fault: NewerFormat, Line: 1, Cause: fmt.Errorf("format %s, this evgen reads %d", format, Format), Help: "update evgen"}
}

func mergeConflict(line int) error {
	return &Error{Fault: MergeConflict, Line: line, Help: "keep the groups of both sides and delete the markers; " + Attributes + " in .gitattributes does so by itself"}
}

func truncated(line int, entry string) error {
	return &Error{Fault: Truncated, Line: line, Entry: entry, Help: bringBack}
}

func edited(line int, entry string) error {
	return &Error{Fault: Edited, Line: line, Entry: entry, Help: bringBack + "; to change a released event, add a version"}
}

func twoReleases(e *Entry) error {
	return &Error{Fault: TwoReleases, Line: e.line, Entry: e.ID(), Help: "two branches released this version with different shapes: take the file of the branch that keeps it, make the other shape the next version, and release that"}
}

func malformed(line int) error { return &Error{Fault: Malformed, Line: line, Help: bringBack} }

func incomplete(line int, entry string) error {
	return &Error{Fault: Incomplete, Line: line, Entry: entry, Help: "it was released, and is gone: " + bringBack}
}
