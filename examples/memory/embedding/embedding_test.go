package embedding_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/evgen/evgen/examples/memory/embedding"
)

func cosine(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestTextsThatShareWordsAreAlike(t *testing.T) {
	tea, green, office := embedding.Of("Ada likes tea."), embedding.Of("ADA likes green tea"), embedding.Of("The office closes at six.")
	if got := cosine(tea, tea); math.Abs(got-1) > 1e-6 {
		t.Errorf("a text is %v like itself", got)
	}
	if alike, strange := cosine(tea, green), cosine(tea, office); alike <= strange {
		t.Errorf("%v alike to what shares words, %v to what does not", alike, strange)
	}
}

func TestTextWithoutWordsIsNothing(t *testing.T) {
	for _, v := range embedding.Of("…!") {
		if v != 0 {
			t.Fatalf("%v", v)
		}
	}
}

func TestComputationEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := embedding.Slowly(ctx, "tea", time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("ends with %v", err)
	}
}
