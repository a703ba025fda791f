package runtime

import (
	"context"
	"log/slog"
	"time"
)

// AppendObserver is told about appends: for metrics, traces and logs. A store
// takes one as an option.
type AppendObserver interface {
	// BeforeAppend is called before a store begins; the context it returns is
	// used for the append. The function it returns is called once, with the outcome.
	BeforeAppend(ctx context.Context, stream StreamID, events int) (context.Context, func(Appended, error))
}

// DecodeObserver is told about decoding; see [ObserveDecode]. It is called once
// a record, on the reader's goroutine: it should be quick.
type DecodeObserver interface {
	AfterDecode(m *Meta, took time.Duration, err error)
}

// ObserveDecode returns a decoder that does what d does and tells o about it.
func ObserveDecode(d Decoder, o DecodeObserver) Decoder { return observedDecoder{d, o} }

type observedDecoder struct {
	decoder  Decoder
	observer DecodeObserver
}

func (d observedDecoder) AppendEvents(dst []Event, rec *Record) ([]Event, error) {
	start := time.Now()
	dst, err := d.decoder.AppendEvents(dst, rec)
	d.observer.AfterDecode(&rec.Meta, time.Since(start), err)
	return dst, err
}

// LogAppends returns an observer that logs appends at debug level and failed
// ones at info level: who called decides whether that is an error. No payload is logged.
func LogAppends(l *slog.Logger) AppendObserver { return appendLog{l} }

type appendLog struct{ logger *slog.Logger }

func (a appendLog) BeforeAppend(ctx context.Context, stream StreamID, events int) (context.Context, func(Appended, error)) {
	start := time.Now()
	return ctx, func(done Appended, err error) {
		attrs := []slog.Attr{
			slog.String("stream", stream.String()),
			slog.Int("events", events),
			slog.Duration("took", time.Since(start)),
		}
		if err != nil {
			a.logger.LogAttrs(ctx, slog.LevelInfo, "append failed", append(attrs, slog.Any("error", err))...)
			return
		}
		attrs = append(attrs, slog.Int64("version", int64(done.Last)), slog.Int64("position", int64(done.Position)), slog.Bool("duplicate", done.Duplicate))
		a.logger.LogAttrs(ctx, slog.LevelDebug, "appended", attrs...)
	}
}
