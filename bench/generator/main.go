// Command generator measures what evgen costs when it generates, and what its output costs in every build of a user,
// beside the generators that teams would otherwise use.
//
// In: nothing but flags; schemas of the same eight fields are made up in a temporary directory. Out: tables on standard
// output, with ratios, all from one run. Peers are installed in pinned versions below the user's cache directory; a peer
// that cannot be had is a row that says why. It never touches the repository, and its builds use a build cache of their
// own. With all peers it takes about ten minutes: let the machine be quiet meanwhile.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
)

func main() {
	log.SetFlags(0)
	runs := flag.Int("runs", 5, "how often each command is measured; medians count")
	only := flag.String("only", "evgen,growth,peers,builds", "sections to measure, comma-separated")
	events := flag.Int("events", 1000, "number of events in the main sections")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *runs, *events, strings.Split(*only, ",")); err != nil {
		log.Fatal(err)
	}
}

// sections are what can be measured, by name.
var sections = map[string]func(*bench) error{
	"evgen":  (*bench).evgen,
	"growth": (*bench).growth,
	"peers":  (*bench).peers,
	"builds": (*bench).builds,
}

func run(ctx context.Context, runs, events int, wanted []string) error {
	b, err := newBench(ctx, runs, events)
	if err != nil {
		return err
	}
	defer b.close()
	fmt.Println(machine())
	for _, name := range wanted {
		section, ok := sections[name]
		if !ok {
			return fmt.Errorf("section %q is none of evgen, growth, peers, builds", name)
		}
		if err := section(b); err != nil {
			return fmt.Errorf("measure %s: %w", name, err)
		}
	}
	fmt.Printf("load at the end: %s\n", load())
	return os.Stdout.Sync()
}
