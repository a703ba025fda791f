package delivery

import (
	"context"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// recall is what is known to have been taken in of streams without asking the database
// again: what this owner's transactions have read or noted. It is all committed. Another
// partition's transaction may have taken in more of a stream: then this one's note
// fails, and it asks. To ask for the streams of each transaction was a round trip in
// front of it, and as much work for the database as the note.
type recall struct {
	known map[runtime.StreamID]projection.Taken
	// noted is what the transaction under way takes in; nil if there is none.
	noted map[runtime.StreamID]projection.Taken
}

// maxRecalled bounds of how many streams it is known; then it is asked for anew.
const maxRecalled = 20_000

// forget makes r ask for everything.
func (r *recall) forget() { r.known, r.noted = map[runtime.StreamID]projection.Taken{}, nil }

// begin is told of a transaction. If there was one before that has not committed, nobody
// knows what that one saw.
func (r *recall) begin() {
	if r.noted != nil || r.known == nil || len(r.known) > maxRecalled {
		r.forget()
	}
}

// ask completes what is known of streams.
func (r *recall) ask(ctx context.Context, inbox projection.Inbox, consumer string, streams []runtime.StreamID) error {
	var missing []runtime.StreamID
	for _, stream := range streams {
		if _, known := r.known[stream]; !known {
			missing = append(missing, stream)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	taken, err := inbox.Taken(ctx, consumer, missing)
	if err != nil {
		return err
	}
	for _, stream := range missing {
		r.known[stream] = taken[stream] // zero: nothing yet
	}
	return nil
}

// committed is told that the last transaction was.
func (r *recall) committed() {
	for stream, taken := range r.noted {
		r.known[stream] = taken
	}
	r.noted = nil
}
