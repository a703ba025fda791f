package codec

import (
	"slices"
	"time"

	"github.com/go-faster/jx"
	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/codec/codectest"
)

// jxPeer is written by hand, as users of github.com/go-faster/jx write it.
func jxPeer() Peer {
	return Peer{
		Name: "jx",
		EncodeCaptured: func(v *Captured) ([]byte, error) {
			return jxBytes(func(e *jx.Encoder) { jxCaptured(e, v) })
		},
		DecodeCaptured: func(b []byte, v *Captured) error { return jxObject(jx.DecodeBytes(b), jxReadCaptured(v)) },
		EncodeEmbedded: func(v *Embedded) ([]byte, error) {
			return jxBytes(func(e *jx.Encoder) { jxEmbedded(e, v) })
		},
		DecodeEmbedded: func(b []byte, v *Embedded) error { return jxObject(jx.DecodeBytes(b), jxReadEmbedded(v)) },
		EncodeProbe: func(v *codectest.Probe) ([]byte, error) {
			return jxBytes(func(e *jx.Encoder) { jxProbe(e, v) })
		},
		DecodeProbe: func(b []byte, v *codectest.Probe) error { return jxObject(jx.DecodeBytes(b), jxReadProbe(v)) },
	}
}

func jxBytes(write func(*jx.Encoder)) ([]byte, error) {
	e := jx.GetEncoder()
	defer jx.PutEncoder(e)
	write(e)
	return slices.Clone(e.Bytes()), nil
}

func jxObject(d *jx.Decoder, read func(*jx.Decoder, []byte) error) error { return d.ObjBytes(read) }

func jxCaptured(e *jx.Encoder, v *Captured) {
	e.Obj(func(e *jx.Encoder) {
		e.Field("id", func(e *jx.Encoder) { e.Str(v.ID.String()) })
		e.Field("correlation", func(e *jx.Encoder) { e.Str(v.Correlation.String()) })
		e.Field("type", func(e *jx.Encoder) { e.Str(v.Type) })
		e.Field("occurred_at", func(e *jx.Encoder) { e.Str(v.OccurredAt.Format(time.RFC3339Nano)) })
		e.Field("recorded_at", func(e *jx.Encoder) { e.Str(v.RecordedAt.Format(time.RFC3339Nano)) })
		e.Field("text", func(e *jx.Encoder) { e.Str(v.Text) })
		if v.Summary != nil {
			e.Field("summary", func(e *jx.Encoder) { e.Str(*v.Summary) })
		}
		e.Field("scores", func(e *jx.Encoder) {
			e.Arr(func(e *jx.Encoder) {
				for _, f := range v.Scores {
					e.Float64(f)
				}
			})
		})
		e.Field("tags", func(e *jx.Encoder) { jxStrings(e, v.Tags) })
		e.Field("labels", func(e *jx.Encoder) {
			e.Obj(func(e *jx.Encoder) {
				for k, s := range v.Labels {
					e.Field(k, func(e *jx.Encoder) { e.Str(s) })
				}
			})
		})
		e.Field("source", func(e *jx.Encoder) { jxSource(e, &v.Source) })
		e.Field("accesses", func(e *jx.Encoder) { e.Int64(v.Accesses) })
		e.Field("size", func(e *jx.Encoder) { e.Int64(v.Size) })
		e.Field("rank", func(e *jx.Encoder) { e.Int32(v.Rank) })
		e.Field("pinned", func(e *jx.Encoder) { e.Bool(v.Pinned) })
	})
}

func jxStrings(e *jx.Encoder, list []string) {
	e.Arr(func(e *jx.Encoder) {
		for _, s := range list {
			e.Str(s)
		}
	})
}

func jxSource(e *jx.Encoder, v *Source) {
	e.Obj(func(e *jx.Encoder) {
		e.Field("origin", func(e *jx.Encoder) { e.Str(v.Origin) })
		if v.URI != nil {
			e.Field("uri", func(e *jx.Encoder) { e.Str(*v.URI) })
		}
		e.Field("line", func(e *jx.Encoder) { e.Int64(v.Line) })
		e.Field("agent", func(e *jx.Encoder) { e.Str(v.Agent) })
	})
}

func jxReadCaptured(v *Captured) func(*jx.Decoder, []byte) error {
	return func(d *jx.Decoder, key []byte) (err error) {
		switch string(key) {
		case "id":
			return jxUUID(d, &v.ID)
		case "correlation":
			return jxUUID(d, &v.Correlation)
		case "type":
			v.Type, err = d.Str()
		case "occurred_at":
			return jxTime(d, &v.OccurredAt)
		case "recorded_at":
			return jxTime(d, &v.RecordedAt)
		case "text":
			v.Text, err = d.Str()
		case "summary":
			return jxOptional(d, &v.Summary)
		case "scores":
			return d.Arr(func(d *jx.Decoder) error {
				f, err := d.Float64()
				v.Scores = append(v.Scores, f)
				return err
			})
		case "tags":
			return jxReadStrings(d, &v.Tags)
		case "labels":
			v.Labels = map[string]string{}
			return d.ObjBytes(func(d *jx.Decoder, key []byte) error {
				s, err := d.Str()
				v.Labels[string(key)] = s
				return err
			})
		case "source":
			return d.ObjBytes(jxReadSource(&v.Source))
		case "accesses":
			v.Accesses, err = d.Int64()
		case "size":
			v.Size, err = d.Int64()
		case "rank":
			v.Rank, err = d.Int32()
		case "pinned":
			v.Pinned, err = d.Bool()
		default:
			return d.Skip()
		}
		return err
	}
}

func jxReadSource(v *Source) func(*jx.Decoder, []byte) error {
	return func(d *jx.Decoder, key []byte) (err error) {
		switch string(key) {
		case "origin":
			v.Origin, err = d.Str()
		case "uri":
			return jxOptional(d, &v.URI)
		case "line":
			v.Line, err = d.Int64()
		case "agent":
			v.Agent, err = d.Str()
		default:
			return d.Skip()
		}
		return err
	}
}

func jxUUID(d *jx.Decoder, v *uuid.UUID) error {
	s, err := d.StrBytes()
	if err != nil {
		return err
	}
	*v, err = uuid.ParseBytes(s)
	return err
}

func jxTime(d *jx.Decoder, v *time.Time) error {
	s, err := d.Str()
	if err != nil {
		return err
	}
	*v, err = time.Parse(time.RFC3339Nano, s)
	return err
}

func jxOptional(d *jx.Decoder, v **string) error {
	if d.Next() == jx.Null {
		return d.Null()
	}
	s, err := d.Str()
	*v = &s
	return err
}

func jxReadStrings(d *jx.Decoder, v *[]string) error {
	return d.Arr(func(d *jx.Decoder) error {
		s, err := d.Str()
		*v = append(*v, s)
		return err
	})
}

func jxEmbedded(e *jx.Encoder, v *Embedded) {
	e.Obj(func(e *jx.Encoder) {
		e.Field("id", func(e *jx.Encoder) { e.Str(v.ID.String()) })
		e.Field("model", func(e *jx.Encoder) { e.Str(v.Model) })
		e.Field("embedding", func(e *jx.Encoder) {
			e.Arr(func(e *jx.Encoder) {
				for _, f := range v.Embedding {
					e.Float32(f)
				}
			})
		})
	})
}

func jxReadEmbedded(v *Embedded) func(*jx.Decoder, []byte) error {
	return func(d *jx.Decoder, key []byte) (err error) {
		switch string(key) {
		case "id":
			return jxUUID(d, &v.ID)
		case "model":
			v.Model, err = d.Str()
		case "embedding":
			return d.Arr(func(d *jx.Decoder) error {
				f, err := d.Float32()
				v.Embedding = append(v.Embedding, f)
				return err
			})
		default:
			return d.Skip()
		}
		return err
	}
}

func jxProbe(e *jx.Encoder, v *codectest.Probe) {
	e.Obj(func(e *jx.Encoder) {
		e.Field("s", func(e *jx.Encoder) { e.Str(v.S) })
		e.Field("i", func(e *jx.Encoder) { e.Int64(v.I) })
		e.Field("i32", func(e *jx.Encoder) { e.Int32(v.I32) })
		e.Field("u", func(e *jx.Encoder) { e.UInt64(v.U) })
		e.Field("f", func(e *jx.Encoder) { e.Float64(v.F) })
		e.Field("f32", func(e *jx.Encoder) { e.Float32(v.F32) })
		e.Field("b", func(e *jx.Encoder) { e.Bool(v.B) })
		e.Field("t", func(e *jx.Encoder) { e.Str(v.T.Format(time.RFC3339Nano)) })
		e.Field("l", func(e *jx.Encoder) { jxStrings(e, v.L) })
		e.Field("m", func(e *jx.Encoder) {
			e.Obj(func(e *jx.Encoder) {
				for k, n := range v.M {
					e.Field(k, func(e *jx.Encoder) { e.Int64(n) })
				}
			})
		})
		e.Field("n", func(e *jx.Encoder) {
			e.Obj(func(e *jx.Encoder) { e.Field("x", func(e *jx.Encoder) { e.Int64(v.N.X) }) })
		})
	})
}

func jxReadProbe(v *codectest.Probe) func(*jx.Decoder, []byte) error {
	return func(d *jx.Decoder, key []byte) (err error) {
		switch string(key) {
		case "s":
			v.S, err = d.Str()
		case "i":
			v.I, err = d.Int64()
		case "i32":
			v.I32, err = d.Int32()
		case "u":
			v.U, err = d.UInt64()
		case "f":
			v.F, err = d.Float64()
		case "f32":
			v.F32, err = d.Float32()
		case "b":
			v.B, err = d.Bool()
		case "t":
			return jxTime(d, &v.T)
		case "l":
			return jxReadStrings(d, &v.L)
		case "m":
			v.M = map[string]int64{}
			return d.ObjBytes(func(d *jx.Decoder, key []byte) error {
				n, err := d.Int64()
				v.M[string(key)] = n
				return err
			})
		case "n":
			return d.ObjBytes(jxReadInner(&v.N))
		case "o":
			return jxOptional(d, &v.O)
		default:
			return d.Skip()
		}
		return err
	}
}

func jxReadInner(v *codectest.Inner) func(*jx.Decoder, []byte) error {
	return func(d *jx.Decoder, key []byte) (err error) {
		switch string(key) {
		case "x":
			v.X, err = d.Int64()
		case "next":
			v.Next = &codectest.Inner{}
			return d.ObjBytes(jxReadInner(v.Next))
		default:
			return d.Skip()
		}
		return err
	}
}
