// Package parallel runs independent work on all processors.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each calls f for 0 to n-1 and returns when all calls have. A panic of f becomes one of the caller, who alone can
// recover it for the whole program.
func Each(n int, f func(int)) {
	var workers sync.WaitGroup
	var failure atomic.Pointer[any]
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			defer func() {
				if p := recover(); p != nil {
					failure.CompareAndSwap(nil, &p)
				}
			}()
			for i := range next {
				f(i)
			}
		}()
	}
	workers.Wait()
	if p := failure.Load(); p != nil {
		panic(*p)
	}
}
