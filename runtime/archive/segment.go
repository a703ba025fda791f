package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/evgen/evgen/runtime"
)

// The endings of objects.
const (
	linesEnding  = ".jsonl"
	packedEnding = ".gz"
	sumEnding    = ".sha256"
)

// Segment is an object that holds all records between two positions, both inclusive.
type Segment struct {
	// Name is that of the object; its checksum, in the form that sha256sum -c reads,
	// is the object Name + ".sha256".
	Name        string
	First, Last runtime.Position
}

// ChecksumError says that an object is not what was written.
type ChecksumError struct {
	Name        string
	Found, Want string
}

func (e *ChecksumError) Error() string {
	return fmt.Sprintf("%s has the checksum %.16s…, expected %.16s…", e.Name, e.Found, e.Want)
}

// GapError says that an archive lacks records behind After: the next ones that it
// has begin at Next, 0 if there are none.
type GapError struct {
	After, Next runtime.Position
	// Forgotten says that the archive states it: see [ReadForgotten].
	Forgotten bool
}

func (e *GapError) Error() string {
	switch {
	case e.Next == 0:
		return fmt.Sprintf("the archive ends at position %d", e.After)
	case e.Forgotten:
		return fmt.Sprintf("the archive never held positions %d to %d, which its store had forgotten: what it has lies behind position %d", e.After+1, e.Next-1, e.Next-1)
	}
	return fmt.Sprintf("the archive lacks positions %d to %d", e.After+1, e.Next-1)
}

// segmentName returns the name of a segment: names sort as positions do.
func segmentName(life runtime.Incarnation, first, last runtime.Position, ending string) string {
	return fmt.Sprintf("%s/%019d-%019d%s", life, first, last, ending)
}

// parseSegment returns false for what is no segment.
func parseSegment(name string) (s Segment, ok bool) {
	base := strings.TrimSuffix(path.Base(name), packedEnding)
	numbers, ok := strings.CutSuffix(base, linesEnding)
	if !ok {
		return s, false
	}
	n, err := fmt.Sscanf(numbers, "%d-%d", &s.First, &s.Last)
	s.Name = name
	return s, err == nil && n == 2 && s.First > 0 && s.First <= s.Last
}

// Segments returns those of one life of a store that are whole, by position. Some may
// hold what others hold, too: two processes have written.
func Segments(ctx context.Context, sink Sink, life runtime.Incarnation) ([]Segment, error) {
	names, err := sink.List(ctx, string(life)+"/")
	if err != nil {
		return nil, fmt.Errorf("list the archive of store %s: %w", life, err)
	}
	summed := map[string]bool{}
	for _, name := range names {
		if of, ok := strings.CutSuffix(name, sumEnding); ok {
			summed[of] = true
		}
	}
	var out []Segment
	for _, name := range names {
		if s, ok := parseSegment(name); ok && summed[name] {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Segment) int { return int(a.First - b.First) })
	return out, nil
}

// Through returns the position up to which an archive holds all records from its
// first one on, or states that it never held them: 0 if it has neither.
func Through(ctx context.Context, sink Sink, life runtime.Incarnation) (runtime.Position, error) {
	segments, err := Segments(ctx, sink, life)
	if err != nil {
		return 0, err
	}
	if len(segments) == 0 {
		f, err := ReadForgotten(ctx, sink, life)
		if err != nil || f == nil {
			return 0, err
		}
		return f.Last, nil
	}
	at := segments[0].First - 1
	for _, s := range segments {
		if s.First > at+1 {
			break
		}
		at = max(at, s.Last)
	}
	return at, nil
}

// put writes a segment, and then its checksum.
func put(ctx context.Context, sink Sink, name string, lines []byte) error {
	content := lines
	if strings.HasSuffix(name, packedEnding) {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, err := w.Write(lines)
		if err := errors.Join(err, w.Close()); err != nil {
			return fmt.Errorf("compress %s: %w", name, err)
		}
		content = packed.Bytes()
	}
	if err := sink.Put(ctx, name, content); err != nil {
		return fmt.Errorf("archive %s: %w", name, err)
	}
	sum := fmt.Sprintf("%s  %s\n", checksum(content), path.Base(name))
	if err := sink.Put(ctx, name+sumEnding, []byte(sum)); err != nil {
		return fmt.Errorf("archive %s: %w", name+sumEnding, err)
	}
	return nil
}

func checksum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// get returns the content of a segment, once it has been compared with its checksum.
func get(ctx context.Context, sink Sink, name string) ([]byte, error) {
	content, err := sink.Get(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	sum, err := sink.Get(ctx, name+sumEnding)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s: %w", name+sumEnding, err)
	}
	want, _, _ := strings.Cut(string(sum), " ")
	if found := checksum(content); found != want {
		return nil, &ChecksumError{name, found, want}
	}
	return content, nil
}
