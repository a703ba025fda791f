package generator_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/evgen/evgen/generator/output"
)

const market = `package: market
aggregates: {Order: {id: uuid}}
events:
  Placed: {aggregate: Order, versions: {1: {fields: {name: string}}}}
  Sent: {aggregate: Order, versions: {1: {fields: {name: string}}}}
`

func TestNamesOfProcessesThatGoCannotTellApartAreReported(t *testing.T) {
	for what, processes := range map[string]string{
		"consumers":                 "consumers: {order-mail: {reads: [Placed]}, order_mail: {reads: [Sent]}}\n",
		"files":                     "consumers: {orderMail: {reads: [Placed]}, order-Mail: {reads: [Sent], go: Ordermail}, order_mail: {reads: [Sent], go: Order_mail}}\n",
		"the consumer of all":       "consumers: {consumer: {reads: [Placed]}}\n",
		"a consumer and a reaction": "consumers: {answer: {reads: [Placed]}}\nreactions: {Answer: {on: Placed, emits: [Sent]}}\n",
		"a reaction and an event":   "reactions: {Answer: {go: Sent, on: Placed, emits: [Sent]}}\n",
		"steps":                     "sagas: {Ship: {start: Placed, correlate: $stream_id, steps: [{name: pack_it}, {name: pack__it}]}}\n",
		"a step and a compensation": "sagas: {Ship: {start: Placed, correlate: $stream_id, steps: [{name: pack_it, compensate: pack__it}]}}\n",
	} {
		_, rep := generate("schema/market.yaml", market+processes)
		found := rep.Sorted()
		if len(found) == 0 || found[0].Rule != "go-name-collision" {
			t.Errorf("%s: %v", what, found)
		}
	}
}

func TestAGoNameKeepsProcessesApart(t *testing.T) {
	files, rep := generate("schema/market.yaml", market+"consumers: {order-mail: {reads: [Placed]}, order_mail: {go: LateMail, reads: [Sent]}}\n")
	if rep.HasErrors() {
		t.Fatal(rep.Sorted())
	}
	for _, name := range []string{"order_mail_consumer.gen.go", "late_mail_consumer.gen.go"} {
		if !slices.ContainsFunc(files, func(f output.File) bool { return path.Base(f.Path) == name }) {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestAConsumerThatIsAlsoAReactionIsRefused(t *testing.T) {
	_, rep := generate("schema/market.yaml", market+"consumers: {Answer: {reads: [Placed], go: Other}}\nreactions: {Answer: {on: Placed, emits: [Sent]}}\n")
	if found := rep.Sorted(); len(found) != 1 || found[0].Rule != "duplicate-name" {
		t.Errorf("%v", found)
	}
}

// digestOfSaga returns the digest of the only saga.
func digestOfSaga(t *testing.T, text string) string {
	t.Helper()
	files, rep := generate("schema/market.yaml", text)
	if rep.HasErrors() {
		t.Fatal(rep.Sorted())
	}
	for _, f := range files {
		if strings.HasSuffix(f.Path, "_saga.gen.go") {
			return digestText.FindStringSubmatch(string(f.Bytes))[1]
		}
	}
	t.Fatal("no saga was generated")
	return ""
}

func TestTheDigestOfASagaChangesWithWhatItDoesAndNotWithHowLong(t *testing.T) {
	text := market + "sagas: {Ship: {start: Placed, correlate: $stream_id, timeout: 1h, steps: [{name: pack, compensate: unpack}, {name: send, await: {Sent: $stream_id}}]}}\n"
	before := digestOfSaga(t, text)
	for _, c := range []struct {
		old, new string
		changes  bool
	}{
		{"timeout: 1h", "timeout: 2h", false}, {"{name: pack,", "{name: pack, timeout: 1m, retry: {max: 3},", false}, {"{start:", "{doc: Ships., start:", false},
		{"name: pack", "name: wrap", true}, {", compensate: unpack", "", true}, {"start: Placed", "start: Sent", true},
		{"correlate: $stream_id", "correlate: name", true}, {", await: {Sent: $stream_id}", "", true}, {"Sent: $stream_id", "Sent: name", true},
	} {
		changed := strings.Replace(text, c.old, c.new, 1)
		if changed == text {
			t.Fatalf("%s: nothing was replaced", c.old)
		}
		if differs := digestOfSaga(t, changed) != before; differs != c.changes {
			t.Errorf("%s for %s: the digest changed: %v", c.new, c.old, differs)
		}
	}
}
