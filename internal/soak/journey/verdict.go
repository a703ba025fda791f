package journey

import (
	"errors"
	"fmt"
)

// Fault is a way of not being as it should.
type Fault string

// The faults.
const (
	Lost       Fault = "lost"             // it should be there
	Doubled    Fault = "doubled"          // it is there again
	Invented   Fault = "invented"         // nothing led to it
	Disordered Fault = "out of order"     // it stands where another one of its stream should
	Risen      Fault = "passed by poison" // it has had its effect, though what stands before it in its stream has not
	Woken      Fault = "by a zombie"      // who committed it had been relieved before
	Parked     Fault = "put aside"        // and no poison stands before it in its stream
	Unended    Fault = "not at its end"   // the saga is still under way
	Misled     Fault = "misled"           // the saga has ended as it should not have
)

// Finding is one thing that is not as it should be.
type Finding struct {
	// Area is the name of a consumer, a broker, the reaction, the saga, or "log".
	Area  string
	Fault Fault
	Text  string
}

// Verdict is what the judges have found.
type Verdict struct {
	Evidence *Evidence
	Findings []Finding
}

func (v *Verdict) find(area string, f Fault, format string, args ...any) {
	v.Findings = append(v.Findings, Finding{area, f, fmt.Sprintf(format, args...)})
}

// Count counts the findings of one kind in an area; an empty area stands for all.
func (v *Verdict) Count(area string, f Fault) (n int) {
	for i := range v.Findings {
		if (area == "" || v.Findings[i].Area == area) && v.Findings[i].Fault == f {
			n++
		}
	}
	return n
}

// shown is how many findings are told in words.
const shown = 12

// Err is nil if all is as it should be.
func (v *Verdict) Err() error {
	if len(v.Findings) == 0 {
		return nil
	}
	errs := []error{fmt.Errorf("%d things are not as they should be", len(v.Findings))}
	for _, f := range v.Findings[:min(len(v.Findings), shown)] {
		errs = append(errs, fmt.Errorf("%s: %s: %s", f.Area, f.Fault, f.Text))
	}
	return errors.Join(errs...)
}
