package projection

import (
	"testing"
	"time"
)

func TestSlowHandlerIsGivenOneEventAtATime(t *testing.T) {
	var p pace
	if n := p.within(time.Second); n != 1 {
		t.Fatalf("%d events before anything is known of the handler", n)
	}
	p.took(1, 2*time.Minute)
	if n := p.within(time.Second); n != 1 {
		t.Errorf("%d events of 2 minutes each", n)
	}
}

func TestQuickHandlerSoonHasFullTransactions(t *testing.T) {
	var p pace
	transactions := 0
	for n := 0; n < 5000; transactions++ {
		n = min(p.within(time.Second), 5000)
		p.took(n, time.Duration(n)*10*time.Microsecond)
	}
	if transactions > 6 {
		t.Errorf("%d transactions until one takes 5000 events", transactions)
	}
}

func TestHandlerThatBecomesSlowIsGivenFewer(t *testing.T) {
	var p pace
	p.took(5000, 50*time.Millisecond)
	p.took(5000, 50*time.Second)
	if n := p.within(time.Second); n > 200 {
		t.Errorf("%d events of 10 ms each in a second", n)
	}
}
