package lint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

func benchModel(b *testing.B, text string) *model.Model {
	b.Helper()
	rep := &diag.Report{}
	doc := syntax.Parse(source.NewFile("many.yaml", []byte(text)), rep)
	m := resolve.Resolve([]*syntax.Document{doc}, rep)
	if m == nil {
		b.Fatalf("no model: %v", rep.Sorted()[0])
	}
	return m
}

// many is a model of n events of one package, in every second of which something is to be found.
func many(n int) string {
	var b strings.Builder
	b.WriteString("package: many\ndoc: Many.\nowner: many\naggregates:\n  Thing: {doc: A thing., id: uuid}\nevents:\n")
	for i := range n {
		fmt.Fprintf(&b, "  Thing%dMoved:\n    doc: It moved.\n    aggregate: Thing\n    versions:\n      1: {fields: {a%d: string, price: float64, c: uuid, e: int64}}\n", i, i)
	}
	return b.String()
}

func BenchmarkThousandEvents(b *testing.B) {
	m := benchModel(b, many(1000))
	for b.Loop() {
		lint.Run(m, lint.All(), lint.Settings{})
	}
}

func BenchmarkTenThousandEvents(b *testing.B) {
	m := benchModel(b, many(10_000))
	for b.Loop() {
		lint.Run(m, lint.All(), lint.Settings{})
	}
}
