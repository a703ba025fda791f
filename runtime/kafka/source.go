package kafka

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/projection"
)

// Membership is how a process takes part in reading a topic.
type Membership struct {
	// Group shares the partitions out among its members.
	Group string
	// Instance, if set, makes the member a static one: it keeps its partitions while
	// it restarts, for as long as kgo.SessionTimeout lets it, and nobody else takes
	// them meanwhile. It is unique in the group and stays: the name of a pod.
	Instance string
}

// Source reads one topic as a member of a group. Each partition that it is given
// has a client of its own, so that a slow one holds up no other.
type Source struct {
	topic      string
	membership Membership
	opts       []kgo.Opt
}

var _ delivery.Source = (*Source)(nil)

// NewSource checks what it is given and connects to nothing yet. opts say where the
// brokers are and who we are. kgo.RebalanceTimeout (60 s by default) must be longer
// than what a consumer takes to finish what is in flight: delivery.WithDrain.
func NewSource(topic string, m Membership, opts ...kgo.Opt) (*Source, error) {
	s := &Source{topic: topic, membership: m, opts: opts}
	if m.Group == "" {
		return nil, fmt.Errorf("source of topic %s: the group has no name", topic)
	}
	for _, opts := range [][]kgo.Opt{s.memberOptions(&member{}), s.feedOptions(0, 0)} {
		if err := kgo.ValidateOpts(opts...); err != nil {
			return nil, fmt.Errorf("source of topic %s: %w", topic, err)
		}
	}
	return s, nil
}

// memberOptions are those of the client that takes part in the group, and reads nothing.
func (s *Source) memberOptions(m *member) []kgo.Opt {
	opts := append(slices.Clone(s.opts),
		kgo.ConsumerGroup(s.membership.Group),
		kgo.ConsumeTopics(s.topic),
		kgo.DisableAutoCommit(),
		kgo.OnPartitionsAssigned(m.assigned),
		kgo.OnPartitionsRevoked(m.revoked),
		kgo.OnPartitionsLost(m.revoked),
	)
	if s.membership.Instance != "" {
		opts = append(opts, kgo.InstanceID(s.membership.Instance))
	}
	return opts
}

// feedOptions are those of the client that reads one partition. An offset that the
// broker has not got is an error: going on somewhere else would pass messages over.
func (s *Source) feedOptions(partition int32, at int64) []kgo.Opt {
	return append(slices.Clone(s.opts),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{s.topic: {partition: kgo.NewOffset().At(at)}}),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.KeepControlRecords(), // they have offsets, too: lag would never be 0
	)
}

// Follow implements [delivery.Source]. The group is the consumer's alone: to members of
// another one, and of programs that are none of ours, the broker refuses it. The error
// is a *[MembershipError].
func (s *Source) Follow(ctx context.Context, consumer string, work func(ctx context.Context, p delivery.Partition)) error {
	m := &member{ctx: ctx, source: s, work: work, jobs: map[int32]*job{}}
	client, err := kgo.NewClient(append(s.memberOptions(m), kgo.Balancers(protocolOf(consumer)))...)
	if err != nil {
		return &MembershipError{s.membership.Group, err}
	}
	defer client.Close()
	client.PauseFetchTopics(s.topic) // feeds fetch
	err = m.watch(client)
	m.finish()
	m.leave(client)
	return err
}

// reachWait bounds how long one who takes part waits for an answer of the broker.
const reachWait = 10 * time.Second

// Reach implements [delivery.Source]: there has to be a broker that has the topic. A
// client that takes part would wait for both in silence. Errors: *[MembershipError], and
// projection.ErrUnavailable.
func (s *Source) Reach(ctx context.Context) error {
	client, err := kgo.NewClient(s.opts...)
	if err != nil {
		return &MembershipError{s.membership.Group, err}
	}
	defer client.Close()
	within, cancel := context.WithTimeout(ctx, reachWait)
	defer cancel()
	_, err = (&partition{source: s, client: client}).life(within)
	switch {
	case err == nil:
		return nil
	case isOneOf(err, kerr.TopicAuthorizationFailed):
		return &MembershipError{s.membership.Group, err}
	}
	return fmt.Errorf("%w: topic %s: %w", projection.ErrUnavailable, s.topic, err)
}

// protocol shares partitions out under the name of a consumer: a broker lets members of
// one protocol only into a group, so that two consumers do not have a part of the
// messages each.
type protocol struct {
	kgo.GroupBalancer
	name string
}

func protocolOf(consumer string) kgo.GroupBalancer {
	b := kgo.CooperativeStickyBalancer()
	return &protocol{b, b.ProtocolName() + "/" + consumer}
}

// ProtocolName implements [kgo.GroupBalancer].
func (p *protocol) ProtocolName() string { return p.name }
