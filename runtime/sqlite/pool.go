package sqlite

import (
	"context"
	"errors"
	"sync"

	"github.com/evgen/evgen/runtime"
)

// pool hands out connections for reading. A reader keeps one only while it
// fetches a page, never while its caller looks at the records: so readers may be
// nested without end, and no transaction stays open.
type pool struct {
	connect func(context.Context) (*conn, error)
	// slots bounds the connections in use.
	slots chan struct{}

	mu     sync.Mutex
	idle   []*conn
	closed bool
}

func newPool(size int, connect func(context.Context) (*conn, error)) *pool {
	return &pool{connect: connect, slots: make(chan struct{}, size)}
}

// use calls f with a connection, again if the file was locked. It blocks while
// all of them are in use.
func (p *pool) use(ctx context.Context, f func(*conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.slots }()
	c, err := p.take(ctx)
	if err != nil {
		return err
	}
	defer p.put(c)
	return retryBusy(ctx, func() error { return f(c) })
}

func (p *pool) take(ctx context.Context) (*conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, runtime.ErrClosed
	}
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return c, nil
	}
	return p.connect(ctx)
}

func (p *pool) put(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, c)
}

// close waits for the connections in use.
func (p *pool) close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, c := range p.idle {
		errs = append(errs, c.close())
	}
	p.idle = nil
	for range cap(p.slots) {
		<-p.slots
	}
	return errors.Join(errs...)
}
