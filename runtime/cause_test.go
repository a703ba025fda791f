package runtime_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

func TestRootStartsAChainThatCausedByContinues(t *testing.T) {
	root := runtime.Root()
	if root.Check() != nil || root.Correlation() != root.Causation() || root.Correlation().Version() != 7 {
		t.Errorf("root: correlation %s, causation %s", root.Correlation(), root.Causation())
	}
	if runtime.Root().Correlation() == root.Correlation() {
		t.Error("two roots share a correlation id")
	}
	m := runtime.Meta{ID: uuid.New(), Correlation: uuid.New(), Tenant: "acme", Actor: "ada", Headers: map[string]string{"k": "v"}}
	for name, cause := range map[string]runtime.Cause{
		"meta":     runtime.CausedBy(m),
		"record":   runtime.CausedBy(runtime.Record{Meta: m}),
		"envelope": runtime.CausedBy(runtime.Wrap(m, 1)),
		"lineage":  runtime.CausedBy(m.Lineage()),
	} {
		if cause.Correlation() != m.Correlation || cause.Causation() != m.ID || cause.Tenant() != "acme" {
			t.Errorf("%s: %+v", name, cause)
		}
	}
}

func TestCauseWithoutAChainIsRefused(t *testing.T) {
	for name, cause := range map[string]runtime.Cause{
		"zero":           {},
		"no causation":   runtime.Root().WithCausation(uuid.Nil),
		"no correlation": runtime.Root().WithCorrelation(uuid.Nil),
		"zero lineage":   runtime.CausedBy(runtime.Lineage{}),
		"command alone":  runtime.Cause{}.WithCommand(uuid.New()),
	} {
		if err := cause.Check(); !errors.Is(err, runtime.ErrNoCause) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCommandDerivesEventIDs(t *testing.T) {
	a, b := runtime.StreamOf("Order", "a"), runtime.StreamOf("Order", "b")
	id := uuid.MustParse("7d444840-9dc0-11d1-b245-5ffdce74fad2")
	cause := runtime.Root().WithCommand(id)
	first := cause.EventID(a, 0)
	if first.Version() != 5 || first != runtime.Root().WithCommand(id).EventID(a, 0) {
		t.Errorf("id %s is not stable", first)
	}
	// Pinned: a store may hold ids that an older build has derived.
	if got := first.String(); got != "3f17e40d-9169-5f6f-89de-44c2137e7675" {
		t.Errorf("the id is now %s", got)
	}
	for _, other := range []uuid.UUID{cause.EventID(a, 1), cause.EventID(b, 0), cause.WithCommand(uuid.New()).EventID(a, 0)} {
		if other == first {
			t.Error("two events share an id")
		}
	}
	if runtime.Root().EventID(a, 0).Version() != 7 {
		t.Error("without a command an id is no UUIDv7")
	}
}

func TestWithHeaderLeavesTheOriginalAlone(t *testing.T) {
	base := runtime.Root().WithHeader("a", "1")
	_ = base.WithHeader("b", "2")
	b, err := runtime.NewBatch(t.Context(), runtime.StreamOf("Order", "1"), runtime.ExpectNew(), base, []runtime.Event{placed("Ada")})
	if err != nil || len(b.Records[0].Headers) != 1 {
		t.Errorf("headers: %v, %v", b.Records[0].Headers, err)
	}
}
