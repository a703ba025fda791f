package faults

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/evgen/evgen/runtime"
)

// Child is a process of this very program in another role, to be killed.
type Child struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

// roleVariable tells a process which role it plays, argumentVariable with what.
const (
	roleVariable     = "EVGEN_FAULTS_ROLE"
	argumentVariable = "EVGEN_FAULTS_ARGUMENT"
)

// Role returns the role of this process, empty if it is nobody's child, and its argument.
func Role() (role, argument string) { return os.Getenv(roleVariable), os.Getenv(argumentVariable) }

// StartChild starts a process in a role. A test's main function asks for [Role] before
// it runs any test. What the child writes on standard error is the parent's.
func StartChild(role, argument string) (*Child, error) {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), roleVariable+"="+role, argumentVariable+"="+argument)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a child: %w", err)
	}
	return &Child{cmd: cmd, lines: bufio.NewScanner(out)}, nil
}

// Kill ends the child at once: kill -9. What it has said before can still be heard.
func (c *Child) Kill() { _ = c.cmd.Process.Kill() }

// Hear calls each for every line that the child says, until it is dead.
func (c *Child) Hear(each func(line string)) {
	for c.lines.Scan() {
		each(c.lines.Text())
	}
	_ = c.cmd.Wait() // it was killed
}

// Intends and Wrote are what a child says of its appends, for [Witness.Hear].
func Intends(w io.Writer, p *Part) error {
	_, err := fmt.Fprintln(w, "intends", p.stream, p.size)
	return err
}

// Wrote says where the last part that was intended stands.
func Wrote(w io.Writer, out runtime.Appended) error {
	_, err := fmt.Fprintln(w, "wrote", out.First, out.FirstPosition, out.Position)
	return err
}

// Hear notes what a child says of its appends, each of them a unit. It returns the
// unit that is not settled yet.
func (w *Witness) Hear(unit *Unit, line string) (*Unit, error) {
	var name string
	var size int
	if n, _ := fmt.Sscanf(line, "intends %s %d", &name, &size); n == 2 {
		stream, err := runtime.ParseStreamID(name)
		unit = w.Begin()
		unit.Intend(stream, size)
		return unit, err
	}
	var out runtime.Appended
	if n, _ := fmt.Sscanf(line, "wrote %d %d %d", &out.First, &out.FirstPosition, &out.Position); n == 3 && unit != nil {
		unit.parts[0].At(out)
		unit.Settle(Written)
		return nil, nil
	}
	return unit, fmt.Errorf("a child says %q", strings.TrimSpace(line))
}
