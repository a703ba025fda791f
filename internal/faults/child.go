package faults

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
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
