package codec

import (
	"testing"
	"time"
)

func TestEveryDayIsTheOneThatPackageTimeFinds(t *testing.T) {
	const first, last = -719528, 2932896 // 0000-01-01, 9999-12-31
	for days := int64(first); days <= last; days++ {
		y, m, d := time.Unix(days*86400, 0).UTC().Date()
		want := Date{Year: int16(y), Month: uint8(m), Day: uint8(d)}
		if got, ok := civilDate(days); !ok || got != want || unixDays(want) != days {
			t.Fatalf("day %d is %v, %v, %d back, want %v", days, got, ok, unixDays(want), want)
		}
	}
	for _, days := range []int64{first - 1, last + 1} {
		if got, ok := civilDate(days); ok {
			t.Errorf("day %d is %v, want none", days, got)
		}
	}
}
