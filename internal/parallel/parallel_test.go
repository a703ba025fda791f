package parallel

import (
	"sync/atomic"
	"testing"
)

func TestEachCallsAll(t *testing.T) {
	var sum atomic.Int64
	Each(1000, func(i int) { sum.Add(int64(i)) })
	if sum.Load() != 499500 {
		t.Errorf("sum = %d", sum.Load())
	}
	Each(0, func(int) { t.Error("called") })
}

func TestPanicReachesTheCaller(t *testing.T) {
	defer func() {
		if recover() != "broken" {
			t.Error("the panic did not reach the caller")
		}
	}()
	Each(10, func(i int) {
		if i == 5 {
			panic("broken")
		}
	})
}
