package lock

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/source"
)

const headerStart = "# evgen.lock, format "

const header = headerStart + "2: the shapes that were released. Made by `evgen release`; never edited.\n"

// lastLine shows that a file was not cut short.
const lastLine = "end"

// Bytes returns the file. Equal locks give equal bytes.
func (l *Lock) Bytes() []byte {
	var b bytes.Buffer
	b.WriteString(header)
	for _, e := range sorted(l.Entries) {
		e.write(&b)
	}
	for _, batch := range inOrder(l.Batches) {
		batch.write(&b)
	}
	b.WriteString(lastLine + "\n")
	return b.Bytes()
}

func (e *Entry) write(b *bytes.Buffer) {
	id := e.ID()
	b.WriteString(id + " " + string(e.Kind) + " " + strconv.Quote(e.Wire) + " " + e.Digest + "\n")
	if e.Kind == Name {
		return // the line says it all
	}
	for line := range strings.Lines(string(e.Shape)) {
		b.WriteString(id + "| " + line)
	}
	b.WriteString(id + "= " + string(e.Sample) + "\n")
}

func (b *Batch) write(to *bytes.Buffer) {
	start := "release " + b.ID
	to.WriteString(start + " after " + cmp.Or(strings.Join(b.After, ","), "nothing") + "\n")
	for _, ref := range b.Entries {
		to.WriteString(start + " + " + ref + "\n")
	}
}

var (
	entryLine = regexp.MustCompile(`^([^ |=]+)\.([^ .|=]+)@([1-9][0-9]*) (event|into|name|type) ("(?:[^"\\]|\\.)*") ([0-9a-f]{32})$`)
	bodyLine  = regexp.MustCompile(`^([^ |=]+)([|=]) ?(.*)$`)
	batchLine = regexp.MustCompile(`^release ([0-9a-f]{32}) (?:after (nothing|[0-9a-f]{32}(?:,[0-9a-f]{32})*)|\+ ((?:event|into|name|type) [^ ]+ [0-9a-f]{32}))$`)
	marker    = regexp.MustCompile(`^(<{7}|\|{7}|={7}|>{7})( |$)`)
)

// Read reads a file. The error is an *Error; with an error there is no lock. An empty file is no lock. Entries may
// stand in any order, and an entry that stands twice counts once: that is what merges leave behind.
func Read(text []byte) (*Lock, error) {
	r := &lockReader{lock: &Lock{file: source.NewFile(FileName, text)}, known: map[string]*Entry{}, batches: map[string]*Batch{}}
	format, err := readHeader(text)
	if err != nil {
		return nil, err
	}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if !bytes.HasSuffix(line, []byte("\n")) {
			return nil, truncated(number, r.openID())
		}
		if err := r.line(number, strings.TrimRight(string(line), "\r\n")); err != nil {
			return nil, err
		}
	}
	if r.open != nil || format > 1 && !r.ended {
		return nil, truncated(number, r.openID())
	}
	if err := r.settle(); err != nil {
		return nil, err
	}
	return r.lock, nil
}

func readHeader(text []byte) (format int, err error) {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	rest, ok := strings.CutPrefix(string(first), headerStart)
	if !ok {
		if marker.Match(first) {
			return 0, mergeConflict(1)
		}
		return 0, notALock()
	}
	number, _, _ := strings.Cut(rest, ":")
	format, err = strconv.Atoi(number)
	switch {
	case err != nil || format < 1:
		return 0, notALock()
	case format > Format:
		return 0, newerFormat(number)
	}
	return format, nil
}

// lockReader reads line by line. open is the entry whose sample is still to come.
type lockReader struct {
	lock    *Lock
	open    *Entry
	body    string // what the lines of the open entry's shape begin with
	known   map[string]*Entry
	batches map[string]*Batch
	ended   bool // the last line was that of a whole file
}

func (r *lockReader) openID() string {
	if r.open == nil {
		return ""
	}
	return r.open.ID()
}

func (r *lockReader) line(number int, line string) error {
	if r.open != nil { // most lines, without a regular expression
		if text, ok := strings.CutPrefix(line, r.body); ok {
			r.open.Shape = append(append(r.open.Shape, text...), '\n')
			return nil
		}
	}
	switch {
	case marker.MatchString(line):
		return mergeConflict(number)
	case line == "" || strings.HasPrefix(line, "#"):
		return nil
	}
	r.ended = line == lastLine
	switch {
	case r.ended && r.open == nil:
		return nil
	case strings.HasPrefix(line, "release "):
		return r.batch(number, line)
	}
	return r.entry(number, line)
}

// entry reads the lines of entries, but for those that were taken for the open one's.
func (r *lockReader) entry(number int, line string) error {
	if m := entryLine.FindStringSubmatch(line); m != nil {
		return r.begin(number, m)
	}
	m := bodyLine.FindStringSubmatch(line)
	switch {
	case m == nil:
		return malformed(number)
	case r.open == nil || m[1] != r.open.ID():
		return truncated(number, r.openID())
	case m[2] == "|":
		r.open.Shape = append(r.open.Shape, m[3]+"\n"...)
		return nil
	}
	if m[3] != "" {
		r.open.Sample = []byte(m[3])
	}
	return r.end()
}

func (r *lockReader) begin(number int, m []string) error {
	if r.open != nil {
		return truncated(number, r.openID())
	}
	version, err := strconv.Atoi(m[3])
	if err != nil {
		return malformed(number)
	}
	wire, err := strconv.Unquote(m[5])
	if err != nil {
		return malformed(number)
	}
	r.open = &Entry{Kind: Kind(m[4]), Package: m[1], Name: m[2], Version: version, Wire: wire, Digest: m[6], line: number}
	r.body = r.open.ID() + "| "
	if r.open.Kind == Name {
		return r.end()
	}
	return nil
}

func (r *lockReader) end() error {
	e := r.open
	r.open = nil
	if e.digest() != e.Digest {
		return edited(e.line, e.ID())
	}
	switch first := r.known[e.key()]; {
	case first == nil:
		r.known[e.key()] = e
		r.lock.Entries = append(r.lock.Entries, e)
	case first.Digest != e.Digest:
		return twoReleases(e)
	}
	return nil
}

// batch reads a line of a batch.
func (r *lockReader) batch(number int, line string) error {
	m := batchLine.FindStringSubmatch(line)
	switch {
	case m == nil:
		return malformed(number)
	case r.open != nil:
		return truncated(number, r.openID())
	}
	b := r.batches[m[1]]
	switch {
	case b == nil && m[2] == "":
		return edited(number, "release "+m[1])
	case b == nil:
		b = &Batch{ID: m[1], line: number}
		if m[2] != "nothing" {
			b.After = strings.Split(m[2], ",")
		}
		r.batches[b.ID] = b
		r.lock.Batches = append(r.lock.Batches, b)
	case m[2] == "":
		b.Entries = append(b.Entries, m[3])
	}
	return nil
}

// settle brings everything into its order, and checks that nothing is missing.
func (r *lockReader) settle() error {
	for _, b := range r.lock.Batches {
		slices.Sort(b.Entries)
		b.Entries = slices.Compact(b.Entries) // a merge may leave lines twice
	}
	if err := r.lock.check(); err != nil {
		return err
	}
	r.lock.Entries, r.lock.Batches = sorted(r.lock.Entries), inOrder(r.lock.Batches)
	return nil
}
