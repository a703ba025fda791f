package lock

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/source"
)

const headerStart = "# evgen.lock, format "

const header = headerStart + "1: the shapes that were released. Made by `evgen release`; never edited.\n"

// Bytes returns the file. Equal locks give equal bytes.
func (l *Lock) Bytes() []byte {
	var b bytes.Buffer
	b.WriteString(header)
	for _, e := range sorted(l.Entries) {
		id := e.ID()
		b.WriteString(id + " " + string(e.Kind) + " " + strconv.Quote(e.Wire) + " " + e.Digest + "\n")
		for line := range strings.Lines(string(e.Shape)) {
			b.WriteString(id + "| " + line)
		}
		b.WriteString(id + "= " + string(e.Sample) + "\n")
	}
	return b.Bytes()
}

var (
	entryLine = regexp.MustCompile(`^([^ |=]+)\.([^ .|=]+)@([1-9][0-9]*) (event|type) ("(?:[^"\\]|\\.)*") ([0-9a-f]{32})$`)
	bodyLine  = regexp.MustCompile(`^([^ |=]+)([|=]) ?(.*)$`)
	marker    = regexp.MustCompile(`^(<{7}|\|{7}|={7}|>{7})( |$)`)
)

// Read reads a file. The error is an *Error; with an error there is no lock. An empty file is no lock. Entries may
// stand in any order, and an entry that stands twice counts once: that is what merges leave behind.
func Read(text []byte) (*Lock, error) {
	r := &lockReader{lock: &Lock{file: source.NewFile(FileName, text)}, known: map[string]*Entry{}}
	if err := checkHeader(text); err != nil {
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
	if r.open != nil {
		return nil, truncated(number, r.openID())
	}
	r.lock.Entries = sorted(r.lock.Entries)
	return r.lock, nil
}

func checkHeader(text []byte) error {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	rest, ok := strings.CutPrefix(string(first), headerStart)
	if !ok {
		if marker.Match(first) {
			return mergeConflict(1)
		}
		return notALock()
	}
	format, _, _ := strings.Cut(rest, ":")
	n, err := strconv.Atoi(format)
	switch {
	case err != nil:
		return notALock()
	case n > Format:
		return newerFormat(format)
	}
	return nil
}

// lockReader reads line by line. open is the entry whose sample is still to come.
type lockReader struct {
	lock  *Lock
	open  *Entry
	body  string // what the lines of the open entry's shape begin with
	known map[string]*Entry
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
	return nil
}

func (r *lockReader) end() error {
	e := r.open
	r.open = nil
	if e.digest() != e.Digest {
		return edited(e)
	}
	key := string(e.Kind) + " " + e.ID()
	switch first := r.known[key]; {
	case first == nil:
		r.known[key] = e
		r.lock.Entries = append(r.lock.Entries, e)
	case first.Digest != e.Digest:
		return twoReleases(e)
	}
	return nil
}
