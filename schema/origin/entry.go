package origin

import (
	"bytes"
	"fmt"
	"strings"
)

// The modes of entries that are not files, and how the modes of files begin.
const (
	modeLink      = "120000"
	modeSubmodule = "160000"
	modeFile      = "100"
)

// entry is a path that git knows.
type entry struct {
	mode, id string
	stage    string // "0" but for the sides of a conflict
	name     string // relative to the directory in which git runs
}

// parseTree reads `git ls-tree -rz`: MODE SP KIND SP ID TAB NAME NUL.
func parseTree(out []byte) ([]entry, error) {
	return parseEntries(out, func(f []string, name string) entry { return entry{f[0], f[2], "0", name} })
}

// parseIndex reads `git ls-files -sz`: MODE SP ID SP STAGE TAB NAME NUL.
func parseIndex(out []byte) ([]entry, error) {
	return parseEntries(out, func(f []string, name string) entry { return entry{f[0], f[1], f[2], name} })
}

// parseEntries splits at NUL: a name may hold anything else.
func parseEntries(out []byte, build func(fields []string, name string) entry) ([]entry, error) {
	var entries []entry
	for record := range bytes.SplitSeq(out, []byte{0}) {
		if len(record) == 0 {
			continue
		}
		head, name, found := strings.Cut(string(record), "\t")
		fields := strings.Split(head, " ")
		if !found || len(fields) != 3 {
			return nil, &Fault{Kind: ErrGit, Detail: fmt.Sprintf("it lists %q", record)}
		}
		entries = append(entries, build(fields, name))
	}
	return entries, nil
}
