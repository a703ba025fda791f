package diag

import "io"

// Printer writes diagnostics in one format.
type Printer interface {
	// Print writes the diagnostics in the order given. It returns the error of w.
	Print(w io.Writer, ds []Diagnostic) error
}

var (
	_ Printer = Text{}
	_ Printer = JSON{}
)
