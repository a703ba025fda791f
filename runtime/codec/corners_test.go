package codec_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/codec/codectest"
)

func TestCornersAreReadOrRefused(t *testing.T) {
	for _, c := range codectest.Corners() {
		t.Run(c.Name, func(t *testing.T) {
			var got codectest.Probe
			err := got.Decode([]byte(c.In))
			if c.Want == nil {
				assertCode(t, err, c.Code)
				return
			}
			if err != nil {
				t.Fatalf("refused: %v", err)
			}
			if !got.T.Equal(c.Want.T) {
				t.Errorf("time %v, want %v", got.T, c.Want.T)
			}
			got.T = c.Want.T
			if !reflect.DeepEqual(&got, c.Want) {
				t.Errorf("got %+v, want %+v", got, *c.Want)
			}
		})
	}
}

func TestCornersAreWrittenOrRefused(t *testing.T) {
	for _, c := range codectest.EncodeCorners() {
		t.Run(c.Name, func(t *testing.T) {
			got, err := c.In.Encode()
			if c.Want == "" {
				assertCode(t, err, c.Code)
				return
			}
			if err != nil || string(got) != c.Want {
				t.Errorf("got %s, %v\nwant %s", got, err, c.Want)
			}
		})
	}
}

func TestEveryTruncationIsRefused(t *testing.T) {
	for _, c := range codectest.Corners() {
		if c.Want == nil {
			continue
		}
		end := len(c.In)
		for end > 0 && c.In[end-1] != '}' {
			end--
		}
		for n := range end {
			var got codectest.Probe
			assertCode(t, got.Decode([]byte(c.In[:n])), codec.CodeTruncated)
		}
	}
}

func assertCode(t *testing.T, err error, want codec.Code) {
	t.Helper()
	var e *codec.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v (%T), want a *codec.Error with code %s", err, err, want)
	}
	if e.Code != want {
		t.Fatalf("got code %s, want %s: %v", e.Code, want, err)
	}
}
