package kafka

import (
	"context"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/evgen/evgen/runtime/delivery"
)

// member works on the partitions that its group gives it.
type member struct {
	ctx    context.Context //nolint:containedctx // that of Follow, which callbacks are not given
	source *Source
	work   func(ctx context.Context, p delivery.Partition)

	mu       sync.Mutex
	jobs     map[int32]*job
	finished bool
}

// job is the work on one partition.
type job struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// assigned begins to work on partitions.
func (m *member) assigned(_ context.Context, client *kgo.Client, given map[string][]int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, number := range given[m.source.topic] {
		if m.finished {
			return
		}
		ctx, cancel := context.WithCancel(m.ctx)
		j := &job{cancel: cancel, done: make(chan struct{})}
		m.jobs[number] = j
		p := &partition{source: m.source, client: client, number: number}
		go func() {
			defer close(j.done)
			defer p.givenUp.Store(true)
			defer cancel()
			m.work(ctx, p)
		}()
	}
}

// revoked blocks until no more is done for partitions: the group gives them on when
// it returns. That the group has them lost already changes nothing: the database
// knows who may commit.
func (m *member) revoked(_ context.Context, _ *kgo.Client, taken map[string][]int32) {
	m.end(taken[m.source.topic])
}

// finish ends all work, and lets none begin.
func (m *member) finish() {
	m.mu.Lock()
	m.finished = true
	var numbers []int32
	for number := range m.jobs {
		numbers = append(numbers, number)
	}
	m.mu.Unlock()
	m.end(numbers)
}

func (m *member) end(numbers []int32) {
	m.mu.Lock()
	var jobs []*job
	for _, number := range numbers {
		if j := m.jobs[number]; j != nil {
			j.cancel()
			jobs = append(jobs, j)
			delete(m.jobs, number)
		}
	}
	m.mu.Unlock()
	for _, j := range jobs {
		<-j.done
	}
}

// watch blocks until ctx ends, or the member cannot take part. What passes, the
// client tries again by itself.
func (m *member) watch(client *kgo.Client) error {
	for {
		fetches := client.PollFetches(m.ctx)
		if m.ctx.Err() != nil {
			return nil
		}
		for _, f := range fetches.Errors() {
			if err := membershipError(m.source.membership.Group, f.Err); err != nil {
				return err
			}
		}
	}
}

// leaveWait bounds how long a broker is told that a member leaves.
const leaveWait = 5 * time.Second

// leave gives partitions back at once; a static member keeps them.
func (m *member) leave(client *kgo.Client) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(m.ctx), leaveWait)
	defer cancel()
	_ = client.LeaveGroupContext(ctx) // otherwise the broker finds out by itself
}
