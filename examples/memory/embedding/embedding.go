// Package embedding stands in for a model that says what words mean.
//
// In goes a text; out come as many numbers for each text, the same each time, alike
// for texts that share words. It calls nobody, and takes no time of its own: see
// [Slowly].
package embedding

import (
	"context"
	"hash/fnv"
	"math"
	"time"

	"github.com/evgen/evgen/examples/memory/search"
)

// Model names what computes.
const Model = "words-16"

// size is how many numbers there are.
const size = 16

// Of returns the embedding of a text: its words, each counted in one of the numbers,
// as a vector of length 1. A text without words is all zero.
func Of(text string) []float32 {
	vector := make([]float32, size)
	var sum float64
	for _, word := range search.Words(text) {
		h := fnv.New32a()
		_, _ = h.Write([]byte(word))
		vector[h.Sum32()%size]++
	}
	for _, v := range vector {
		sum += float64(v) * float64(v)
	}
	if sum == 0 {
		return vector
	}
	for i := range vector {
		vector[i] /= float32(math.Sqrt(sum))
	}
	return vector
}

// Slowly is [Of], and takes as long as a model would. It ends early with ctx's error.
func Slowly(ctx context.Context, text string, took time.Duration) ([]float32, error) {
	timer := time.NewTimer(took)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-timer.C:
		return Of(text), nil
	}
}
