package delivery

import (
	"fmt"

	"github.com/evgen/evgen/runtime/projection"
)

// UnreadableError says that a partition stands still in front of a message that
// cannot be read, since nobody may pass it: [projection.StopAtUnreadable].
type UnreadableError struct {
	Partition string
	Offset    Offset
	Err       error
}

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("partition %s stands in front of message %d, which cannot be read: %v", e.Partition, e.Offset, e.Err)
}

func (e *UnreadableError) Unwrap() error { return e.Err }

// readable returns what of b stands in front of a message that nobody may pass, with
// an *[UnreadableError] if there is one.
func (f *inflow) readable(b Batch) (Batch, error) {
	if f.bad != projection.StopAtUnreadable {
		return b, nil
	}
	for i := range b.Deliveries {
		d := &b.Deliveries[i]
		if err := f.read(d); err != nil {
			return Batch{b.Deliveries[:i], d.Offset - 1}, &UnreadableError{f.partition.Name(), d.Offset, err}
		}
	}
	return b, nil
}

func (f *inflow) read(d *Delivery) error {
	rec, err := f.format.Decode(&d.Message)
	if err != nil {
		return err
	}
	_, err = f.decoder.AppendEvents(nil, &rec)
	return err
}
