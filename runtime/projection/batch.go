package projection

import (
	"strings"
	"time"

	"github.com/evgen/evgen/runtime"
)

// batch is a stretch of the log, as one reader made it for its shard.
type batch struct {
	part
	bytes int
	// tip says that there was nothing more to read.
	tip   bool
	began time.Time
}

// part is a stretch of the log: facts of one shard in order, and the checkpoint
// behind them. origins[i] says where facts[i] comes from.
type part struct {
	facts   []Fact
	origins []origin
	to      runtime.Position
}

// origin is what a letter needs to know of a fact.
type origin struct {
	data []byte
	key  string
	slot int
	// err is why the fact cannot have its effect now: the record could not be
	// read (facts[i].Data is nil then), or the handler failed on it.
	err error
}

func (b *batch) reset() {
	clear(b.facts) // so that payloads of a large batch are not kept by a small one
	clear(b.origins)
	b.facts, b.origins = b.facts[:0], b.origins[:0]
	b.to, b.bytes, b.tip, b.began = 0, 0, false, time.Now()
}

// timeChecks says how often, in facts, the clock is looked at.
const timeChecks = 64

func (b *batch) full(limit Batching) bool {
	n := len(b.facts)
	return n >= limit.Facts || b.bytes >= limit.Bytes || n%timeChecks == 0 && time.Since(b.began) > limit.Time
}

// around parts p in front of the record of fact at, and behind it. Facts of one
// record stay together, since they share a position. What is empty is left out,
// and the order is reversed: a stack takes them.
func (p part) around(at int) []part {
	first, last := p.start(at), at+1
	position := p.facts[at].Position
	for last < len(p.facts) && p.facts[last].Position == position {
		last++
	}
	var parts []part
	if last < len(p.facts) {
		parts = append(parts, part{p.facts[last:], p.origins[last:], p.to})
		p.to = position
	}
	parts = append(parts, part{p.facts[first:last], p.origins[first:last], p.to})
	if first > 0 {
		parts = append(parts, part{p.facts[:first], p.origins[:first], p.facts[first-1].Position})
	}
	return parts
}

// start returns the first fact of the record of fact at.
func (p part) start(at int) int {
	for at > 0 && p.facts[at-1].Position == p.facts[at].Position {
		at--
	}
	return at
}

// halves parts p in two at a record, the later half first; it returns one part if
// there is only one record.
func (p part) halves() []part {
	for i := (len(p.facts) + 1) / 2; i < len(p.facts); i++ {
		if p.facts[i].Position != p.facts[i-1].Position {
			return p.at(i)
		}
	}
	for i := len(p.facts) / 2; i > 0; i-- {
		if p.facts[i].Position != p.facts[i-1].Position {
			return p.at(i)
		}
	}
	return []part{p}
}

func (p part) at(i int) []part {
	return []part{{p.facts[i:], p.origins[i:], p.to}, {p.facts[:i], p.origins[:i], p.facts[i-1].Position}}
}

// letter makes a letter of fact i. One that could not be read stands for all that
// its record means.
func (p part) letter(i int) Letter {
	f, o := &p.facts[i], &p.origins[i]
	letter := Letter{Slot: o.slot, Key: o.key, State: Parked, Record: runtime.Record{Meta: f.Meta, Data: o.data}}
	if f.Data == nil {
		letter.Record.Ordinal = AllOrdinals
	}
	if o.err != nil {
		letter.Attempts, letter.Error = 1, scrubFacts(o.err, o.data, p.facts[i:i+1])
	}
	return letter
}

// maxError bounds the text of an error in the ledger, in bytes.
const maxError = 1000

// excerpt cuts a text to what the ledger takes.
func excerpt(text string) string {
	if len(text) <= maxError {
		return text
	}
	return strings.ToValidUTF8(text[:maxError], "")
}
