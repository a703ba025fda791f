package runtime

import (
	"errors"
	"fmt"
)

// ErrNoExpect refuses an append with the zero [Expect] or a negative version.
var ErrNoExpect = errors.New("expectation is not set (use runtime.ExpectNew, ExpectExists, ExpectVersion or ExpectAny)")

// ExpectKind tells the kinds of [Expect] apart, for the authors of stores.
type ExpectKind uint8

// The kinds of expectation. ExpectVersion(0) is of kind KindNew.
const (
	KindInvalid ExpectKind = iota
	KindNew
	KindExists
	KindVersion
	KindAny
)

// Expect is the condition under which an append takes place. The zero Expect is
// invalid, so that nobody appends without having thought about it.
type Expect struct {
	kind    ExpectKind
	version StreamVersion
}

// ExpectNew demands that the stream has no event yet.
func ExpectNew() Expect { return Expect{kind: KindNew} }

// ExpectExists demands that the stream has at least one event.
func ExpectExists() Expect { return Expect{kind: KindExists} }

// ExpectAny demands nothing.
func ExpectAny() Expect { return Expect{kind: KindAny} }

// ExpectVersion demands that the stream's last event has version v. 0 means the
// same as [ExpectNew]; a negative version is invalid.
func ExpectVersion(v StreamVersion) Expect {
	switch {
	case v < 0:
		return Expect{}
	case v == 0:
		return ExpectNew()
	}
	return Expect{kind: KindVersion, version: v}
}

// Kind returns what is demanded.
func (e Expect) Kind() ExpectKind { return e.kind }

// Version returns the version that is demanded; it is 0 unless the kind is KindVersion.
func (e Expect) Version() StreamVersion { return e.version }

// Check returns [ErrNoExpect] for an invalid expectation.
func (e Expect) Check() error {
	if e.kind == KindInvalid || e.kind > KindAny {
		return ErrNoExpect
	}
	return nil
}

// Allows reports whether a stream whose last event has version actual (0 for
// none) meets the expectation.
func (e Expect) Allows(actual StreamVersion) bool {
	switch e.kind {
	case KindNew:
		return actual == 0
	case KindExists:
		return actual > 0
	case KindVersion:
		return actual == e.version
	case KindAny:
		return true
	}
	return false
}

// String returns the expectation in words: "no stream", "an existing stream",
// "version 3", "anything".
func (e Expect) String() string {
	switch e.kind {
	case KindNew:
		return "no stream"
	case KindExists:
		return "an existing stream"
	case KindVersion:
		return fmt.Sprintf("version %d", e.version)
	case KindAny:
		return "anything"
	}
	return "an invalid expectation"
}
