// Package good holds nothing that answers.
package good

import (
	"context"
	"log"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"text/template"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/analysis/testdata/ledger/ledgerread"
	"github.com/evgen/evgen/runtime"
)

type (
	added   = runtime.Envelope[ledger.ItemAdded]
	removed = runtime.Envelope[ledger.ItemRemoved]
)

type list struct{}

var _ ledgerread.ListHandler[*ledgerread.Tx] = list{}

func (list) Tables() []string { return nil }

func (list) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e added) error { return nil }

type metrics interface{ Count(name string, n int) }

type weigher interface{ Weigh(text string) int }

type reads struct {
	sync.Mutex
	log     *slog.Logger
	old     *log.Logger
	tracer  trace.Tracer
	metrics metrics
	since   time.Time
	names   map[string]string
	words   *strings.Replacer
	weigher weigher
	fold    func(string) string
	prices  prices
}

type prices struct{ all map[string]int }

type byLength struct{}

func (byLength) Weigh(text string) int { return len(text) }

func newReads() *reads { return &reads{weigher: byLength{}, fold: strings.ToLower} }

func (*reads) Tables() []string { return nil }

func (*reads) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e added) error { return nil }

var _ ledgerread.ListHandler[*ledgerread.Tx] = newReads()

// adapter makes a handler of a function: the function is the handler.
type adapter struct {
	handle func(ctx context.Context, tx *ledgerread.Tx, e added) error
	next   ledgerread.ListHandler[*ledgerread.Tx]
	words  *template.Template
	tell   func(id string)
	others map[string]func(ctx context.Context, e added) error
}

// Tell fills in what answers nothing.
func (a *adapter) Tell(tell func(id string), others map[string]func(ctx context.Context, e added) error) {
	a.tell, a.others = tell, others
}

// Adapt returns one.
func Adapt(handle func(ctx context.Context, tx *ledgerread.Tx, e added) error, next ledgerread.ListHandler[*ledgerread.Tx]) adapter {
	return adapter{handle: handle, next: next}
}

func (adapter) Tables() []string { return nil }

func (a adapter) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e added) error {
	return a.handle(ctx, tx, e)
}

var _ ledgerread.ListHandler[*ledgerread.Tx] = adapter{}

// A consumer calls the world.
type call struct{ client *http.Client }

var _ ledgerread.CallHandler = call{}

func (c call) ItemRemoved(ctx context.Context, e removed) error { return nil }
