package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/sqlite"
)

func put(t *testing.T, s runtime.Store, stream runtime.StreamID) {
	t.Helper()
	if _, err := s.Append(context.Background(), stream, runtime.ExpectAny(), runtime.Root(), step(1, 1)); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, s runtime.Store) int {
	t.Helper()
	n := 0
	for _, err := range s.ReadAll(context.Background(), 0, runtime.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestNoCharacterOfAPathIsSpecial(t *testing.T) {
	for _, name := range []string{"plain.db", "with space.db", "a?b=c&d.db", "100%25.db", "a#b.db", "ü+\U0001F980.db", "file.db?mode=ro", "no_extension", "-dash", "quo'te\".db"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			s := open(t, path)
			put(t, s, contended())
			if _, err := os.Stat(path); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if n := count(t, open(t, path)); n != 1 {
				t.Errorf("opened again it holds %d events", n)
			}
		})
	}
}

func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, open(t, "a b%.db"), contended())
	if _, err := os.Stat("a b%.db"); err != nil {
		t.Error(err)
	}
}

func TestOpenRefusesWhatItCannotKeep(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("just some notes\n", 200)), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, "foreign.db")
	if _, err := raw(t, foreign).Exec("CREATE TABLE events (a)"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{
		text:                                   sqlite.ErrNotAStore,
		foreign:                                sqlite.ErrNotAStore,
		filepath.Join(dir, "no", "such", "x"):  sqlite.ErrCannotOpen,
		dir:                                    sqlite.ErrCannotOpen,
		"file:" + dir + "/missing.db?mode=ro":  sqlite.ErrCannotOpen,
		"":                                     nil,
		":memory:":                             nil,
		"file:events?mode=memory&cache=shared": nil,
	} {
		before, _ := os.ReadFile(name)
		s, err := sqlite.Open(context.Background(), name)
		if err == nil {
			_ = s.Close()
			t.Errorf("%q was opened", name)
		}
		if want != nil && !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", name, err, want)
		}
		if after, _ := os.ReadFile(name); !bytes.Equal(before, after) {
			t.Errorf("%q was changed", name)
		}
	}
}

func TestNewerFileIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "events.db")
	_ = open(t, file).Close()
	if _, err := raw(t, file).Exec("INSERT INTO store_versions (version, applied_at) VALUES (99, 0)"); err != nil {
		t.Fatal(err)
	}
	_, err := sqlite.Open(context.Background(), file)
	var newer *sqlite.NewerFileError
	if !errors.As(err, &newer) || newer.Found != 99 {
		t.Errorf("opening a newer file: %v", err)
	}
}

func TestReadOnlyFileCanBeReadAndNotAppendedTo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "events.db")
	s := open(t, file)
	put(t, s, contended())
	readOnly := open(t, "file:"+file+"?mode=ro")
	if n := count(t, readOnly); n != 1 {
		t.Errorf("it reads %d events", n)
	}
	_, err := readOnly.Append(context.Background(), contended(), runtime.ExpectAny(), runtime.Root(), step(1, 2))
	if !errors.Is(err, sqlite.ErrReadOnly) {
		t.Errorf("append: %v, want %v", err, sqlite.ErrReadOnly)
	}
}

func TestDatabaseItselfRefusesChanges(t *testing.T) {
	file := filepath.Join(t.TempDir(), "events.db")
	s := open(t, file)
	put(t, s, contended())
	for _, statement := range []string{
		"UPDATE events SET data = x'00'",
		"UPDATE OR IGNORE events SET position = 7",
		"DELETE FROM events",
		"DELETE FROM events WHERE position = 1",
	} {
		if _, err := raw(t, file).Exec(statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if n := count(t, s); n != 1 {
		t.Errorf("%d events are left", n)
	}
}

func TestLockOfAnotherProgramIsWaitedForAsLongAsTheContextLasts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "events.db")
	s := open(t, file)
	other := raw(t, file)
	if _, err := other.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Millisecond)
	defer cancel()
	_, err := s.Append(ctx, contended(), runtime.ExpectNew(), runtime.Root(), step(1, 1))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("append beside a lock: %v", err)
	}
	waiting := make(chan error, 1)
	go func() {
		_, err := s.Append(context.Background(), contended(), runtime.ExpectNew(), runtime.Root(), step(1, 1))
		waiting <- err
	}()
	if _, err := other.Exec("COMMIT"); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; err != nil {
		t.Errorf("append after the lock: %v", err)
	}
	if n := count(t, s); n != 1 {
		t.Errorf("%d events are there, want the second one alone", n)
	}
}

func TestAMissingDirectoryIsNamed(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := sqlite.Open(t.Context(), "data/x.db")
	if !errors.Is(err, sqlite.ErrCannotOpen) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "stat data:") {
		t.Errorf("open: %v", err)
	}
}
