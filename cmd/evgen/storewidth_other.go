//go:build !unix

package main

import "os"

// terminalWidth is not known here: lines are as long as they need.
func terminalWidth(*os.File) int { return 0 }
