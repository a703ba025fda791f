package decimal_test

import (
	"strings"
	"testing"

	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/decimal"
)

func TestDecimalsKeepTheirDigits(t *testing.T) {
	for _, text := range []string{"0", "-0.10", "1.50", "100", "123456789012345678901234567890.000000000001", "0.00"} {
		var d decimal.Decimal
		if err := decimal.Codec.Parse(codec.Pointer(&d), text); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if out, err := decimal.Codec.Append(nil, codec.Pointer(&d)); err != nil || string(out) != text {
			t.Errorf("read %s, wrote %s, %v", text, out, err)
		}
	}
}

func TestOtherFormsAreRefused(t *testing.T) {
	for _, text := range []string{"", "-", ".5", "5.", "+1", "1e5", "1E+400000000", "0x1", "01", " 1", "1_000", "NaN", strings.Repeat("9", 2000)} {
		var d decimal.Decimal
		if err := decimal.Codec.Parse(codec.Pointer(&d), text); err == nil {
			t.Errorf("%q is read as %s", text, d)
		}
	}
}

func TestBoundsAreDecimal(t *testing.T) {
	cases := []struct {
		text  string
		check codec.Check
		want  bool
	}{
		{"0.1", codec.Check{Constraint: codec.Min, Text: "0.10"}, true},
		{"0.09", codec.Check{Constraint: codec.Min, Text: "0.1"}, false},
		{"10", codec.Check{Constraint: codec.Max, Text: "9.99"}, false},
		{"1.500", codec.Check{Constraint: codec.Scale, Int: 1}, true},
		{"1.501", codec.Check{Constraint: codec.Scale, Int: 2}, false},
		{"1", codec.Check{Constraint: codec.Max, Text: "many"}, false},
	}
	for _, c := range cases {
		d := decimal.Must(c.text)
		if got := decimal.Codec.Check(codec.Pointer(&d), &c.check); got != c.want {
			t.Errorf("%s %s %s%d: %v", c.text, c.check.Constraint, c.check.Text, c.check.Int, got)
		}
	}
}
