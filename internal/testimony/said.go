package testimony

import (
	"fmt"
	"io"
	"strings"

	"github.com/evgen/evgen/runtime"
)

// Intends and Wrote are what a child says of its appends, for [Witness.Hear].
func Intends(w io.Writer, p *Part) error {
	_, err := fmt.Fprintln(w, "intends", p.stream, p.size)
	return err
}

// Wrote says where the last part that was intended stands.
func Wrote(w io.Writer, out runtime.Appended) error {
	_, err := fmt.Fprintln(w, "wrote", out.First, out.FirstPosition, out.Position)
	return err
}

// Hear notes what a child says of its appends, each of them a unit. It returns the
// unit that is not settled yet.
func (w *Witness) Hear(unit *Unit, line string) (*Unit, error) {
	var name string
	var size int
	if n, _ := fmt.Sscanf(line, "intends %s %d", &name, &size); n == 2 {
		stream, err := runtime.ParseStreamID(name)
		unit = w.Begin()
		unit.Intend(stream, size)
		return unit, err
	}
	var out runtime.Appended
	if n, _ := fmt.Sscanf(line, "wrote %d %d %d", &out.First, &out.FirstPosition, &out.Position); n == 3 && unit != nil {
		unit.parts[0].At(out)
		unit.Settle(Written)
		return nil, nil
	}
	return unit, fmt.Errorf("a child says %q", strings.TrimSpace(line))
}
