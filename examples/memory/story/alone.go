package story

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/system"
)

// Start starts an embedder in a process of its own, beside a system, that prints
// [BeginsLine] for each memory whose words it begins with.
type Start func(ctx context.Context, beside *system.System) (*Alone, error)

// BeginsLine is what the process prints.
func BeginsLine(memory string) string { return "begins " + memory }

// Alone is an embedder in a process of its own.
type Alone struct {
	process *exec.Cmd
	lines   chan string
}

// Launch starts the process, which is killed when ctx ends.
func Launch(process *exec.Cmd) (*Alone, error) {
	out, err := process.StdoutPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", process.Path, err)
	}
	a := &Alone{process: process, lines: make(chan string)}
	go a.read(out)
	return a, nil
}

// read ends with the process.
func (a *Alone) read(out io.Reader) {
	defer close(a.lines)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		a.lines <- strings.TrimSpace(lines.Text())
	}
}

// String names the process.
func (a *Alone) String() string { return fmt.Sprintf("process %d", a.process.Process.Pid) }

// Begins blocks until the process begins with the words of a memory.
func (a *Alone) Begins(ctx context.Context, memory uuid.UUID) error {
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case line, running := <-a.lines:
			if !running {
				return fmt.Errorf("%s: it has ended before its work began", a)
			}
			if line == BeginsLine(memory.String()) {
				return nil
			}
		}
	}
}

// Kill kills the process, without a chance to finish anything, and waits until it is
// gone. Again, it does nothing.
func (a *Alone) Kill() {
	_ = a.process.Process.Kill()
	for range a.lines { // so that the reader comes to its end
	}
	_ = a.process.Wait()
}
