package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/evgen/evgen/generator/output"
)

// errInterrupted ends a run that was told to stop while it wrote.
var errInterrupted = errors.New("interrupted, after all files were written")

// writeUninterrupted applies changes. Ctrl-C before it ends the process at once, which has written nothing; Ctrl-C
// during it waits until every file is in place.
func writeUninterrupted(root string, changes []output.Change) error {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(stop)
	if err := output.Write(root, changes); err != nil {
		return err
	}
	select {
	case <-stop:
		return errInterrupted
	default:
		return nil
	}
}
