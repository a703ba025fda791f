package runtime_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/memstore"
)

func TestAppendsAreLoggedWithoutPayload(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	store, stream := memstore.New(memstore.WithObserver(runtime.LogAppends(logger))), newOrder()
	for range 2 {
		_, _ = store.Append(t.Context(), stream, runtime.ExpectNew(), runtime.Root(), placed("a secret"))
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "msg=appended") || !strings.Contains(lines[1], "append failed") || !strings.Contains(lines[1], "conflict") {
		t.Errorf("log:\n%s", &log)
	}
	if strings.Contains(log.String(), "a secret") || !strings.Contains(lines[0], stream.String()) {
		t.Errorf("log:\n%s", &log)
	}
}

type decodeCount struct{ ok, failed int }

func (d *decodeCount) AfterDecode(_ *runtime.Meta, _ time.Duration, err error) {
	if err != nil {
		d.failed++
		return
	}
	d.ok++
}

func TestDecodingIsObserved(t *testing.T) {
	var seen decodeCount
	d := runtime.ObserveDecode(sampleevents.Schema(), &seen)
	for _, version := range []int{1, 2, 3} {
		rec := stored("orders.OrderPlaced", version, `{}`)
		_, _ = d.AppendEvents(nil, &rec)
	}
	if seen != (decodeCount{2, 1}) {
		t.Errorf("seen %+v", seen)
	}
}
