package jetstream

import (
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/runtime/delivery"
)

// advice warns of a connection that closes for good while its server is away.
func advice(js natsjs.JetStream) string {
	opts := js.Conn().Opts
	if opts.AllowReconnect && opts.MaxReconnect < 0 {
		return ""
	}
	return "the connection to NATS closes for good when its server is away for longer: connect with nats.MaxReconnects(-1)"
}

// closing makes what says that the connection is closed a [delivery.ErrConnectionClosed],
// and returns other errors as they are.
func closing(err error) error {
	if errors.Is(err, nats.ErrConnectionClosed) || errors.Is(err, natsjs.ErrConnectionClosed) || errors.Is(err, nats.ErrConnectionDraining) {
		return fmt.Errorf("%w (nats.MaxReconnects(-1) keeps a connection while its server is away): %w", delivery.ErrConnectionClosed, err)
	}
	return err
}
