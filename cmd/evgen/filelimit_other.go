//go:build !unix

package main

// reportFileLimits has nothing to do where no signal is sent at a file-size limit.
func reportFileLimits() {}
