package archive_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/archive"
)

var at = time.Date(2026, 1, 31, 12, 0, 0, 123456000, time.UTC)

func record(data string) runtime.Record {
	return runtime.Record{
		Meta: runtime.Meta{
			ID: uuid.New(), Type: "shop.Placed", Version: 2, Stream: runtime.StreamOf("Order", "ä<1>"), StreamVersion: 3, Position: 17,
			Tenant: "acme", Correlation: uuid.New(), Causation: uuid.New(), Actor: "a&b\u2028", OccurredAt: at, RecordedAt: at.Add(time.Second),
			Headers: map[string]string{"k": "<v>"},
		},
		Data: []byte(data),
	}
}

func read(t *testing.T, text string) (records []runtime.Record, errs []error) {
	t.Helper()
	for rec, err := range archive.Read("f", strings.NewReader(text), at) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		records = append(records, rec)
	}
	return records, errs
}

func TestPayloadsComeBackByteForByte(t *testing.T) {
	for _, data := range []string{
		`{"a":1}`, `{ "b" : 1.0e+2, "a":"<&>\u0000", "a":9007199254740993 }`, "{\n  \"a\": 1\n}", "{\r}", ` {}`, "\"\xff\"", `null`, `"` + strings.Repeat("x", 1<<20) + `"`,
	} {
		want := record(data)
		text, err := archive.Append(nil, &want)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Count(text, []byte("\n")) != 1 {
			t.Errorf("%.40q is not on one line", data)
		}
		got, errs := read(t, string(text))
		if len(errs) > 0 || len(got) != 1 || !same(&got[0], &want) {
			t.Errorf("%.40q comes back as %.200v, %v", data, got, errs)
		}
	}
}

func same(a, b *runtime.Record) bool {
	x, y := a.Meta, b.Meta
	x.Headers, y.Headers = nil, nil
	return maps.Equal(a.Headers, b.Headers) && x.OccurredAt.Equal(y.OccurredAt) && x.ID == y.ID && x.Type == y.Type && x.Version == y.Version &&
		x.Stream == y.Stream && x.StreamVersion == y.StreamVersion && x.Position == y.Position && x.Tenant == y.Tenant &&
		x.Correlation == y.Correlation && x.Causation == y.Causation && x.Actor == y.Actor && x.RecordedAt.Equal(y.RecordedAt) &&
		bytes.Equal(a.Data, b.Data)
}

func TestBrokenLinesAreNamedByNumberAndTheOthersRead(t *testing.T) {
	rec := record(`{}`)
	good, err := archive.Append(nil, &rec)
	if err != nil {
		t.Fatal(err)
	}
	line := strings.TrimSpace(string(good))
	broken := []string{
		`{`, `[]`, `{"id": 1}`, line + line, strings.Replace(line, `"type":"shop.Placed",`, "", 1), strings.Replace(line, `,"data":{}`, "", 1),
		strings.Replace(line, `{}`, `{},"data_base64":"e30="`, 1), strings.Replace(line, `"actor"`, `"aktor"`, 1), line[:len(line)-3],
		strings.Replace(line, `"stream":"Order-`, `"stream":"`, 1),
	}
	text := "\n" + string(good)
	for _, b := range broken {
		text += b + "\n\r\n"
	}
	records, errs := read(t, text+line)
	if len(records) != 2 || len(errs) != len(broken) {
		t.Fatalf("%d records and %d errors: %v", len(records), len(errs), errs)
	}
	for i, err := range errs {
		var at *archive.LineError
		if !errors.As(err, &at) || at.Line != 3+2*i || !strings.HasPrefix(err.Error(), "f:") {
			t.Errorf("%s: %v", broken[i], err)
		}
	}
}

func TestCompressedLinesAreReadWhateverTheirName(t *testing.T) {
	rec := record(`{}`)
	text, err := archive.Append(nil, &rec)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got, errs := read(t, packed.String()); len(got) != 1 || len(errs) > 0 {
		t.Errorf("%v, %v", got, errs)
	}
	if _, errs := read(t, packed.String()[:packed.Len()-6]); len(errs) != 1 {
		t.Errorf("a file that is cut off: %v", errs)
	}
}

func TestEnvelopesAreShownWithoutPayload(t *testing.T) {
	rec := record(`{"secret":true}`)
	text, err := archive.AppendEnvelope(nil, &rec)
	if err != nil || strings.Contains(string(text), "secret") || !strings.Contains(string(text), `"position":17`) {
		t.Errorf("%s, %v", text, err)
	}
}

func TestWhatJSONCannotHoldIsRefused(t *testing.T) {
	rec := record(`{}`)
	rec.Actor = "\xff"
	if _, err := archive.Append(nil, &rec); err == nil {
		t.Error("an actor that is not UTF-8 was written")
	}
}
