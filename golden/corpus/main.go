// Command corpus tries evgen on real public events: it imports their JSON Schemas, generates and compiles Go, and sends
// every real payload through it.
//
//	go run ./golden/corpus [-corpus DIR] [-keep DIR] [-v]
//
// DIR holds an index.json that lists schemas and payloads. For every payload marked valid the program decodes,
// encodes again and compares as JSON values with what was read; every payload of an older version is upcast to the
// newest. It prints a table and exits 1 if anything was lost.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("corpus", "schema/importer/jsonschema/testdata/corpora", "`DIR` with index.json")
	keep := flag.String("keep", "", "leave the generated module in `DIR`")
	verbose := flag.Bool("v", false, "list every loss of the import")
	flag.Parse()
	ok, err := run(*dir, *keep, *verbose)
	if err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// run is the whole way: index, import, generate, compile, try, report.
func run(dir, keep string, verbose bool) (bool, error) {
	chains, err := readIndex(dir)
	if err != nil {
		return false, err
	}
	module, err := newModule(keep)
	if err != nil {
		return false, err
	}
	defer module.close()
	for _, c := range chains {
		if err := c.bringIn(dir, module.dir); err != nil {
			return false, fmt.Errorf("%s: %w", c.event, err)
		}
	}
	results, err := module.try(chains, filepath.Clean(dir))
	if err != nil {
		return false, err
	}
	kept := report(os.Stdout, chains, results, verbose)
	agreed, err := comparePairs(os.Stdout, dir)
	return kept && agreed, err
}
