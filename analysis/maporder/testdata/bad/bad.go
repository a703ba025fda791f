// Package bad shows the order of maps.
package bad

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/analysis/testdata/ledger/ledgerread"
	"github.com/evgen/evgen/runtime"
)

type (
	added = runtime.Envelope[ledger.ItemAdded]
)

type list struct{}

var _ ledgerread.ListHandler[*ledgerread.Tx] = list{}

func (list) Tables() []string { return nil }

func (list) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e added) error {
	for lot, n := range e.Data.Lots { // want `^a projection lets the order of a map show: list.ItemAdded -> range over a map$`
		tx.Queue("insert", lot, n)
	}
	for lot := range e.Data.Lots { // want `range over a map`
		if err := tx.Exec(ctx, "insert", lot); err != nil {
			return err
		}
	}
	var lots []string
	for lot := range e.Data.Lots { // want `range over a map`
		lots = append(lots, lot)
	}
	text := ""
	for lot := range e.Data.Lots { // want `range over a map`
		text += lot
	}
	var b strings.Builder
	for lot := range e.Data.Lots { // want `range over a map`
		b.WriteString(lot)
	}
	for lot, n := range e.Data.Lots { // want `range over a map`
		fmt.Fprintf(&b, "%s %d", lot, n)
	}
	best, most := "", 0
	for lot, n := range e.Data.Lots { // want `range over a map`
		if n > most {
			best, most = lot, n
		}
	}
	sum := 0.0
	for _, n := range e.Data.Lots { // want `range over a map`
		sum += 1 / float64(n)
	}
	byCount := map[int][]string{}
	for lot, n := range e.Data.Lots { // want `range over a map`
		byCount[n] = append(byCount[n], lot)
	}
	numbered := map[string]int{}
	next := 0
	for lot := range e.Data.Lots { // want `range over a map`
		next++
		numbered[lot] = next
	}
	all := slices.Collect(maps.Keys(e.Data.Lots)) // want `range over a map`
	for lot := range maps.Keys(e.Data.Lots) {     // want `range over a map`
		last := lot
		text = last
	}
	rows := make([]string, len(e.Data.Lots))
	i := 0
	for lot := range e.Data.Lots { // want `range over a map`
		rows[i] = lot
		i++
	}
	tx.Queue("insert", lots, text, b.String(), best, sum, all, rows, byCount, numbered)
	listed := keysOf(e.Data.Lots) // want `list.ItemAdded -> keysOf -> range over a map`
	tx.Queue("insert", listed)
	tx.Queue("insert", first(e.Data.Lots)) // want `list.ItemAdded -> first -> range over a map`
	return nil
}

func keysOf(lots map[string]int) (keys []string) {
	for lot := range lots {
		keys = append(keys, lot)
	}
	return keys
}

func first(lots map[string]int) string {
	for lot := range lots {
		return lot
	}
	return ""
}
