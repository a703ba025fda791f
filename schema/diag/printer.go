package diag

import "io"

// Printer writes diagnostics in one format.
type Printer interface {
	// Print writes the diagnostics in the order given. It returns the error of w.
	Print(w io.Writer, ds []Diagnostic) error
}

// NotJudged is something that was to be judged and could not be: a report without findings does not mean that all is well.
type NotJudged struct {
	Subject string `json:"subject"`
	Reason  string `json:"reason"` // lower case, without a full stop
}

var (
	_ Printer = Text{}
	_ Printer = JSON{}
)
