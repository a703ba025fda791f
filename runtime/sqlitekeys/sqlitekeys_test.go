package sqlitekeys_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/encryption/encryptiontest"
	"github.com/evgen/evgen/runtime/sqlitekeys"
)

func open(t *testing.T, file string) *sqlitekeys.Keys {
	t.Helper()
	keys, err := sqlitekeys.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	return keys
}

func TestKeysPassTheSuite(t *testing.T) {
	encryptiontest.Run(t, func(t *testing.T) encryptiontest.Store {
		return open(t, filepath.Join(t.TempDir(), "odd ?name%#.db"))
	})
}

func TestAnErasedKeyIsNowhereInTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.db")
	keys := open(t, file)
	secret := []byte("what would open everything")
	ada := encryption.Subject{ID: "ada"}
	_, err := keys.Ensure(t.Context(), ada, func() (encryption.Key, error) {
		return encryption.Key{ID: uuid.Must(uuid.NewV7()), Subject: ada, Wrapped: secret, CreatedAt: time.Now()}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !inFiles(t, file, secret) {
		t.Fatal("the key is not there before: the test looks in the wrong place")
	}
	if err := keys.Erase(t.Context(), ada, encryption.Erasure{At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if inFiles(t, file, secret) {
		t.Error("the bytes of an erased key are still there")
	}
}

// A reader holds the log, so that it cannot be cut: then the erasure is not finished, as long as
// that takes, since the key's bytes are still there.
func TestAnErasureIsNotFinishedWhileTheLogHoldsTheKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.db")
	keys := open(t, file)
	secret := []byte("what would open everything")
	ada := encryption.Subject{ID: "ada"}
	key, err := keys.Ensure(t.Context(), ada, func() (encryption.Key, error) {
		return encryption.Key{ID: uuid.Must(uuid.NewV7()), Subject: ada, Wrapped: secret, CreatedAt: time.Now()}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	leave := read(t, file)
	if err := keys.Erase(t.Context(), ada, encryption.Erasure{At: time.Now()}); !errors.Is(err, sqlitekeys.ErrLogInUse) {
		t.Errorf("erase: %v", err)
	}
	if err := keys.Finish(t.Context(), key.ID); !errors.Is(err, sqlitekeys.ErrLogInUse) {
		t.Errorf("finish: %v", err)
	}
	if left, err := keys.Pending(t.Context()); len(left) != 1 || err != nil || !inFiles(t, file, secret) {
		t.Errorf("pending %v %v", left, err)
	}
	leave()
	if err := keys.Finish(t.Context(), key.ID); err != nil {
		t.Error(err)
	}
	if left, err := keys.Pending(t.Context()); len(left) != 0 || err != nil || inFiles(t, file, secret) {
		t.Errorf("pending %v %v", left, err)
	}
}

// read begins a transaction that reads the file, and returns what ends it.
func read(t *testing.T, file string) (leave func()) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM subject_keys`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(tx.Rollback(), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// Pages split and are emptied as keys come and go: none of their bytes is left behind.
func TestErasedKeysAreNowhereInAFileOfManyPages(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.db")
	keys := open(t, file)
	random := rand.New(rand.NewPCG(1, 2))
	secrets := make([][]byte, 400)
	for i := range secrets {
		s := encryption.Subject{ID: fmt.Sprint(i)}
		secrets[i] = fmt.Appendf(nil, "secret-%04d-%s", i, strings.Repeat("x", random.IntN(400)))
		_, err := keys.Ensure(t.Context(), s, func() (encryption.Key, error) {
			var id uuid.UUID // in no order, so that pages split in the middle
			for j := range id {
				id[j] = byte(random.Uint32())
			}
			return encryption.Key{ID: id, Subject: s, Wrapped: secrets[i], CreatedAt: time.Now()}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, i := range random.Perm(len(secrets))[:len(secrets)/2] {
		if err := keys.Erase(t.Context(), encryption.Subject{ID: fmt.Sprint(i)}, encryption.Erasure{At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		if inFiles(t, file, secrets[i][:11]) {
			t.Errorf("bytes of key %d are still there", i)
		}
	}
}

func inFiles(t *testing.T, file string, secret []byte) bool {
	t.Helper()
	found := false
	for _, name := range []string{file, file + "-wal"} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found = found || bytes.Contains(content, secret)
	}
	return found
}

func TestAnotherFileIsNotTouched(t *testing.T) {
	file := filepath.Join(t.TempDir(), "other.db")
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`CREATE TABLE mine (x)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlitekeys.Open(t.Context(), file); !errors.Is(err, sqlitekeys.ErrNotKeys) {
		t.Errorf("open: %v", err)
	}
}

func TestARelativePathIsOfTheWorkingDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := sqlitekeys.Open(t.Context(), "data/keys.db"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "stat data:") {
		t.Errorf("without its directory: %v", err)
	}
	if err := os.Mkdir("data", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"keys.db", "data/keys.db"} {
		open(t, file)
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
}
