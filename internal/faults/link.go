package faults

import (
	"bufio"
	"net"
	"sync"
)

// link is one connection of a client, and its other half.
type link struct {
	proxy          *Proxy
	client, server net.Conn
	// swallow is closed when the server's answers no longer reach the client.
	swallow chan struct{}
	// last says that the process at its end dies with it.
	last bool
}

func (l *link) sever() {
	_ = l.client.Close()
	_ = l.server.Close()
}

// run blocks until the link has ended.
func (l *link) run() {
	defer l.sever()
	var back sync.WaitGroup
	back.Add(1)
	go func() {
		defer back.Done()
		defer l.sever()
		l.answer()
	}()
	l.ask()
	back.Wait()
}

// ask hands on what the client sends, until the link is cut or at its end.
func (l *link) ask() {
	from := bufio.NewReader(l.client)
	m, err := readStart(from)
	for ; err == nil; m, err = readMessage(from) {
		if moment, cut := l.proxy.fate(l, m); cut {
			l.cut(from, m, moment)
			return
		}
		if _, err := l.server.Write(m.bytes); err != nil {
			break
		}
	}
	l.sever()
}

// cut ends the link at m.
func (l *link) cut(from *bufio.Reader, m message, moment Moment) {
	if moment == Before {
		l.sever()
		return
	}
	if moment == After {
		close(l.swallow) // before the server can answer
	}
	for err := error(nil); err == nil; m, err = readMessage(from) {
		if _, err := l.server.Write(m.bytes); err != nil || m.asks() {
			break
		}
	}
	if moment == During {
		l.sever()
	} // otherwise answer does, once the statement has been carried out
}

// answer hands on what the server says.
func (l *link) answer() {
	from := bufio.NewReader(l.server)
	for {
		m, err := readMessage(from)
		if err != nil {
			return
		}
		select {
		case <-l.swallow:
			if m.ends() {
				return
			}
			continue
		default:
		}
		if _, err := l.client.Write(m.bytes); err != nil {
			return
		}
	}
}
