package storetest

import "testing"

func TestHistoryCheckerCatchesWhatNoOrderExplains(t *testing.T) {
	cases := map[string]struct {
		ops []operation
		ok  bool
	}{
		"one after the other": {[]operation{{appended, 0, 1, 2, 1}, {observed, 0, 3, 4, 1}, {appended, 0, 5, 6, 2}}, true},
		"overlapping":         {[]operation{{appended, 0, 1, 9, 1}, {observed, 0, 2, 3, 1}, {observed, 0, 2, 3, 0}}, true},
		"lost update":         {[]operation{{appended, 0, 1, 5, 1}, {appended, 0, 2, 6, 1}}, false},
		"stale read":          {[]operation{{appended, 0, 1, 2, 1}, {observed, 0, 3, 4, 0}}, false},
		"stale conflict":      {[]operation{{appended, 0, 1, 2, 1}, {appended, 0, 3, 4, 2}, {conflicted, 0, 5, 6, 1}}, false},
		"read of the future":  {[]operation{{observed, 0, 1, 2, 1}, {appended, 0, 3, 4, 1}}, false},
		"read of nothing":     {[]operation{{observed, 0, 1, 2, 1}}, false},
		"time runs backwards": {[]operation{{appended, 0, 1, 9, 1}, {appended, 0, 1, 9, 2}, {observed, 0, 2, 3, 2}, {observed, 0, 4, 5, 1}}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if err := linearizable(c.ops); (err == nil) != c.ok {
				t.Errorf("linearizable: %v, want ok %t", err, c.ok)
			}
		})
	}
}
