package projection

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime"
)

// RetryLetters makes the letters that q selects due at once, as if they had never
// failed, and returns how many. Those behind another one of their key wait for it.
func RetryLetters(ctx context.Context, db Control, q LetterQuery) (int, error) {
	n, err := eachLetter(ctx, db, q, func(l Ledger, letter *Letter) error {
		if letter.State == Parked {
			return nil
		}
		return l.Retry(ctx, letter.ID, Retrying, 0, letter.Error, 0)
	})
	if err != nil {
		return 0, fmt.Errorf("retry letters: %w", err)
	}
	return n, nil
}

// DropLetters gives up the letters that q selects: their events never have their
// effect, and what waits behind them goes on. It returns how many.
func DropLetters(ctx context.Context, db Control, q LetterQuery) (int, error) {
	n, err := eachLetter(ctx, db, q, func(l Ledger, letter *Letter) error {
		if err := passOver(ctx, l, letter); err != nil {
			return err
		}
		return l.Settle(ctx, letter.ID)
	})
	if err != nil {
		return 0, fmt.Errorf("drop letters: %w", err)
	}
	return n, nil
}

// passOver lets a consumer of a broker go on behind a letter that is given up: it
// would wait for that version of the stream.
func passOver(ctx context.Context, l Ledger, letter *Letter) error {
	inbox, ok := l.(Inbox)
	if !ok {
		return nil
	}
	versions, err := l.Versions(ctx, letter.Version.ID) // a letter does not have all of its version
	if v := numbered(versions, letter.Version.Number); err != nil || v == nil || !v.Consumes() {
		return err
	}
	consumer, _ := letter.Version.Partition()
	return Pass(ctx, inbox, consumer, letter.Record.Stream, Taken{letter.Record.StreamVersion, letter.Record.ID})
}

// Pass makes an event the last one that a consumer has taken in of a stream, unless
// it has come further.
func Pass(ctx context.Context, inbox Inbox, consumer string, stream runtime.StreamID, last Taken) error {
	known, err := inbox.Taken(ctx, consumer, []runtime.StreamID{stream})
	if err != nil || known[stream].Version >= last.Version {
		return err
	}
	return inbox.Take(ctx, consumer, known, map[runtime.StreamID]Taken{stream: last})
}

// eachLetter calls do for letters in one transaction.
func eachLetter(ctx context.Context, db Control, q LetterQuery, do func(l Ledger, letter *Letter) error) (n int, err error) {
	err = db.Ledger(ctx, func(l Ledger) error {
		letters, err := l.Letters(ctx, q)
		if err != nil {
			return err
		}
		for i := range letters {
			if err := do(l, &letters[i]); err != nil {
				return err
			}
		}
		n = len(letters)
		return nil
	})
	return n, err
}
