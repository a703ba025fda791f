package journey_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/internal/soak/journey"
)

var length = flag.Duration("soak", 20*time.Second, "how long writers write")

func TestMain(m *testing.M) {
	play := map[string]func(string) error{
		natsRole:     playNATS,
		journey.Role: func(argument string) error { return journey.Play(argument, tampered) },
	}
	role, argument := faults.Role()
	if play[role] == nil {
		os.Exit(pgtest.Main(m))
	}
	if err := play[role](argument); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func travel(t *testing.T, plan journey.Plan) *journey.Report {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), plan.Length+plan.Patience+2*time.Minute)
	defer cancel()
	site := journey.Site{
		Server: pgtest.Start(t, journey.Settings()...), NATS: newNATS(t), Kafka: newKafka(t),
		File: filepath.Join(t.TempDir(), "effects.db"),
	}
	report, err := journey.Run(ctx, site, plan)
	check(t, "run", err)
	t.Logf("\n%s", report)
	return report
}

func TestNothingIsLostOnItsJourney(t *testing.T) {
	report := travel(t, journey.Plan{
		Length: *length, Pace: 150 * time.Millisecond, Patience: 3*time.Minute + *length,
		Kills: max(1500*time.Millisecond, *length/200), Sleeps: 4 * time.Second, Cuts: 250 * time.Millisecond,
		Databases: max(9*time.Second, *length/40), Brokers: max(5*time.Second, *length/40),
	})
	if err := report.Err(); err != nil {
		t.Error(err)
	}
	for _, part := range []string{"relay", "consumer", "worker", "broker", "database"} {
		if report.Kills(part) == 0 {
			t.Logf("no %s was killed", part)
		}
	}
	if report.Sleeps() == 0 || report.Cuts() == 0 {
		t.Errorf("too little happened: %d sleeps, %d cuts", report.Sleeps(), report.Cuts())
	}
}
