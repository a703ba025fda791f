package codec_test

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/codec/codectest"
	"github.com/evgen/evgen/runtime/codec/internal/sample"
)

// readNumbers reads one float64 and one float32.
func readNumbers(t rapid.TB, text string) (f64 float64, f32 float32, err error) {
	t.Helper()
	var c sample.Collections
	doc := `{"floats":[` + text + `],"doubles":[` + text + `]` + restOfCollections + `}`
	if err := c.UnmarshalJSON([]byte(doc)); err != nil {
		return 0, 0, err
	}
	return c.Doubles[0], c.Floats[0], nil
}

const restOfCollections = `,"strings":[],"kinds":[],"null_ints":[],"lists":[],"pays":[],"money":[],"decimals":[],"times":[],` +
	`"anys":[],"one":[],"one_int":[],"one_node":[],"strs":{},"moneys":{},"pay_map":{},"map_map":{},"null_map":{},"list_map":{},"sums":[]`

func TestFloatsAreReadToTheNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strconv.FormatUint(rapid.Uint64Max(rapid.SampledFrom([]uint64{1e6, 1e10, 1 << 53, 1e17, 1<<64 - 1}).Draw(t, "size")).Draw(t, "mantissa"), 10)
		text += "e" + strconv.Itoa(rapid.IntRange(-60, 18).Draw(t, "exponent"))
		f64, f32, err := readNumbers(t, text)
		want64, _ := strconv.ParseFloat(text, 64)
		want32, fault := strconv.ParseFloat(text, 32)
		if fault != nil {
			if err == nil {
				t.Fatalf("%s: no error", text)
			}
			return
		}
		if err != nil || f64 != want64 || f32 != float32(want32) {
			t.Fatalf("%s: %v %v %v, want %v %v", text, f64, f32, err, want64, want32)
		}
	})
}

func TestHardFloatsAreReadToTheNearest(t *testing.T) {
	for _, text := range []string{
		"8.5", "0", "-0", "0.0", "1e0", "9007199254740992.5", "9007199254740993e0", "1.00000005960464477539", "1.000000059604644775390625",
		"1.0000000596046447753906251", "16777217", "3.4028235677973366e38", "3.4028234664e38", "1.1754943e-38", "1e-45", "7e-46", "2.2250738585072011e-308",
		"4.35e-5", "123456789012345678", "99999999999999974834176e0", "1e22", "1e23", "0.000000000000000000000000000000000000001", "5e-324", "1e308",
		"179769313486231570000000000000000000000e0", "6.0221407599999999e23", "1e-70", "1.7e-70", "9.3e70", "12345678901234567890e-25",
	} {
		want64, err64 := strconv.ParseFloat(text, 64)
		want32, err32 := strconv.ParseFloat(text, 32)
		f64, f32, err := readNumbers(t, text)
		if (err == nil) != (err64 == nil && err32 == nil) {
			t.Errorf("%s: error %v, want %v %v", text, err, err64, err32)
			continue
		}
		if err == nil && (math.Float64bits(f64) != math.Float64bits(want64) || math.Float32bits(f32) != math.Float32bits(float32(want32))) {
			t.Errorf("%s: %v %v, want %v %v", text, f64, f32, want64, want32)
		}
	}
}

func TestFloatsAreWrittenAsEncodingJSONWritesThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
		if rapid.Bool().Draw(t, "short") {
			f = float64(rapid.Int64Range(-1e9, 1e9).Draw(t, "hundredths")) / math.Pow10(rapid.IntRange(0, 12).Draw(t, "digits"))
		} else if rapid.Bool().Draw(t, "moderate") {
			f = math.Ldexp(float64(rapid.Int64().Draw(t, "fraction")), rapid.IntRange(-110, 20).Draw(t, "exponent"))
		}
		f32 := math.Float32frombits(rapid.Uint32().Draw(t, "bits32"))
		if math.IsNaN(f) || math.IsInf(f, 0) || f32 != f32 || math.IsInf(float64(f32), 0) {
			return
		}
		got, err := sample.Collections{Doubles: []float64{f}, Floats: []float32{f32}}.AppendJSON(nil)
		want64, _ := json.Marshal(f)
		want32, _ := json.Marshal(f32)
		want := `{"strings":[],"floats":[` + string(want32) + `],"doubles":[` + string(want64) + `],"kinds":`
		if err != nil || len(got) < len(want) || string(got[:len(want)]) != want {
			t.Fatalf("got %s, %v\nwant %s...", got, err, want)
		}
	})
}

func TestTimestampsAreWrittenAsTheyWereRead(t *testing.T) {
	for _, text := range []string{
		"2024-01-02T03:04:05Z", "2024-01-02T03:04:05.5Z", "2024-01-02T03:04:05.000Z", "2024-01-02T03:04:05.120Z", "2024-01-02T03:04:05.000000000Z",
		"2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05-00:00", "2024-01-02T03:04:05.10-00:00", "2024-01-02T03:04:05.50+02:00", "2024-01-02T03:04:05-07:00",
		"2024-01-02T03:04:05.123456789+05:45", "2024-01-02T03:04:05.100000000-11:30", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z",
		"2024-02-29T23:59:59+23:59", "1969-12-31T23:59:59.999Z", "1900-03-01T00:00:00.0Z",
	} {
		var p codectest.Probe
		in := []byte(probeWith("t", `"`+text+`"`))
		if err := p.Decode(in); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		out, err := p.Encode()
		if err != nil || string(out) != string(in) {
			t.Errorf("read %s\nwrote %s, %v", in, out, err)
		}
		if want, err := time.Parse(time.RFC3339Nano, text); err != nil || !p.T.Equal(want) {
			t.Errorf("%s: read as %v", text, p.T)
		}
	}
}

// probeWith returns the document of codectest.Base with one member replaced.
func probeWith(name, value string) string {
	for _, c := range codectest.Corners() {
		if c.Name == "space around a value" {
			var members map[string]json.RawMessage
			if json.Unmarshal([]byte(c.In), &members) != nil {
				return ""
			}
			members[name] = json.RawMessage(value)
			doc := ""
			for _, m := range []string{"s", "i", "i32", "u", "f", "f32", "b", "t", "l", "m", "n"} {
				doc += `,"` + m + `":` + string(members[m])
			}
			return "{" + doc[1:] + "}"
		}
	}
	return ""
}

func TestTimesOfUsersAreWrittenAsRFC3339Nano(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-62167219200, 253402214400).Draw(t, "unix"), rapid.Int64Range(0, 999999999).Draw(t, "nanos"))
		zone := rapid.SampledFrom([]*time.Location{time.UTC, time.FixedZone("CEST", 7200), time.FixedZone("", 0), time.FixedZone("UTC", 0), time.FixedZone("x", -3600*5-1800)}).Draw(t, "zone")
		at = at.In(zone)
		if y := at.Year(); y < 0 || y > 9999 {
			return
		}
		p := codectest.Base()
		p.T = at
		out, err := p.Encode()
		var back struct{ T string }
		if err != nil || json.Unmarshal(out, &back) != nil || back.T != at.Format(time.RFC3339Nano) {
			t.Fatalf("%v: wrote %s, %v", at, back.T, err)
		}
	})
}

func TestDurationsKeepTheirSpelling(t *testing.T) {
	for _, text := range []string{"PT60S", "P0D", "PT0S", "P1Y2M3W4DT5H6M7.5S", "-P1D", "PT1.50S", "P0Y1M", "PT0.000S", "PT36H", "P1M", "PT1M", "PT1,5S"} {
		d, err := codec.ParseDuration(text)
		if err != nil || d.String() != text {
			t.Errorf("%s: wrote %s, %v", text, d, err)
		}
	}
	for _, text := range []string{"", "P", "PT", "P1", "1D", "P1S", "PT1D", "P1DT", "P1D1Y", "PT1.5H", "P1.5D", "PT.5S", "P-1D", "PT1.0000000000S", "P1YT", "p1d"} {
		if d, err := codec.ParseDuration(text); err == nil {
			t.Errorf("%q is read as %s", text, d)
		}
	}
	d, _ := codec.ParseDuration("PT60S")
	if d.Seconds = 61; d.String() != "PT61S" {
		t.Errorf("a changed duration is written %s", d)
	}
	if got := codec.DurationOf(-90 * time.Minute).String(); got != "-PT1H30M" {
		t.Errorf("DurationOf writes %s", got)
	}
}

func TestTimesOfDayKeepTheirSpelling(t *testing.T) {
	for _, text := range []string{"00:00:00", "23:59:59.9", "12:30:00.000", "12:30:00Z", "12:30:00.10+02:00", "12:30:00-00:00", "12:30:00+00:00"} {
		c, err := codec.ParseTimeOfDay(text)
		if err != nil || c.String() != text {
			t.Errorf("%s: wrote %s, %v", text, c, err)
		}
	}
	for _, text := range []string{"24:00:00", "12:60:00", "12:30:60", "12:30", "12:30:00.", "12:30:00.0000000000", "12:30:00+2:00", "12:30:00z "} {
		if c, err := codec.ParseTimeOfDay(text); err == nil {
			t.Errorf("%q is read as %s", text, c)
		}
	}
}
