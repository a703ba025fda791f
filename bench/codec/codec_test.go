package codec

import (
	"reflect"
	"runtime"
	"testing"
)

func TestPeersAgreeOnTheEvents(t *testing.T) {
	captured, embedded := NewCaptured(), NewEmbedded()
	for _, p := range Peers() {
		text, err := p.EncodeCaptured(&captured)
		var back Captured
		if err != nil || p.DecodeCaptured(text, &back) != nil || !reflect.DeepEqual(back, captured) {
			t.Errorf("%s: %v\n%s\n%+v", p.Name, err, text, back)
		}
		text, err = p.EncodeEmbedded(&embedded)
		var again Embedded
		if err != nil || p.DecodeEmbedded(text, &again) != nil || !reflect.DeepEqual(again, embedded) {
			t.Errorf("%s: embedded: %v", p.Name, err)
		}
	}
	for _, r := range Reusers() {
		for range 2 { // the second time into what the first left
			text, err := r.EncodeCaptured(&captured)
			var back Captured
			if err != nil || decodeCaptured(text, &back) != nil || !reflect.DeepEqual(back, captured) {
				t.Errorf("%s into a kept buffer: %v\n%s", r.Name, err, text)
			}
		}
	}
	binary, err := BinaryPeers()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range binary {
		data, err := p.EncodeCaptured(&captured)
		var back Captured
		if err != nil || p.DecodeCaptured(data, &back) != nil || back.Text != captured.Text || !back.OccurredAt.Equal(captured.OccurredAt) {
			t.Errorf("%s: %v\n%+v", p.Name, err, back)
		}
	}
}

func BenchmarkDecodeCaptured(b *testing.B) {
	v := NewCaptured()
	for _, p := range Peers() {
		text, err := p.EncodeCaptured(&v)
		b.Run(p.Name, func(b *testing.B) { decode(b, text, err, p.DecodeCaptured) })
	}
	b.Run("allocation-floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v, block, s1, s2 := AllocateCaptured()
			runtime.KeepAlive(v)
			runtime.KeepAlive(block)
			runtime.KeepAlive(s1)
			runtime.KeepAlive(s2)
		}
	})
	binary, fault := BinaryPeers()
	for _, p := range binary {
		data, err := p.EncodeCaptured(&v)
		b.Run(p.Name, func(b *testing.B) { decode(b, data, err, p.DecodeCaptured) })
	}
	if fault != nil {
		b.Fatal(fault)
	}
}

func BenchmarkEncodeCaptured(b *testing.B) {
	v := NewCaptured()
	for _, p := range Peers() {
		b.Run(p.Name, func(b *testing.B) { encode(b, &v, p.EncodeCaptured) })
	}
	for _, r := range Reusers() {
		b.Run(r.Name+"-kept-buffer", func(b *testing.B) { encode(b, &v, r.EncodeCaptured) })
	}
	binary, fault := BinaryPeers()
	for _, p := range binary {
		b.Run(p.Name, func(b *testing.B) { encode(b, &v, p.EncodeCaptured) })
	}
	if fault != nil {
		b.Fatal(fault)
	}
}

func BenchmarkDecodeEmbedded(b *testing.B) {
	v := NewEmbedded()
	for _, p := range Peers() {
		text, err := p.EncodeEmbedded(&v)
		b.Run(p.Name, func(b *testing.B) { decode(b, text, err, p.DecodeEmbedded) })
	}
}

func BenchmarkEncodeEmbedded(b *testing.B) {
	v := NewEmbedded()
	for _, p := range Peers() {
		b.Run(p.Name, func(b *testing.B) { encode(b, &v, p.EncodeEmbedded) })
	}
}

func decode[T any](b *testing.B, data []byte, err error, run func([]byte, *T) error) {
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		v := new(T)
		if err := run(data, v); err != nil {
			b.Fatal(err)
		}
	}
}

func encode[T any](b *testing.B, v *T, run func(*T) ([]byte, error)) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := run(v); err != nil {
			b.Fatal(err)
		}
	}
}

func TestNoCornerIsWrong(t *testing.T) {
	ours := Peers()[:1]
	rows := Corners(ours)
	if len(rows) < 51 {
		t.Errorf("%d corners", len(rows))
	}
	for _, row := range rows {
		if row.Faults[0] != "" {
			t.Errorf("%s %s %s", ours[0].Name, row.Faults[0], row.Name)
		}
	}
}
