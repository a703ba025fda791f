// Command report runs the codec benchmarks of all peers in turns and prints ratios and the table of
// JSON corners, all from one run. It takes about half a minute.
//
// Peers take turns and the best turn of each counts, so that another load on the machine slows all
// of them or none. All return a new slice, as json.Marshal does, but for the last table. A turn is
// shorter than what it takes to fill the heap, so the best has no garbage collection in it, for
// anyone: with a heap as small as this one's, collections would be half of what is measured.
package main

import (
	"fmt"
	"log"
	"os"
	"text/tabwriter"
	"time"

	"github.com/evgen/evgen/bench/codec"
)

const (
	turns = 400
	turn  = 400 * time.Microsecond
)

func main() {
	log.SetFlags(0)
	measured, err := measurements()
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range measured {
		m.run()
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, m := range measured {
		m.print(out)
	}
	printCorners(out)
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

// A measurement is one operation of all peers.
type measurement struct {
	title string
	names []string
	ops   []func() error
	best  []time.Duration // of one operation
}

func (m *measurement) add(name string, op func() error) {
	m.names, m.ops, m.best = append(m.names, name), append(m.ops, op), append(m.best, time.Hour)
}

// run lets the peers take turns.
func (m *measurement) run() {
	for range turns {
		for i, op := range m.ops {
			if d, err := once(op); err != nil {
				log.Fatalf("%s of %s: %v", m.title, m.names[i], err)
			} else if d < m.best[i] {
				m.best[i] = d
			}
		}
	}
}

// once returns the time of one operation in a turn.
func once(op func() error) (time.Duration, error) {
	n := 0
	start := time.Now()
	for time.Since(start) < turn {
		for range 8 {
			if err := op(); err != nil {
				return 0, err
			}
		}
		n += 8
	}
	return time.Since(start) / time.Duration(n), nil
}

// print compares with this project's codec, which stands first.
func (m *measurement) print(out *tabwriter.Writer) {
	fmt.Fprintf(out, "%s\tns\t× evgen\t\n", m.title)
	for i, name := range m.names {
		fmt.Fprintf(out, "%s\t%d\t%.2f\t\n", name, m.best[i].Nanoseconds(), float64(m.best[i])/float64(m.best[0]))
	}
	fmt.Fprintln(out, "\t\t\t")
}

func measurements() ([]*measurement, error) {
	captured, embedded := codec.NewCaptured(), codec.NewEmbedded()
	decode := &measurement{title: "decode, small event"}
	encode := &measurement{title: "encode, small event"}
	decodeFloats := &measurement{title: "decode, 768 floats"}
	encodeFloats := &measurement{title: "encode, 768 floats"}
	for _, p := range codec.Peers() {
		small, err := p.EncodeCaptured(&captured)
		if err != nil {
			return nil, fmt.Errorf("encode with %s: %w", p.Name, err)
		}
		large, err := p.EncodeEmbedded(&embedded)
		if err != nil {
			return nil, fmt.Errorf("encode with %s: %w", p.Name, err)
		}
		decode.add(p.Name, func() error { return p.DecodeCaptured(small, new(codec.Captured)) })
		encode.add(p.Name, func() error { _, err := p.EncodeCaptured(&captured); return err })
		decodeFloats.add(p.Name, func() error { return p.DecodeEmbedded(large, new(codec.Embedded)) })
		encodeFloats.add(p.Name, func() error { _, err := p.EncodeEmbedded(&embedded); return err })
	}
	decode.add("(allocation floor)", func() error { codec.AllocateCaptured(); return nil })
	reused := &measurement{title: "encode, small event, into a kept buffer"}
	for _, r := range codec.Reusers() {
		reused.add(r.Name, func() error { _, err := r.EncodeCaptured(&captured); return err })
	}
	all := []*measurement{decode, encode, decodeFloats, encodeFloats, reused}
	return all, addBinary(all, captured, embedded)
}

// addBinary adds the binary formats to the first four measurements.
func addBinary(all []*measurement, captured codec.Captured, embedded codec.Embedded) error {
	peers, err := codec.BinaryPeers()
	if err != nil {
		return err
	}
	for _, p := range peers {
		small, err := p.EncodeCaptured(&captured)
		if err != nil {
			return fmt.Errorf("encode with %s: %w", p.Name, err)
		}
		large, err := p.EncodeEmbedded(&embedded)
		if err != nil {
			return fmt.Errorf("encode with %s: %w", p.Name, err)
		}
		name := "[" + p.Name + "]"
		all[0].add(name, func() error { return p.DecodeCaptured(small, new(codec.Captured)) })
		all[1].add(name, func() error { _, err := p.EncodeCaptured(&captured); return err })
		all[2].add(name, func() error { return p.DecodeEmbedded(large, new(codec.Embedded)) })
		all[3].add(name, func() error { _, err := p.EncodeEmbedded(&embedded); return err })
	}
	return nil
}

// printCorners prints which corners each peer gets wrong.
func printCorners(out *tabwriter.Writer) {
	peers := codec.Peers()
	fmt.Fprint(out, "corner")
	wrong := make([]int, len(peers))
	for _, p := range peers {
		fmt.Fprintf(out, "\t%s", p.Name)
	}
	fmt.Fprintln(out, "\t")
	for _, row := range codec.Corners(peers) {
		fmt.Fprint(out, row.Name)
		for i, fault := range row.Faults {
			if fault != "" {
				wrong[i]++
			}
			fmt.Fprintf(out, "\t%s", fault)
		}
		fmt.Fprintln(out, "\t")
	}
	fmt.Fprint(out, "wrong")
	for _, n := range wrong {
		fmt.Fprintf(out, "\t%d", n)
	}
	fmt.Fprintln(out, "\t")
}
