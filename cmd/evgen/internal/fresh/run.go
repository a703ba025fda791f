package fresh

// Run gathers the facts of a run that is under way. The zero Run of a root is made by [NewRun].
type Run struct {
	root     string
	facts    []fact
	doubtful bool
}

// NewRun starts gathering facts about the module at root.
func NewRun(root string) *Run { return &Run{root: root} }

// Tree notes the names below a directory. Call it before they are listed: what appears in between then counts as a change.
func (r *Run) Tree(path string) { r.note(isTree, path) }

// Handwritten notes the hand-written Go files of a directory. Call it before they are read.
func (r *Run) Handwritten(path string) { r.note(isHand, path) }

func (r *Run) note(k kind, path string) {
	now, err := observe(r.root, k, path)
	if err != nil {
		r.doubtful = true
		return
	}
	r.facts = append(r.facts, fact{k, path, now})
}

// File notes the content that was read from a file, or written to it.
func (r *Run) File(path string, content []byte) {
	r.facts = append(r.facts, fact{isFile, path, digest(content)})
}

// Absent notes that a file was not there.
func (r *Run) Absent(path string) { r.facts = append(r.facts, fact{isFile, path, absent}) }

// Changed returns the path of a file or directory that is no longer what the run has noted, or "".
func (r *Run) Changed() string {
	if f := broken(r.root, r.facts); f != nil {
		return f.path
	}
	return ""
}
