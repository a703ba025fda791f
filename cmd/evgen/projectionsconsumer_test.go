package main

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// consumed has in views.db what a consumer of two partitions keeps, one of which has yet to be read.
func consumed(t *testing.T) *session {
	s := newSession(t, nil)
	if s.evgen("store", "migrate", "--store", "events.db") != 0 {
		t.Fatal(s.stderr.String())
	}
	db, err := sqlitemodel.Open(t.Context(), s.path("views.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Setup(t.Context()); err != nil {
		t.Fatal(err)
	}
	err = db.Ledger(t.Context(), func(l projection.Ledger) error { return consumer(t.Context(), l) })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func consumer(ctx context.Context, l projection.Ledger) error {
	home, err := l.AddVersion(ctx, projection.Version{ID: "mailer", Digest: projection.ConsumerDigest, State: projection.Live}, 1)
	if err == nil {
		err = l.ReplaceShards(ctx, home, nil)
	}
	if err != nil {
		return err
	}
	read, err := l.AddVersion(ctx, projection.Version{ID: "mailer.ORDERS", Digest: projection.ConsumerDigest, State: projection.Live}, 1)
	if err != nil {
		return err
	}
	read.Incarnation = "a stream"
	if err := l.SaveVersion(ctx, read); err != nil {
		return err
	}
	if err := l.ReplaceShards(ctx, read, []projection.Shard{{Last: projection.Slots - 1, Position: 7}}); err != nil {
		return err
	}
	if _, err := l.Claim(ctx, read, 0, "pod-1", time.Hour); err != nil {
		return err
	}
	_, err = l.AddVersion(ctx, projection.Version{ID: "mailer.PAYMENTS", Digest: projection.ConsumerDigest, State: projection.Building}, 1)
	return err
}

func TestConsumersAreShownAsWhatTheyAre(t *testing.T) {
	s := consumed(t)
	for _, c := range []struct {
		command string
		want    []string
	}{
		{"list", []string{`(?m)^mailer +1 +consumer +0 +- +0 `, `(?m)^mailer.ORDERS +1 +consumer +7 +- +0 `, `(?m)^mailer.PAYMENTS +1 +building, not taken up +0 +- `}},
		{"lag", []string{`(?m)^mailer.ORDERS +1 +consumer +0 +7 +- +- +0 *$`, `(?m)^mailer.PAYMENTS .* no service has taken it up$`}},
	} {
		if s.evgen("projections", c.command, "--store", "events.db", "--models", "views.db") != 0 {
			t.Fatal(s.stderr.String())
		}
		for _, want := range c.want {
			if !regexp.MustCompile(want).MatchString(s.stdout.String()) {
				t.Errorf("%s does not print %s:\n%s", c.command, want, s.stdout.String())
			}
		}
	}
}

// A service that only consumes has no store, and knows its consumer by one name.
func TestConsumersAreShownWithoutAStoreAndByTheirName(t *testing.T) {
	s := consumed(t)
	parkOne(t, s)
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"projections", "list"}, 0, `(?m)^mailer.ORDERS +1 +consumer +7 +- +1 `},
		{[]string{"projections", "lag", "mailer"}, 0, `(?ms)^mailer.ORDERS .*^mailer.PAYMENTS `},
		{[]string{"projections", "lag", "mailer.ORDERS", "--json"}, 0, `^{"projection":"mailer.ORDERS"[^\n]*\n$`},
		{[]string{"projections", "lag", "nobody"}, 2, `no such projection: there are mailer, mailer.ORDERS, mailer.PAYMENTS`},
		{[]string{"deadletters", "list", "--projection", "nobody"}, 2, `no such projection: there are mailer, `},
		{[]string{"deadletters", "retry", "--all", "--projection", "nobody"}, 2, `no such projection: there are mailer, `},
		{[]string{"deadletters", "list", "--projection", "mailer", "--json"}, 0, `"projection":"mailer.ORDERS"`},
		{[]string{"deadletters", "retry", "--all", "--projection", "mailer"}, 0, `^1 dead letters are due`},
	} {
		status := s.evgen(append(c.args, "--models", "views.db")...)
		if printed := s.stdout.String() + s.stderr.String(); status != c.status || !regexp.MustCompile(c.want).MatchString(printed) {
			t.Errorf("%v ends with %d, and not %d, and prints: %s", c.args, status, c.status, printed)
		}
	}
}

// parkOne puts an event aside.
func parkOne(t *testing.T, s *session) {
	t.Helper()
	db, err := sqlitemodel.Open(t.Context(), s.path("views.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	letter := projection.Letter{Version: projection.Version{ID: "mailer.ORDERS", Number: 1}, State: projection.Dead, Key: "Order-1"}
	letter.Record.Data = []byte("{}")
	letter.Record.Stream = runtime.StreamOf("Order", "1")
	err = db.Ledger(t.Context(), func(l projection.Ledger) error { return l.Park(t.Context(), []projection.Letter{letter}, 0) })
	if err != nil {
		t.Fatal(err)
	}
}

func TestConsumersAreRestartedByThePartition(t *testing.T) {
	s := consumed(t)
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"nobody"}, 2, "no such projection"},
		{[]string{"mailer"}, 2, "names no partition"},
		{[]string{"mailer.PAYMENTS"}, 2, "no version of mailer.PAYMENTS is live"},
		{[]string{"mailer.ORDERS", "--from", "3"}, 2, "read from its beginning"},
		{[]string{"mailer.ORDERS"}, 2, "say --yes"},
		{[]string{"mailer.ORDERS", "--dry-run"}, 1, "mailer reads partition ORDERS from the oldest message that is kept, and not from offset 7 on"},
		{[]string{"mailer.ORDERS", "--yes"}, 0, "from the oldest message"},
		{[]string{"mailer.ORDERS", "--dry-run"}, 1, "from offset 0 on"},
	} {
		args := append([]string{"projections", "restart", "--store", "events.db", "--models", "views.db"}, c.args...)
		status := s.evgen(args...)
		if printed := s.stdout.String() + s.stderr.String(); status != c.status || !strings.Contains(printed, c.want) {
			t.Errorf("%v ends with %d, and not %d, and prints: %s", c.args, status, c.status, printed)
		}
	}
}
