package sqlite_test

import (
	"errors"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/sqlite"
)

// limitFileSize makes every write beyond so many bytes of a file fail, as a disk
// does, until the function that it returns is called.
func limitFileSize(t *testing.T, bytes uint64) (lift func()) {
	t.Helper()
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	lift = func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
			t.Error(err)
		}
		signal.Reset(syscall.SIGXFSZ)
	}
	t.Cleanup(lift)
	return lift
}

func TestFailingDiskLosesNothingThatWasAcknowledged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "events.db")
	s := open(t, file)
	lift := limitFileSize(t, 256<<10)
	acknowledged := runtime.StreamVersion(0)
	command, err := uuid.Nil, error(nil)
	for err == nil {
		command = uuid.New()
		var done runtime.Appended
		done, err = s.Append(t.Context(), contended(), runtime.ExpectVersion(acknowledged), runtime.Root().WithCommand(command), step(1, acknowledged+1))
		acknowledged = max(acknowledged, done.Last)
	}
	lift()
	if !errors.Is(err, sqlite.ErrIO) && !errors.Is(err, sqlite.ErrFull) {
		t.Fatalf("append to a failing disk: %v", err)
	}
	if n := count(t, s); n < int(acknowledged) || n > int(acknowledged)+1 {
		t.Fatalf("%d events are there, %d were acknowledged", n, acknowledged)
	}
	done, err := s.Append(t.Context(), contended(), runtime.ExpectVersion(acknowledged), runtime.Root().WithCommand(command), step(1, acknowledged+1))
	if err != nil || done.Last != acknowledged+1 {
		t.Fatalf("the same command once the disk works: %+v, %v", done, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, open(t, file)); n != int(acknowledged)+1 {
		t.Errorf("opened again: %d events, want %d", n, acknowledged+1)
	}
	checkIntegrity(t, file)
}
