package origin

import (
	"errors"
	"strings"
)

// The kinds of faults, for errors.Is.
var (
	ErrNoGit         = errors.New("git is not installed")
	ErrNoRepository  = errors.New("not in a git repository")
	ErrNoWorkTree    = errors.New("the git repository is bare, or this is its git directory")
	ErrUnsafe        = errors.New("git distrusts the repository")
	ErrNoCommits     = errors.New("the repository has no commits yet")
	ErrNoCommit      = errors.New("there is no such commit")
	ErrNoMergeBase   = errors.New("there is no merge base")
	ErrMissingObject = errors.New("git lacks the content of a file")
	ErrUnmerged      = errors.New("the index has unresolved conflicts")
	ErrLink          = errors.New("links are not followed")
	ErrGit           = errors.New("git failed")

	ErrBadArgument   = errors.New("it names no place to compare with")
	ErrNotFound      = errors.New("there is no such file or directory")
	ErrNotExport     = errors.New("not an export file")
	ErrTruncated     = errors.New("the export file is cut short")
	ErrEdited        = errors.New("the export file was changed by hand")
	ErrNewerFormat   = errors.New("the export file was written by a newer evgen")
	ErrNotExportable = errors.New("it cannot be exported")
)

// Fault is why a place cannot be read, and what to do about it.
type Fault struct {
	Place  string // as Origin.String
	Kind   error  // one of the errors of this package
	Detail string // what git or the file says; may be empty
	Help   string // the way out; may be empty
	Cause  error  // what failed below; may be nil
}

func (f *Fault) Error() string {
	var b strings.Builder
	if f.Place != "" {
		b.WriteString("read " + f.Place + ": ")
	}
	b.WriteString(f.Kind.Error())
	if f.Detail != "" {
		b.WriteString(": " + f.Detail)
	}
	if f.Help != "" {
		b.WriteString("; " + f.Help)
	}
	return b.String()
}

// Unwrap gives errors.Is the kind and the cause.
func (f *Fault) Unwrap() []error {
	if f.Cause == nil {
		return []error{f.Kind}
	}
	return []error{f.Kind, f.Cause}
}

// at names the place in a fault that does not know it yet.
func at(o Origin, err error) error {
	var fault *Fault
	if errors.As(err, &fault) && fault.Place == "" {
		named := *fault
		named.Place = o.String()
		return &named
	}
	return err
}
