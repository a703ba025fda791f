package codec_test

import (
	"testing"
	"time"

	"github.com/evgen/evgen/runtime/codec/codectest"
)

func TestEveryDayIsWrittenAsPackageTimeWritesIt(t *testing.T) {
	p := codectest.Base()
	for p.T = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC); p.T.Year() < 10000; p.T = p.T.Add(24*time.Hour + 17*time.Second) {
		out, err := p.Encode()
		var back codectest.Probe
		if err != nil || back.Decode(out) != nil || !back.T.Equal(p.T) {
			t.Fatalf("%s: wrote %s, %v", p.T, out, err)
		}
	}
}
