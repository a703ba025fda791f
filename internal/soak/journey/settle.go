package journey

import (
	"context"
	"time"

	"github.com/evgen/evgen/internal/faults"
)

// settle waits until all is as it should be, or patience is over, and returns the
// verdict on what there is then but for the brokers.
func (w *world) settle(ctx context.Context) (*Verdict, error) {
	patient, cancel := context.WithTimeout(ctx, w.plan.Patience)
	defer cancel()
	for {
		e, err := w.gather(ctx) // fails at first, when tables of sagas are not made yet
		if err == nil {
			if v := e.Judge(); v.Err() == nil || patient.Err() != nil {
				return v, nil
			}
		} else if patient.Err() != nil {
			return nil, err
		}
		faults.Pause(patient, 500*time.Millisecond)
	}
}

// judge is the verdict when no process is left that could change anything.
func (w *world) judge(ctx context.Context) (*Verdict, error) {
	e, err := w.gather(ctx)
	if err == nil {
		err = w.readBrokers(ctx, e)
	}
	if err != nil {
		return nil, err
	}
	return e.Judge(), nil
}
