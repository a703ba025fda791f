//go:build unix

package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"runtime"
	"strconv"
	"syscall"
)

// owner is who runs the server: PostgreSQL refuses to be run by root.
type owner struct {
	credential *syscall.Credential // nil: ourselves
}

func findOwner() (*owner, error) {
	if os.Getuid() != 0 {
		return &owner{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ := strconv.ParseUint(u.Uid, 10, 32)
			gid, _ := strconv.ParseUint(u.Gid, 10, 32)
			return &owner{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
		}
	}
	return nil, fmt.Errorf("PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it")
}

func (o *owner) own(dir string) error {
	if o.credential == nil {
		return nil
	}
	return os.Chown(dir, int(o.credential.Uid), int(o.credential.Gid))
}

// run lets cmd be run by the owner, in a process group of its own.
func (o *owner) run(cmd *exec.Cmd, dir string) {
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: o.credential, Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
}

// process is a running server.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
}

// launch starts cmd on a thread that lives as long as cmd: the death signal is bound to the thread, not to the process.
func launch(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		_ = cmd.Wait()
		close(p.done)
	}()
	return p, <-started
}

// interrupt asks for a fast shutdown and waits for it.
func (p *process) interrupt() {
	_ = p.cmd.Process.Signal(syscall.SIGINT)
	<-p.done
}

// kill halts the server, so that it starts no more processes, and then ends it and those it has started.
func (p *process) kill() {
	select {
	case <-p.done:
		return
	default:
	}
	pid := p.cmd.Process.Pid
	_ = syscall.Kill(pid, syscall.SIGSTOP)
	all := append(children(pid), pid)
	for _, each := range all {
		_ = syscall.Kill(each, syscall.SIGKILL)
	}
	<-p.done
}
