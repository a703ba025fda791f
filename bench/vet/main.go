// Vet measures `evgen vet` against `go vet` on checkouts of public modules: cold, when neither has judged anything but
// everything is compiled, and warm, when nothing has changed. Ratios are of medians of runs that took turns, of the time
// that passed and of the processor time of all processes, which still means something when the machine is shared.
//
//	cd bench && go run ./vet ~/src/client-go ~/src/prometheus
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 3, "`N`: how often each is measured")
	flag.Parse()
	if err := run(*rounds, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "vet:", err)
		os.Exit(1)
	}
}

func run(rounds int, modules []string) error {
	temp, err := os.MkdirTemp("", "vet")
	if err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	defer os.RemoveAll(temp)
	tool := filepath.Join(temp, "evgen")
	build := exec.Command("go", "build", "-o", tool, "./cmd/evgen")
	build.Dir = ".." // the module of evgen has what it needs; that of the benchmarks has not
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build evgen: %w\n%s", err, out)
	}
	fmt.Println("| module | packages | cache | go vet | evgen vet | ratio | go vet, processors | evgen vet, processors | ratio | peak of a process: go vet, evgen vet |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|")
	for _, dir := range modules {
		b := bench{dir: dir, temp: filepath.Join(temp, filepath.Base(dir)), tool: tool}
		if err := b.measure(rounds); err != nil {
			return fmt.Errorf("measure %s: %w", dir, err)
		}
	}
	return nil
}

// bench measures one module.
type bench struct {
	dir, temp, tool string
	cold, warm      [2]runs  // of go vet, of evgen vet
	peak            [2]int64 // kilobytes
}

// runs are how long each run took, and how long processors were at work for it.
type runs struct{ passed, worked []time.Duration }

func (b *bench) measure(rounds int) error {
	seed := filepath.Join(b.temp, "seed")
	packages, err := b.compile(seed)
	if err != nil {
		return err
	}
	for range rounds {
		for which := range 2 {
			if err := b.turn(which, seed); err != nil {
				return err
			}
		}
	}
	b.print(packages)
	return nil
}

// compile fills a cache with all that both need compiled, and returns how many packages there are.
func (b *bench) compile(cache string) (int, error) {
	list := exec.Command("go", "list", "-export", "-test", "-deps", "-f", "{{if not .DepOnly}}x{{end}}", "./...")
	list.Dir, list.Env, list.Stderr = b.dir, append(os.Environ(), "GOCACHE="+cache), os.Stderr
	out, err := list.Output()
	if err != nil {
		return 0, fmt.Errorf("compile: %w", err)
	}
	n := 0
	for _, c := range out {
		if c == 'x' {
			n++
		}
	}
	return n, nil
}

// turn measures one of the two, cold and then warm, in a cache of its own.
func (b *bench) turn(which int, seed string) error {
	cache := filepath.Join(b.temp, "turn")
	if err := os.RemoveAll(cache); err != nil {
		return fmt.Errorf("remove %s: %w", cache, err)
	}
	if out, err := exec.Command("cp", "-al", seed, cache).CombinedOutput(); err != nil {
		return fmt.Errorf("copy the cache: %w\n%s", err, out)
	}
	b.vet(which, cache, &b.cold[which])
	b.vet(which, cache, &b.warm[which])
	return nil
}

// vet adds one run. Whether it finds something does not matter here.
func (b *bench) vet(which int, cache string, into *runs) {
	cmd := exec.Command("go", "vet", "./...")
	if which == 1 {
		cmd = exec.Command(b.tool, "vet", "./...")
	}
	cmd.Dir, cmd.Env = b.dir, append(os.Environ(), "GOCACHE="+cache)
	begin := time.Now()
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, "vet:", err)
		return
	}
	into.passed = append(into.passed, time.Since(begin))
	into.worked = append(into.worked, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		b.peak[which] = max(b.peak[which], usage.Maxrss)
	}
}

func (b *bench) print(packages int) {
	b.row("cold", packages, b.cold)
	b.row("warm", packages, b.warm)
}

func (b *bench) row(cache string, packages int, of [2]runs) {
	fmt.Printf("| %s | %d | %s | %s | %s | %d MB, %d MB |\n", filepath.Base(b.dir), packages, cache,
		compare(of[0].passed, of[1].passed), compare(of[0].worked, of[1].worked), b.peak[0]/1024, b.peak[1]/1024)
}

// compare prints two medians and their ratio.
func compare(first, second []time.Duration) string {
	x, y := median(first).Seconds(), median(second).Seconds()
	return fmt.Sprintf("%.2f s | %.2f s | %.2f", x, y, y/x)
}

func median(list []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
