package lock_test

import (
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/lock"
)

// TestEditsOfSharedTypesAreFoundAtEachEventOnce: where the event uses the type, however many of its versions do.
func TestEditsOfSharedTypesAreFoundAtEachEventOnce(t *testing.T) {
	const before = "package: shop\ntypes:\n  Money: {fields: {amount: int64}}\nevents:\n" +
		"  Paid:\n    versions:\n      1: {fields: {price: Money}}\n      2: {fields: {price: Money, note: string?}}\n" +
		"  Refunded: {versions: {1: {fields: {back: Money}}}}\n"
	l, _ := lock.Release(nil, modelOf(t, before))
	found, err := lock.Check(l, modelOf(t, strings.Replace(before, "amount: int64", "amount: string", 1)))
	if err != nil || len(found) != 2 {
		t.Fatalf("%v %v", found, err)
	}
	for i, line := range []int{7, 9} {
		if at := found[i].Span.Position(); at.Line != line {
			t.Errorf("%v: %s", at, found[i].Message)
		}
	}
}
