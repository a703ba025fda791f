// Package good keeps the order of maps to itself.
package good

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sort"
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
	for _, lot := range slices.Sorted(maps.Keys(e.Data.Lots)) {
		tx.Queue("insert", lot)
	}
	keys := make([]string, 0, len(e.Data.Lots))
	for lot := range e.Data.Lots {
		keys = append(keys, strings.ToUpper(lot))
	}
	sort.Strings(keys)
	var rows []row
	for lot, n := range e.Data.Lots {
		if n == 0 {
			continue
		}
		rows = append(rows, row{lot, n})
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.lot, b.lot) })
	all := slices.Collect(maps.Keys(e.Data.Lots))
	slices.Sort(all)
	sum, count, most, any := 0, 0, 0, false
	for _, n := range e.Data.Lots {
		sum += n
		count++
		if n > most {
			most = n
		}
		any = any || n > 3
	}
	for range e.Data.Lots {
		count++
	}
	smallest := 0
	for _, n := range e.Data.Lots {
		smallest = min(smallest, n)
	}
	double, groups := map[string]int{}, map[string][]int{}
	for lot, n := range e.Data.Lots {
		double[lot] = 2 * n
		groups[lot] = append(groups[lot], n)
		text := fmt.Sprint(lot, n)
		text += "!"
		slog.Info("lot", "text", text)
		if n < 0 {
			delete(e.Data.Lots, lot)
		}
	}
	for lot, n := range e.Data.Lots {
		if n < 0 {
			return fmt.Errorf("lot %s: negative", lot)
		}
	}
	copied := maps.Clone(e.Data.Lots)
	maps.Copy(copied, double)
	var helped sort.StringSlice
	var own []string
	for lot := range e.Data.Lots {
		helped = append(helped, lot)
		own = append(own, lot)
	}
	helped.Sort()
	listed := keysOf(e.Data.Lots)
	sort.Strings(listed)
	sorted(own)
	for _, tag := range e.Data.Tags {
		tx.Queue("insert", tag)
	}
	tx.Queue("insert", keys, rows, all, sum, count, most, any, smallest, groups, has(e.Data.Lots))
	return nil
}

func sorted(list []string) { slices.Sort(list) }

func keysOf(lots map[string]int) (keys []string) {
	for lot := range lots {
		keys = append(keys, lot)
	}
	return keys
}

type row struct {
	lot string
	n   int
}

func has(lots map[string]int) bool {
	for _, n := range lots {
		if n > 0 {
			return true
		}
	}
	return false
}

// Shown is no role.
func Shown(lots map[string]int) {
	for lot := range lots {
		fmt.Println(lot)
	}
}
