package main

import (
	"fmt"
	"io"
	"os"

	"github.com/evgen/evgen/schema/compat/oracle"
)

// comparePairs judges each pair of versions of the index, beside what a validator said of the payloads. It reports
// whether they agree; that evgen is more cautious than the few payloads could show is explained and agrees.
func comparePairs(w io.Writer, dir string) (bool, error) {
	pairs, err := oracle.Pairs(os.DirFS(dir))
	if err != nil || len(pairs) == 0 {
		return err == nil, err
	}
	fmt.Fprintf(w, "\nCompatibility of %d pairs of versions, and what a validator said of their payloads:\n", len(pairs))
	if err := oracle.Print(w, pairs); err != nil {
		return false, err
	}
	for _, p := range pairs {
		if p.Backward.Outcome == oracle.Disagrees || p.Forward.Outcome == oracle.Disagrees {
			return false, nil
		}
	}
	return true, nil
}
