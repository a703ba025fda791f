package upcast

import (
	"encoding/base64"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/codec"
)

// The Must functions read literals of a schema, which evgen checked when it generated the call.
// They panic on any other text.

// MustUUID reads a UUID.
func MustUUID(s string) uuid.UUID { return uuid.MustParse(s) }

// MustTimestamp reads an RFC 3339 timestamp.
func MustTimestamp(s string) time.Time { return must(time.Parse(time.RFC3339Nano, s)) }

// MustDate reads "2006-01-02".
func MustDate(s string) codec.Date { return must(codec.ParseDate(s)) }

// MustTimeOfDay reads "15:04:05".
func MustTimeOfDay(s string) codec.TimeOfDay { return must(codec.ParseTimeOfDay(s)) }

// MustDuration reads an ISO 8601 duration.
func MustDuration(s string) codec.Duration { return must(codec.ParseDuration(s)) }

// MustBytes reads base64.
func MustBytes(s string) []byte { return must(base64.StdEncoding.DecodeString(s)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic("upcast: the schema holds a literal that cannot be read: " + err.Error())
	}
	return v
}
