package faults

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// message is one message of PostgreSQL's protocol, whole. The first one of a client
// has no type.
type message struct {
	kind  byte
	bytes []byte
}

// longestMessage is PostgreSQL's own limit.
const longestMessage = 1 << 30

// readMessage reads the next message, into memory of its own.
func readMessage(r io.Reader) (message, error) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(r, head); err != nil {
		return message{}, err
	}
	return readBody(r, head, head[1:])
}

// readStart reads the first message of a client.
func readStart(r io.Reader) (message, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		return message{}, err
	}
	m, err := readBody(r, head, head)
	m.kind = 0
	return m, err
}

// readBody reads what follows head, whose end is the length.
func readBody(r io.Reader, head, length []byte) (message, error) {
	n := binary.BigEndian.Uint32(length)
	if n < 4 || n > longestMessage {
		return message{}, fmt.Errorf("message of %d bytes", n)
	}
	m := message{kind: head[0], bytes: make([]byte, len(head)+int(n)-4)}
	copy(m.bytes, head)
	_, err := io.ReadFull(r, m.bytes[len(head):])
	return m, err
}

// counts reports whether a client's message makes the server do something: Parse,
// Execute, Query and CopyDone.
func (m message) counts() bool {
	switch m.kind {
	case 'P', 'E', 'Q', 'c':
		return true
	}
	return false
}

// commits reports whether a client's message is the query COMMIT.
func (m message) commits() bool {
	return m.kind == 'Q' && bytes.EqualFold(bytes.TrimRight(m.bytes[5:], "\x00;"), []byte("commit"))
}

// asks reports whether the server answers to what was sent up to here.
func (m message) asks() bool {
	switch m.kind {
	case 'S', 'Q', 'c':
		return true
	}
	return false
}

// ends reports whether a server's message is the end of an answer: it is ready for a
// query, or for the data of a COPY.
func (m message) ends() bool { return m.kind == 'Z' || m.kind == 'G' }
