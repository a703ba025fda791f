package diag

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// fingerprints tell findings apart without line numbers, so that a finding is the same one after lines moved. Equal
// ones of a run are counted.
type fingerprints map[string]int

// of returns the fingerprint of a diagnostic: a digest of its rule, its file and the text of its line, and which of
// several such it is.
func (f fingerprints) of(d Diagnostic) string {
	var file, line string
	if !d.Span.IsZero() {
		file, line = d.Span.File.Name, d.Span.File.Line(d.Span.Position().Line)
	}
	key := strings.Join([]string{d.Rule, file, strings.Join(strings.Fields(line), " ")}, "\x00")
	f[key]++
	sum := sha256.Sum256([]byte(key))
	return fmt.Sprintf("%s:%d", hex.EncodeToString(sum[:8]), f[key])
}
