package operate_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
)

func TestPlacesAreNamedWithoutPassword(t *testing.T) {
	for text, want := range map[string]string{
		"events.db":                                     "events.db",
		"sqlite:data/events.db":                         "data/events.db",
		"postgres://app:s3cret@db:5433/shop":            "postgres://app@db:5433/shop",
		"postgresql://db/shop?password=s3cret":          "postgresql://db/shop",
		"postgres:///shop?host=/var/run&sslmode=allow":  "postgres:///shop",
		"postgres://app:p%23s3cret@db/shop?sslmode=any": "postgres://app@db/shop",
	} {
		p, err := operate.Parse(text, "", t.TempDir())
		if err != nil || p.String() != want {
			t.Errorf("%s: %s, %v; want %s", text, p, err, want)
		}
	}
}

func TestAWrongPlaceSaysWhichThereAreAndShowsNoPassword(t *testing.T) {
	for _, text := range []string{"mysql://u:s3cret@h/d", "host=h password=s3cret", "postgres://u:s3cret#@h/d", "postgres://u:%zzs3cret@h/d", "sqlite:"} {
		_, err := operate.Parse(text, "", ".")
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := operate.Parse("", "", "."); !errors.Is(err, operate.ErrNoPlace) || !strings.Contains(err.Error(), "postgres://") {
		t.Errorf("%v", err)
	}
	if _, err := operate.Parse("events.db", "x", "."); !errors.Is(err, operate.ErrSchemaOfFile) {
		t.Errorf("%v", err)
	}
}

func TestErrorsOfConnectingShowNoPassword(t *testing.T) {
	for _, text := range []string{
		"postgres://app:s3cret@127.0.0.1:1/shop", "postgres://127.0.0.1:1/shop?user=app&password=s3cret",
		"postgres://app:s3cret@127.0.0.1:1/shop?sslmode=s3cret", "postgres://app:s3cret@127.0.0.1:1/shop?connect_timeout=s3cret",
	} {
		p, err := operate.Parse(text, "", ".")
		if err != nil {
			t.Fatal(err)
		}
		_, opened := p.OpenStore(context.Background())
		_, _, migrated := p.Migrate(context.Background())
		_, asked := p.Level(context.Background())
		for _, err := range []error{opened, migrated, asked} {
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
}

func TestLookingMakesNoFile(t *testing.T) {
	dir := t.TempDir()
	p, err := operate.Parse("events.db", "", dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.OpenStore(context.Background()); !errors.Is(err, operate.ErrNoFile) {
		t.Errorf("open: %v", err)
	}
	if level, err := p.Level(context.Background()); level != 0 || err != nil {
		t.Errorf("level %d, %v", level, err)
	}
	if entries, err := os.ReadDir(dir); len(entries) > 0 || err != nil {
		t.Errorf("%v, %v", entries, err)
	}
	from, to, err := p.Migrate(context.Background())
	if _, missing := os.Stat(filepath.Join(dir, "events.db")); from != 0 || to < 1 || errors.Join(err, missing) != nil {
		t.Errorf("from %d to %d, %v, %v", from, to, err, missing)
	}
}
