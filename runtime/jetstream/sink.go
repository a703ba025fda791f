package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/runtime/delivery"
)

// Sink writes to streams of JetStream, which must be there and take the subjects.
type Sink struct {
	js     natsjs.JetStream
	config sinkConfig
}

var (
	_ delivery.Sink    = (*Sink)(nil)
	_ delivery.Adviser = (*Sink)(nil)
)

type sinkConfig struct {
	stream  func(shard int) string
	subject func(m *delivery.Message) string
	window  int
	patient time.Duration
}

// SinkOption configures a [Sink].
type SinkOption func(*sinkConfig)

// WithSubject replaces [Subject].
func WithSubject(subject func(m *delivery.Message) string) SinkOption {
	return func(c *sinkConfig) { c.subject = subject }
}

// WithShardStreams is for relays of several shards: each needs a stream of its own,
// and subjects that tell them apart.
func WithShardStreams(stream func(shard int) string) SinkOption {
	return func(c *sinkConfig) { c.stream = stream }
}

// WithWindow sets how many messages are under way at once; 512 is the default.
func WithWindow(n int) SinkOption { return func(c *sinkConfig) { c.window = max(n, 1) } }

// WithAckWait sets how long the server may take to confirm a message; 5 s is the default.
func WithAckWait(d time.Duration) SinkOption { return func(c *sinkConfig) { c.patient = d } }

// NewSink writes to one stream, by way of a connection of the caller's.
func NewSink(js natsjs.JetStream, stream string, opts ...SinkOption) *Sink {
	c := sinkConfig{stream: func(int) string { return stream }, subject: Subject, window: 512, patient: 5 * time.Second}
	for _, opt := range opts {
		opt(&c)
	}
	return &Sink{js: js, config: c}
}

// StreamError says why a stream of JetStream cannot be used.
type StreamError struct {
	Stream, Reason string
}

func (e *StreamError) Error() string { return fmt.Sprintf("stream %s %s", e.Stream, e.Reason) }

// fit returns a *[StreamError] for streams that lose messages without a trace.
func fit(c *natsjs.StreamConfig) error {
	switch {
	case c.NoAck:
		return &StreamError{c.Name, "does not acknowledge what it stores (no_ack)"}
	case c.MaxMsgsPerSubject > 0:
		return &StreamError{c.Name, "drops messages out of the middle (max_msgs_per_subject)"}
	case c.Retention != natsjs.LimitsPolicy:
		return &StreamError{c.Name, "drops what one consumer has read, or what none waits for (retention is not limits)"}
	case c.Sealed:
		return &StreamError{c.Name, "is sealed"}
	}
	return nil
}

// Open implements [delivery.Sink].
func (s *Sink) Open(ctx context.Context, owner delivery.Owner) (delivery.Writer, error) {
	name := s.config.stream(owner.Shard)
	w, err := s.open(ctx, name, owner)
	if err != nil {
		return nil, fmt.Errorf("open stream %s: %w", name, closing(err))
	}
	return w, nil
}

// Advice implements [delivery.Adviser].
func (s *Sink) Advice() string { return advice(s.js) }

func (s *Sink) open(ctx context.Context, name string, owner delivery.Owner) (*writer, error) {
	stream, err := s.js.Stream(ctx, name)
	if err != nil {
		return nil, err
	}
	info := stream.CachedInfo()
	if err := fit(&info.Config); err != nil {
		return nil, err
	}
	w := &writer{sinkConfig: &s.config, js: s.js, stream: name, subjects: info.Config.Subjects, slots: slots{owner.First, owner.Last}, sequence: info.State.LastSeq}
	w.last, err = lastMark(ctx, stream, w.slots, info.State.FirstSeq, info.State.LastSeq)
	return w, err
}

// strangers is how many messages that others have published are passed over in
// search of the last one of a relay.
const strangers = 100

// lastMark returns the mark of the newest message that has one. It is the zero Mark
// if the message was written for fewer slots than these: shards were joined since,
// and it says nothing of the others' records.
func lastMark(ctx context.Context, stream natsjs.Stream, s slots, first, last uint64) (delivery.Mark, error) {
	for at := last; at > 0 && at >= first && last-at < strangers; at-- {
		raw, err := stream.GetMsg(ctx, at)
		if errors.Is(err, natsjs.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return delivery.Mark{}, err
		}
		mark, err := delivery.ParseMark(raw.Header.Get(delivery.MarkHeader))
		if err != nil || mark == (delivery.Mark{}) {
			continue
		}
		if !parseSlots(raw.Header.Get(slotsHeader)).hold(s) {
			return delivery.Mark{}, nil
		}
		return mark, nil
	}
	return delivery.Mark{}, nil
}

// writer publishes a chain of messages: each names the one that it follows. The first
// names the sequence of the stream's last message. Sequences alone would not do: where
// a message is refused since somebody else has published, the number of one behind it
// could fit.
type writer struct {
	*sinkConfig
	js     natsjs.JetStream
	stream string
	// subjects are those that the stream took at Open.
	subjects []string
	slots    slots
	last     delivery.Mark
	// sequence is that of the stream's last message at Open, previous the id of the
	// message that was published last.
	sequence uint64
	previous string
	flying   []natsjs.PubAckFuture
}

// Last implements [delivery.Writer].
func (w *writer) Last() delivery.Mark { return w.last }

// Close implements [delivery.Writer].
func (w *writer) Close() {}

// Write implements [delivery.Writer].
func (w *writer) Write(ctx context.Context, messages []delivery.Message) (int, error) {
	w.flying = w.flying[:0]
	done, sent := 0, 0
	var failed error
	for done < len(messages) {
		for sent < len(messages) && sent-done < w.window && failed == nil {
			if failed = w.publish(&messages[sent]); failed == nil {
				sent++
			}
		}
		if done == sent {
			return done, w.judge(&messages[done], failed)
		}
		if err := w.confirm(ctx, w.flying[done]); err != nil {
			return done, w.judge(&messages[done], err)
		}
		w.flying[done] = nil
		done++
	}
	return done, nil
}

func (w *writer) publish(m *delivery.Message) error {
	msg := &nats.Msg{Subject: w.subject(m), Header: headers(m), Data: m.Data}
	msg.Header[slotsHeader] = []string{w.slots.String()}
	if w.previous == "" {
		// a subject that belongs to another stream is refused with the first message, and what is chained to it, too
		msg.Header[natsjs.ExpectedStreamHeader] = []string{w.stream}
		msg.Header[natsjs.ExpectedLastSeqHeader] = []string{strconv.FormatUint(w.sequence, 10)}
	} else {
		msg.Header[natsjs.ExpectedLastMsgIDHeader] = []string{w.previous}
	}
	// a retry of the client's own would come behind what follows
	future, err := w.js.PublishMsgAsync(msg, natsjs.WithRetryAttempts(0))
	if err != nil {
		return err
	}
	w.previous = m.ID
	w.flying = append(w.flying, future)
	return nil
}

// errUnconfirmed says that the server did not answer in time.
var errUnconfirmed = errors.New("not confirmed in time")

func (w *writer) confirm(ctx context.Context, future natsjs.PubAckFuture) error {
	timer := time.NewTimer(w.patient)
	defer timer.Stop()
	select {
	case <-future.Ok(): // also of a duplicate, behind which the chain breaks
		return nil
	case err := <-future.Err():
		return err
	case <-timer.C:
		return errUnconfirmed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tooLarge is the server's code for a message that exceeds the stream's limit.
const tooLarge natsjs.ErrorCode = 10054

// judge tells what will never be taken from what may pass. That the stream takes no
// such subject may: it can be given more of them.
func (w *writer) judge(m *delivery.Message, err error) error {
	var api *natsjs.APIError
	if errors.Is(err, nats.ErrMaxPayload) || errors.Is(err, nats.ErrBadSubject) || errors.As(err, &api) && api.ErrorCode == tooLarge {
		return &delivery.RefusedError{ID: m.ID, Err: err}
	}
	subject := w.subject(m)
	if len(w.subjects) > 0 && !overlapsAny(subject, w.subjects) {
		err = fmt.Errorf("%w: %w", &StreamError{w.stream, fmt.Sprintf("takes %s only", strings.Join(w.subjects, ", "))}, err)
	}
	return fmt.Errorf("publish event %s as %s to stream %s: %w", m.ID, subject, w.stream, closing(err))
}
