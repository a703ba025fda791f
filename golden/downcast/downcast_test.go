// Package downcast tests that generated downcasts undo the upcasts that they claim to undo.
package downcast

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/evgen/evgen/golden/downcast/events/parcel"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/codec/codectest"
)

func TestWhatWasUpcastComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := codectest.Sample(&parcel.Codec, "ParcelSentV1", rapid.Int64().Draw(t, "seed"), codectest.Mixed)
		var old parcel.ParcelSentV1
		if err := old.UnmarshalJSON(data); err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		want, err := old.AppendJSON(nil)
		if err != nil {
			return // the sample holds what cannot be written
		}
		version := parcel.Schema().Event(parcel.TypeParcelSent).Version(1)
		up, err := version.Upcast(&runtime.Meta{}, old, nil)
		if err != nil {
			t.Fatal(err)
		}
		down, err := parcel.Schema().Downcast(up[0], 1)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := down.AppendJSON(nil); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("came back as something else: %v\nhad %s\ngot %s", err, want, got)
		}
	})
}

func TestWhereARuleCannotBeInvertedThereIsNoDowncast(t *testing.T) {
	var none *runtime.NoDowncastError
	if _, err := parcel.Schema().Downcast(parcel.ParcelSentV3{}, 2); !errors.As(err, &none) || none.From != 3 {
		t.Errorf("error = %v, want a NoDowncastError from version 3", err)
	}
	if _, err := parcel.Schema().Downcast(parcel.ParcelSentV1{}, 2); !errors.As(err, &none) {
		t.Errorf("error = %v, want a NoDowncastError: upwards there is no downcast", err)
	}
}
