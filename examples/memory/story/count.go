package story

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/evgen/evgen/examples/memory/page"
	"github.com/evgen/evgen/examples/memory/system"
	"github.com/evgen/evgen/runtime/saga"
)

// count waits until everything stands still and compares what there is with what
// there should be. What does not come to stand still in time shows in the figures.
func (s *Story) count(ctx context.Context) error {
	if err := s.settle(ctx); err != nil && ctx.Err() != nil {
		return err
	}
	figures, err := s.system.Figures(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	Print(s.page, figures)
	if broken := figures.Broken(); len(broken) > 0 {
		return fmt.Errorf("%w: %s", ErrBroken, strings.Join(broken, ", "))
	}
	return nil
}

// Print prints figures as a table.
func Print(p *page.Page, f system.Figures) {
	p.Table([]string{"WHAT", "COUNT", "NAMELY"}, [][]string{
		{"facts", strconv.Itoa(f.Facts), fmt.Sprintf("in the store, and %d messages in the broker", f.Messages)},
		{"effects", strconv.Itoa(f.Rows), fmt.Sprintf("embeddings for %d texts, and %d facts that say so", f.Words, f.Notes)},
		{"sagas", strconv.Itoa(total(f.Sagas)), states(f.Sagas)},
		{"lag", strconv.FormatInt(f.Lag, 10), "events behind, all parts together"},
		{"put aside", strconv.Itoa(f.Letters), "events that could not be handled"},
		{"twice", strconv.Itoa(f.Twice), "effects too many"},
		{"lost", strconv.Itoa(f.Lost), "facts and effects too few"},
	})
}

func total(counts map[saga.State]int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}

// states lists how many sagas are in each state: the two good ends always, others if
// there are any.
func states(counts map[saga.State]int) string {
	var texts []string
	for _, state := range saga.States() {
		if n := counts[state]; n > 0 || state == saga.Completed || state == saga.Compensated {
			texts = append(texts, fmt.Sprintf("%d %s", n, strings.ReplaceAll(string(state), "_", " ")))
		}
	}
	return strings.Join(texts, ", ")
}
