// Package health answers probes: whether a process lives, and whether it is ready,
// as a function and as an http.Handler, with what is wrong and why.
//
// What is asked for is given by [Check]s: [Store], [Projections] (relays and archives
// are projections, too), [Consumer], and [Task] for what must not end. A process that
// has read models which are behind is alive, but perhaps not ready: keep the two apart.
//
// Nothing is started, and nothing is looked at before somebody asks. An answer holds
// for a second, so that many probes cost as much as one.
package health

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Check looks at one thing and returns what is wrong with it, nothing if all is well.
// Look must end soon after ctx does.
type Check struct {
	Name string
	Look func(ctx context.Context) []Fault
}

// Fault is something that is wrong.
type Fault struct {
	// What names it: "memory_list v2 shard 0". Why is for people.
	What string `json:"what"`
	Why  string `json:"why"`
}

// Report is the answer to a probe.
type Report struct {
	OK     bool      `json:"ok"`
	At     time.Time `json:"at"`
	Checks []Result  `json:"checks"`
}

// Result is what one check has found.
type Result struct {
	Name   string  `json:"name"`
	OK     bool    `json:"ok"`
	Faults []Fault `json:"faults,omitempty"`
}

// Option configures a [Probe].
type Option func(*Probe)

// WithTimeout bounds how long all checks together may take; 800 ms are the default,
// since a kubelet waits for a second. One that takes longer has a fault.
func WithTimeout(d time.Duration) Option { return func(p *Probe) { p.timeout = d } }

// WithHold sets for how long an answer holds; a second is the default.
func WithHold(d time.Duration) Option { return func(p *Probe) { p.hold = d } }

// Probe answers by some checks. It may be used concurrently.
type Probe struct {
	checks        []Check
	timeout, hold time.Duration

	mu   sync.Mutex
	last Report
}

var _ http.Handler = (*Probe)(nil)

// New returns a probe that is fine if all checks are.
func New(checks []Check, opts ...Option) *Probe {
	p := &Probe{checks: checks, timeout: 800 * time.Millisecond, hold: time.Second}
	for _, opt := range opts {
		opt(p)
	}
	return p
}

// Report returns the answer of now, or one that still holds. Those who ask at once
// wait for one of them.
func (p *Probe) Report(ctx context.Context) Report {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.last.At) < p.hold {
		return p.last
	}
	// That whoever asks goes away is no fault of what is looked at.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.timeout)
	defer cancel()
	results := make([]Result, len(p.checks))
	var looking sync.WaitGroup
	for i, c := range p.checks {
		looking.Add(1)
		go func() {
			defer looking.Done()
			faults := c.Look(ctx)
			results[i] = Result{c.Name, len(faults) == 0, faults}
		}()
	}
	looking.Wait()
	p.last = Report{OK: true, At: time.Now(), Checks: results}
	for i := range results {
		p.last.OK = p.last.OK && results[i].OK
	}
	return p.last
}

// ServeHTTP answers with status 200 or 503: text, or JSON if the request accepts that
// or asks for ?format=json.
func (p *Probe) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	report := p.Report(r.Context())
	body, kind := []byte(report.String()), "text/plain; charset=utf-8"
	if r.URL.Query().Get("format") == "json" || strings.Contains(r.Header.Get("Accept"), "application/json") {
		body, _ = json.Marshal(report) // strings and times always marshal
		kind = "application/json"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	if !report.OK {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = w.Write(body) // who has asked may be gone
}

// String returns a line a check, and one a fault.
func (r Report) String() string {
	var out strings.Builder
	for _, c := range r.Checks {
		if c.OK {
			fmt.Fprintf(&out, "ok    %s\n", c.Name)
		}
		for _, f := range c.Faults {
			fmt.Fprintf(&out, "FAULT %s: %s: %s\n", c.Name, f.What, f.Why)
		}
	}
	return out.String()
}
