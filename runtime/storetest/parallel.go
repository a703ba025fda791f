package storetest

import (
	"sync"
	"testing"
)

// inParallel runs n clients and waits for them; the first error fails the test.
func inParallel(t testing.TB, n int, client func(i int) error) {
	t.Helper()
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[i] = client(i)
		}()
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("client %d: %v", i, err)
		}
	}
}
