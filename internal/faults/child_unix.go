//go:build unix

package faults

import "syscall"

// Halt keeps the child from doing anything, without its noticing, until Resume.
func (c *Child) Halt() error { return c.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume lets a child that was halted go on.
func (c *Child) Resume() error { return c.cmd.Process.Signal(syscall.SIGCONT) }
