package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"reflect"
	"strings"
	"text/tabwriter"
)

// outcome is what became of the payloads of one package.
type outcome struct {
	payloads, same, upcast, unknown int
	faults                          []string
}

func outcomes(tasks []task, output []byte) (map[string]outcome, error) {
	var results []result
	if err := json.Unmarshal(output, &results); err != nil {
		return nil, fmt.Errorf("driver's output: %w", err)
	}
	all := map[string]outcome{}
	for _, r := range results {
		t := tasks[r.Task]
		o := all[t.Package]
		o.add(t, r)
		all[t.Package] = o
	}
	return all, nil
}

func (o *outcome) add(t task, r result) {
	o.payloads++
	o.unknown += r.Unknown
	switch {
	case r.Decode != "":
		o.faults = append(o.faults, fmt.Sprintf("%s: %s", t.File, r.Decode))
		return
	case !sameJSON(t.Data, r.Again):
		o.faults = append(o.faults, fmt.Sprintf("%s: differs\n\t\thad %s\n\t\tgot %s", t.File, compact(t.Data), r.Again))
	default:
		o.same++
	}
	if r.Upcast != "" {
		o.faults = append(o.faults, fmt.Sprintf("%s: upcast from version %d: %s", t.File, t.Version, r.Upcast))
		return
	}
	o.upcast++
}

func compact(b []byte) string {
	var out bytes.Buffer
	if json.Compact(&out, b) != nil {
		return string(b)
	}
	return out.String()
}

// sameJSON compares JSON values; numbers are equal if their values are, exactly.
func sameJSON(a, b []byte) bool {
	x, errX := decode(a)
	y, errY := decode(b)
	return errX == nil && errY == nil && reflect.DeepEqual(x, y)
}

func decode(b []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	err := dec.Decode(&v)
	return exact(v), err
}

// exact replaces numbers by fractions, which are equal if their values are.
func exact(v any) any {
	switch v := v.(type) {
	case json.Number:
		if r, ok := new(big.Rat).SetString(v.String()); ok {
			return "number " + r.String()
		}
	case []any:
		for i := range v {
			v[i] = exact(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = exact(v[k])
		}
	}
	return v
}

// report prints the table, and says whether nothing was lost.
func report(w io.Writer, chains []*chain, results map[string]outcome, verbose bool) bool {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "EVENT\tVERSIONS\tIMPORTED\tFIELDS\tTYPED\tLOSSES\tPAYLOADS\tROUND-TRIPPED\tUPCAST\tBY HAND\tUNKNOWN KEPT")
	var sum outcome
	versions, imported, fields, escape, losses, custom := 0, 0, 0, 0, 0, 0
	for _, c := range chains {
		o, i := results[c.pkg], c.imported
		fmt.Fprintf(table, "%s/%s\t%d\t%d\t%d\t%s\t%d\t%d\t%d\t%d\t%d\t%d\n", c.corpus, short(c.event), len(c.versions), len(i.events),
			i.fields, percent(i.fields-i.escape, i.fields), len(i.losses), o.payloads, o.same, o.upcast, i.custom, o.unknown)
		versions, imported, custom = versions+len(c.versions), imported+len(i.events), custom+i.custom
		fields, escape, losses = fields+i.fields, escape+i.escape, losses+len(i.losses)
		sum = outcome{sum.payloads + o.payloads, sum.same + o.same, sum.upcast + o.upcast, sum.unknown + o.unknown, append(sum.faults, o.faults...)}
	}
	fmt.Fprintf(table, "all %d events\t%d\t%d\t%d\t%s\t%d\t%d\t%d\t%d\t%d\t%d\n", len(chains), versions, imported, fields,
		percent(fields-escape, fields), losses, sum.payloads, sum.same, sum.upcast, custom, sum.unknown)
	table.Flush()
	for _, f := range sum.faults {
		fmt.Fprintln(w, "FAULT", f)
	}
	if verbose {
		printLosses(w, chains)
	}
	return len(sum.faults) == 0 && imported == versions
}

func printLosses(w io.Writer, chains []*chain) {
	for _, c := range chains {
		for _, l := range c.imported.losses {
			fmt.Fprintf(w, "loss %s#%s %s: %s\n", l.File, l.Pointer, l.Keyword, l.Message)
		}
	}
}

func percent(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(of))
}

func short(s string) string {
	if len(s) > 44 {
		return s[:20] + "..." + s[len(s)-21:]
	}
	return strings.TrimSpace(s)
}
