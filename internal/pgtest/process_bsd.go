//go:build unix && !linux

package pgtest

import "syscall"

func dieWithParent(*syscall.SysProcAttr) {}

// children is unknown here: the server's processes end when they notice that it is gone.
func children(int) []int { return nil }
