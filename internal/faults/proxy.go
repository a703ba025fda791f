package faults

import (
	"fmt"
	"net"
	"net/url"
	"sync"
)

// Moment is when, seen from a statement, a link is cut.
type Moment int

// The moments. A statement is whatever makes the server do something: a Parse, an
// Execute, a Query, the end of a COPY; a COMMIT is one, too.
const (
	// Before: the server never sees the statement.
	Before Moment = iota
	// During: it is sent, and nobody waits for what becomes of it.
	During
	// After: it has been carried out, and the client is not told.
	After
)

func (m Moment) String() string { return [...]string{"before", "during", "after"}[m] }

// Moments lists them all.
func Moments() []Moment { return []Moment{Before, During, After} }

// Proxy is a way to a server that can be cut. It must be made by [Listen].
type Proxy struct {
	listener net.Listener
	target   string
	links    sync.WaitGroup

	mu   sync.Mutex
	open map[*link]bool
	dark bool
	// left counts the statements to the one that is cut, 0 for none.
	left int
	// counted says which statements are counted.
	counted func(message) bool
	moment  Moment
	cut     bool
	// killed is called when the link that is cut has ended, after all others have and
	// none can be made any more; nil: they go on.
	killed func()
	ended  chan struct{}
}

// Listen starts a proxy in front of the server at target, host and port. It does not
// speak TLS.
func Listen(target string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	p := &Proxy{listener: l, target: target, open: map[*link]bool{}}
	p.links.Add(1)
	go p.serve()
	return p, nil
}

// DSN returns dsn, a URL, with the proxy in the server's place.
func (p *Proxy) DSN(dsn string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return "", err
	}
	u.Host = p.listener.Addr().String()
	return u.String(), nil
}

// Close cuts all links and waits until nothing is left of the proxy.
func (p *Proxy) Close() {
	p.Darken()
	_ = p.listener.Close()
	p.links.Wait()
}

// Arm lets the n-th statement from now on, from 1, of whatever link, be the last one
// of its link.
func (p *Proxy) Arm(n int, m Moment) { p.arm(n, m, message.counts) }

// ArmCommit is Arm for the n-th COMMIT.
func (p *Proxy) ArmCommit(n int, m Moment) { p.arm(n, m, message.commits) }

func (p *Proxy) arm(n int, m Moment, counted func(message) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left, p.counted, p.moment, p.cut, p.killed = n, counted, m, false, nil
}

// Kill lets the n-th statement from now on be the last one of all links: what a server
// sees of a process that is killed there. Killed is called when the statement has met
// its fate; Lighten begins another life.
func (p *Proxy) Kill(n int, m Moment, killed func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left, p.counted, p.moment, p.cut, p.killed, p.ended = n, message.counts, m, false, killed, make(chan struct{})
}

// Settle is Disarm that waits, where a link was cut by Kill, until killed has been called.
func (p *Proxy) Settle() {
	if p.Disarm() {
		<-p.ended
	}
}

// Disarm ends what Arm began, and reports whether a link was cut.
func (p *Proxy) Disarm() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = 0
	return p.cut
}

// Darken cuts all links, and lets none be made until Lighten.
func (p *Proxy) Darken() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.darken(nil)
}

// darken cuts all links but one.
func (p *Proxy) darken(spared *link) {
	p.dark = true
	for l := range p.open {
		if l != spared {
			l.sever()
		}
	}
}

// Lighten lets links be made again.
func (p *Proxy) Lighten() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dark = false
}

// fate counts a statement and says whether its link ends there.
func (p *Proxy) fate(l *link, m message) (Moment, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left == 0 || !p.counted(m) {
		return 0, false
	}
	p.left--
	p.cut = p.left == 0
	if l.last = p.cut && p.killed != nil; l.last {
		p.darken(l)
	}
	return p.moment, p.cut
}

func (p *Proxy) serve() {
	defer p.links.Done()
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.links.Add(1)
		go func() {
			defer p.links.Done()
			p.connect(client)
		}()
	}
}

func (p *Proxy) connect(client net.Conn) {
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		_ = client.Close()
		return
	}
	l := &link{proxy: p, client: client, server: server, swallow: make(chan struct{})}
	if !p.admit(l) {
		l.sever()
		return
	}
	l.run()
	p.mu.Lock()
	delete(p.open, l)
	p.mu.Unlock()
	if l.last {
		p.killed()
		close(p.ended)
	}
}

func (p *Proxy) admit(l *link) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.dark {
		p.open[l] = true
	}
	return !p.dark
}
