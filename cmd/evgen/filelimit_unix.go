//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// reportFileLimits makes a write beyond a file-size limit an error like that of a full disk. By default the signal would
// end the process in the middle of its work.
func reportFileLimits() { signal.Ignore(syscall.SIGXFSZ) }
