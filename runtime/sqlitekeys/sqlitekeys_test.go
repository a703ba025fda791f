package sqlitekeys_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
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
