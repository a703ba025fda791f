package sqlite_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
)

// acknowledgement is what a child said it had appended.
type acknowledgement struct {
	worker                  int
	first, last             runtime.StreamVersion
	firstPosition, position runtime.Position
}

func TestKillInTheMiddleOfAppendsLosesAndDoublesNothing(t *testing.T) {
	const kills = 40
	file := filepath.Join(t.TempDir(), "events.db")
	var all []acknowledgement
	for range kills {
		all = append(all, killAfter(t, file, 1+rand.IntN(120))...)
		verify(t, file, all)
	}
	if len(all) < kills {
		t.Fatalf("only %d appends were acknowledged between %d kills", len(all), kills)
	}
	t.Logf("%d acknowledged appends survived %d kills", len(all), kills)
}

// killAfter lets a child append until it has acknowledged n appends, kills it,
// and returns all that it managed to acknowledge.
func killAfter(t *testing.T, file string, n int) []acknowledgement {
	t.Helper()
	cmd, out := child(t, "append", file)
	lines := bufio.NewReader(out)
	var all []acknowledgement
	for {
		var a acknowledgement
		_, err := fmt.Fscanln(lines, &a.worker, &a.first, &a.last, &a.firstPosition, &a.position)
		if err != nil {
			break // the pipe ends with the child; a torn last line acknowledges nothing
		}
		if all = append(all, a); len(all) == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, _ = io.Copy(io.Discard, lines)
	if err := cmd.Wait(); err == nil || len(all) < n {
		t.Fatalf("the child ended by itself after %d acknowledgements: %v", len(all), err)
	}
	return all
}

// verify opens the file as the next process would.
func verify(t *testing.T, file string, all []acknowledgement) {
	t.Helper()
	s := open(t, file)
	byPosition := map[runtime.Position]runtime.Record{}
	versions := map[runtime.StreamID]runtime.StreamVersion{}
	ids := map[string]bool{}
	var last runtime.Position
	for rec, err := range s.ReadAll(context.Background(), 0, runtime.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Position != last+1 {
			t.Fatalf("position %d follows %d", rec.Position, last)
		}
		if rec.StreamVersion != versions[rec.Stream]+1 {
			t.Fatalf("%s: version %d follows %d", rec.Stream, rec.StreamVersion, versions[rec.Stream])
		}
		if ids[rec.ID.String()] {
			t.Fatalf("event %s is there twice", rec.ID)
		}
		last, versions[rec.Stream], ids[rec.ID.String()], byPosition[rec.Position] = rec.Position, rec.StreamVersion, true, rec
	}
	for _, a := range all {
		for i := range runtime.StreamVersion(a.position-a.firstPosition) + 1 {
			expectStep(t, byPosition[a.firstPosition+runtime.Position(i)], a.worker, a.first+i)
		}
	}
	for w := range workers {
		wholeBatches(t, w, versions[workerStream(w)])
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	checkIntegrity(t, file)
}

func expectStep(t *testing.T, rec runtime.Record, worker int, version runtime.StreamVersion) {
	t.Helper()
	var payload struct{ Customer string }
	if err := json.Unmarshal(rec.Data, &payload); err != nil {
		t.Fatalf("acknowledged event %d/%d is missing: %v", worker, version, err)
	}
	if want := fmt.Sprintf("%d/%d", worker, version); rec.Stream != workerStream(worker) || rec.StreamVersion != version || payload.Customer != want {
		t.Fatalf("acknowledged event %s reads %s version %d %q", want, rec.Stream, rec.StreamVersion, payload.Customer)
	}
}

// wholeBatches demands that version is the end of a batch: the sizes of a
// worker's batches follow from where they begin.
func wholeBatches(t *testing.T, worker int, version runtime.StreamVersion) {
	t.Helper()
	end := runtime.StreamVersion(0)
	for end < version {
		end += 1 + end%3
	}
	if end != version {
		t.Fatalf("worker %d: a batch was stored in part: the stream ends at %d", worker, version)
	}
}

func checkIntegrity(t *testing.T, file string) {
	t.Helper()
	var verdict string
	if err := raw(t, file).QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Fatalf("integrity check: %s, %v", verdict, err)
	}
}

// raw is another program's view of the file.
func raw(t testing.TB, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	return db
}

func TestProcessesShareOneFile(t *testing.T) {
	const processes = 3
	file := filepath.Join(t.TempDir(), "events.db")
	s := open(t, file)
	winners := make(chan map[runtime.StreamVersion]bool, processes)
	for range processes {
		cmd, out := child(t, "contend", file)
		go func() {
			won := map[runtime.StreamVersion]bool{}
			var version runtime.StreamVersion
			for lines := bufio.NewReader(out); ; {
				if _, err := fmt.Fscanln(lines, &version); err != nil {
					break
				}
				won[version] = true
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("child: %v", err)
			}
			winners <- won
		}()
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	followed := runtime.StreamVersion(0)
	for rec, err := range s.Subscribe(ctx, 0, runtime.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if followed++; rec.StreamVersion != followed {
			t.Fatalf("the subscriber saw version %d after %d", rec.StreamVersion, followed-1)
		}
		if followed == processes*contendedEvents {
			break
		}
	}
	wonBySomeone := map[runtime.StreamVersion]int{}
	for range processes {
		won := <-winners
		if len(won) != contendedEvents {
			t.Errorf("a child won %d versions, want %d", len(won), contendedEvents)
		}
		for version := range won {
			wonBySomeone[version]++
		}
	}
	for version, n := range wonBySomeone {
		if n != 1 {
			t.Errorf("version %d was won by %d processes", version, n)
		}
	}
}
