// Package await has tests wait for conditions, and keeps what is logged meanwhile.
package await

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// Patience bounds every wait.
const Patience = 30 * time.Second

// Until blocks until done, looking again and again. It ends the test when that takes longer than [Patience].
func Until(t testing.TB, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline.C:
			t.Fatalf("waited too long: %s", what)
		case <-tick.C:
		}
	}
}

// Log keeps what is logged or written, by many at once.
type Log struct {
	mu   sync.Mutex
	text strings.Builder
}

// Logger returns one that writes all it is given to l.
func (l *Log) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Write implements [io.Writer].
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// Has reports whether a text was logged.
func (l *Log) Has(text string) bool { return strings.Contains(l.String(), text) }

// String returns all that was logged.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
