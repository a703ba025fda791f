package fresh

import (
	"bytes"
	"fmt"
	"strings"
)

// header is the first line of a cache file; the tool's identity follows it.
const header = "evgen cache 1 "

// encode writes one fact a line. The last line says how many there are, so that a cut file is noticed.
func encode(facts []fact, tool string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s%s\n", header, tool)
	for _, f := range facts {
		fmt.Fprintf(&b, "%c %s %s\n", f.kind, f.digest, f.path)
	}
	fmt.Fprintf(&b, "end %d\n", len(facts))
	return b.Bytes()
}

// decode reads what encode wrote. It reports false for anything else, and for what another build of evgen wrote.
func decode(content []byte, tool string) ([]fact, bool) {
	first, rest, _ := strings.Cut(string(content), "\n")
	if first != header+tool {
		return nil, false
	}
	facts := make([]fact, 0, strings.Count(rest, "\n"))
	for line := range strings.Lines(rest) {
		if line == fmt.Sprintf("end %d\n", len(facts)) {
			return facts, true
		}
		words := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 3)
		if len(words) != 3 || len(words[0]) != 1 {
			return nil, false
		}
		facts = append(facts, fact{kind(words[0][0]), words[2], words[1]})
	}
	return nil, false
}
