package soak_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/internal/soak"
)

func TestMain(m *testing.M) {
	role, argument := faults.Role()
	if role != soak.FileRole {
		os.Exit(pgtest.Main(m))
	}
	if err := soak.PlayFile(argument); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func TestNothingIsLostDoubledOrOutOfOrderInAFileWhateverHappens(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), *length+4*time.Minute)
	defer cancel()
	report, err := soak.RunFile(ctx, filepath.Join(t.TempDir(), "events.db"), soak.Plan{
		Length: *length, KillEvery: max(700*time.Millisecond, *length/100), SwapEvery: max(time.Second, *length/60),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", report)
	if err := report.Err(); err != nil {
		t.Error(err)
	}
	if report.Kills() < 5 || report.Swaps() == 0 && *length > time.Minute {
		t.Errorf("too little happened: %d kills, %d swaps", report.Kills(), report.Swaps())
	}
}
