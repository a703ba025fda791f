package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/sqlite"
)

// The test binary runs itself as a child process; these say as what.
const (
	roleVariable = "EVGEN_SQLITE_TEST_ROLE"
	fileVariable = "EVGEN_SQLITE_TEST_FILE"
)

func TestMain(m *testing.M) {
	roles := map[string]func(runtime.Store) error{"append": appendForEver, "contend": contend}
	role, ok := roles[os.Getenv(roleVariable)]
	if !ok {
		os.Exit(m.Run())
	}
	if err := play(role); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func play(role func(runtime.Store) error) error {
	s, err := sqlite.Open(context.Background(), os.Getenv(fileVariable))
	if err != nil {
		return err
	}
	return errors.Join(role(s), s.Close())
}

// child starts a process in a role; its output is the pipe.
func child(t *testing.T, role, file string) (*exec.Cmd, io.ReadCloser) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), roleVariable+"="+role, fileVariable+"="+file)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, out
}

const workers = 4

func workerStream(worker int) runtime.StreamID {
	return runtime.StreamOf("Order", fmt.Sprint("worker-", worker))
}

// step is the customer of the n-th event of a worker, and tells the two apart.
func step(worker int, version runtime.StreamVersion) runtime.Event {
	return sampleevents.OrderPlaced{Customer: fmt.Sprintf("%d/%d", worker, version)}
}

// appendForEver appends batches of one to three events to a stream a worker, and
// acknowledges each by a line on stdout, until it is killed.
func appendForEver(s runtime.Store) error {
	var wg sync.WaitGroup
	out := bufio.NewWriterSize(os.Stdout, 0)
	var mu sync.Mutex
	errs := make([]error, workers)
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[w] = appendAs(s, w, func(done runtime.Appended) error {
				mu.Lock()
				defer mu.Unlock()
				fmt.Fprintln(out, w, done.First, done.Last, done.FirstPosition, done.Position)
				return out.Flush()
			})
		}()
	}
	wg.Wait()
	return errors.Join(errs...)
}

func appendAs(s runtime.Store, worker int, acknowledge func(runtime.Appended) error) error {
	version, err := lastVersion(s, workerStream(worker))
	for err == nil {
		var batch []runtime.Event
		for i := range 1 + version%3 {
			batch = append(batch, step(worker, version+i+1))
		}
		var done runtime.Appended
		done, err = s.Append(context.Background(), workerStream(worker), runtime.ExpectVersion(version), runtime.Root(), batch...)
		if err == nil {
			version, err = done.Last, acknowledge(done)
		}
	}
	return err
}

func lastVersion(s runtime.Store, stream runtime.StreamID) (version runtime.StreamVersion, err error) {
	for rec, err := range s.Load(context.Background(), stream, runtime.Backwards(), runtime.Limit(1)) {
		if err != nil {
			return 0, err
		}
		version = rec.StreamVersion
	}
	return version, nil
}

// contended is the stream on which processes meet, each with so many events.
const contendedEvents = 40

func contended() runtime.StreamID { return runtime.StreamOf("Order", "contended") }

// contend appends to a stream that other processes append to at the same time,
// and prints the versions that it won.
func contend(s runtime.Store) error {
	for won := 0; won < contendedEvents; {
		version, err := lastVersion(s, contended())
		if err != nil {
			return err
		}
		_, err = s.Append(context.Background(), contended(), runtime.ExpectVersion(version), runtime.Root(), step(0, version+1))
		var conflict *runtime.ConflictError
		if errors.As(err, &conflict) {
			continue
		}
		if err != nil {
			return err
		}
		won++
		fmt.Println(version + 1)
	}
	return nil
}
