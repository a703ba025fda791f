package kafka

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/evgen/evgen/runtime/delivery"
)

// writer writes as the one owner of a transactional id.
type writer struct {
	client *kgo.Client
	topic  string
	id     string
	// first and last are the shard's slots.
	first, last int
	mark        delivery.Mark
}

var _ delivery.Writer = (*writer)(nil)

// begin takes the transactional id over, and then asks how far it has come: in this
// order nothing can be added in between.
func (w *writer) begin(ctx context.Context) error {
	if _, _, err := w.client.ProducerID(ctx); err != nil {
		return fmt.Errorf("take over: %w", err)
	}
	mark, err := w.recall(ctx)
	w.mark = mark
	return err
}

// Last implements [delivery.Writer].
func (w *writer) Last() delivery.Mark { return w.mark }

// Write implements [delivery.Writer]. Messages go in one transaction. Of those that
// the broker refuses as a whole each half is tried, so that the one which is at
// fault is found, and what stands in front of it is safe.
func (w *writer) Write(ctx context.Context, messages []delivery.Message) (int, error) {
	if len(messages) == 0 {
		return 0, nil
	}
	err := w.transact(ctx, messages)
	if err == nil {
		return len(messages), nil
	}
	if !isRefused(err) || len(messages) == 1 {
		return 0, writeError(&messages[0], err)
	}
	half := len(messages) / 2
	n, err := w.Write(ctx, messages[:half])
	if err != nil {
		return n, err
	}
	n, err = w.Write(ctx, messages[half:])
	return half + n, err
}

// transact writes all of messages and their mark, or nothing. Only an error of the
// commit leaves it open which: then the next owner is told.
func (w *writer) transact(ctx context.Context, messages []delivery.Message) error {
	if err := w.client.BeginTransaction(); err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	err := w.produce(ctx, messages)
	if err == nil {
		err = w.remember(ctx, messages[len(messages)-1].Mark)
	}
	if err != nil {
		return w.abort(ctx, err)
	}
	if err := w.client.EndTransaction(ctx, kgo.TryCommit); err != nil {
		return fmt.Errorf("commit a transaction: %w", err)
	}
	return nil
}

// produce blocks until the broker has all messages, or one has failed.
func (w *writer) produce(ctx context.Context, messages []delivery.Message) error {
	promise := kgo.AbortingFirstErrPromise(w.client)
	for i := range messages {
		w.client.Produce(ctx, record(&messages[i]), promise.Promise())
	}
	if err := w.client.Flush(ctx); err != nil {
		return err // what is under way may take longer than ctx
	}
	return promise.Err()
}

// abortWait bounds how long a transaction that failed is cleared away, so that those
// who read committed messages need not wait for its timeout.
const abortWait = 2 * time.Second

// abort returns the reason. One that is fenced leaves all as it is: it is another's
// by now. If the broker does not answer the reason no longer counts as the message's.
func (w *writer) abort(ctx context.Context, reason error) error {
	if isFenced(reason) {
		return reason
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortWait)
	defer cancel()
	err := w.client.AbortBufferedRecords(ctx)
	if err == nil {
		err = w.client.EndTransaction(ctx, kgo.TryAbort)
	}
	if err != nil {
		return fmt.Errorf("abort a transaction, which failed (%v): %w", reason, err)
	}
	return reason
}

// Close implements [delivery.Writer]. What was begun is ended by the next owner, or
// by the broker when its time is over.
func (w *writer) Close() { w.client.Close() }
