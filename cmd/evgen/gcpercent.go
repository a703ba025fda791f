package main

import (
	"os"
	"runtime/debug"
)

// relaxCollector lets the heap grow to three times what is live before it is collected: a run is short and keeps most of
// what it makes. Measured on 10,000 events of 8 fields, it saves 18 % of the processor time (6.2 to 5.1 s) for 9 % more
// memory (1,180 to 1,290 MB); a percentage of 400 saves 1 % more for another 11 %. The user's GOGC has the last word.
func relaxCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
}
