package pgtest

import (
	"os"
	"os/exec"
)

type owner struct{}

func findOwner() (*owner, error) { return &owner{}, nil }

func (*owner) own(string) error { return nil }

func (*owner) run(cmd *exec.Cmd, dir string) { cmd.Dir = dir }

type process struct {
	cmd  *exec.Cmd
	done chan struct{}
}

func launch(cmd *exec.Cmd) (*process, error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd, make(chan struct{})}
	go func() { _ = cmd.Wait(); close(p.done) }()
	return p, nil
}

func (p *process) interrupt() {
	_ = p.cmd.Process.Signal(os.Interrupt)
	<-p.done
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}
