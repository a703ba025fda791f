package kafka

import (
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/projection"
)

// MembershipError says that a member cannot take part in its group: another one has
// taken its instance's name, the group is another consumer's, or it is not allowed to.
type MembershipError struct {
	Group string
	Err   error
}

func (e *MembershipError) Error() string {
	if isOneOf(e.Err, kerr.InconsistentGroupProtocol) {
		return fmt.Sprintf("group %s has members of another consumer: each needs a group of its own: %v", e.Group, e.Err)
	}
	return fmt.Sprintf("group %s: %v", e.Group, e.Err)
}

func (e *MembershipError) Unwrap() error { return e.Err }

// ErrGivenUp says that a feed settles what is this member's no longer.
var ErrGivenUp = errors.New("the partition was given up")

// membershipError returns a *[MembershipError] if err will not pass.
func membershipError(group string, err error) error {
	var session *kgo.ErrGroupSession
	if !errors.As(err, &session) {
		return nil
	}
	if !isOneOf(err, kerr.FencedInstanceID, kerr.GroupAuthorizationFailed, kerr.TopicAuthorizationFailed,
		kerr.InvalidGroupID, kerr.InconsistentGroupProtocol, kerr.InvalidSessionTimeout, kerr.UnsupportedVersion) {
		return nil
	}
	return &MembershipError{group, session.Err}
}

// isFenced reports whether the broker knows a later owner of the transactional id.
// That a transaction took too long looks the same to it.
func isFenced(err error) bool {
	return isOneOf(err, kerr.ProducerFenced, kerr.InvalidProducerEpoch)
}

// isRefused reports whether the broker will not take what was sent, in one batch at least.
func isRefused(err error) bool {
	return isOneOf(err, kerr.MessageTooLarge, kerr.RecordListTooLarge, kerr.InvalidRecord, kerr.InvalidTimestamp)
}

func isOneOf(err error, known ...*kerr.Error) bool {
	for _, k := range known {
		if errors.Is(err, k) {
			return true
		}
	}
	return false
}

// writeError says to a relay what err means, which writing m has met.
func writeError(m *delivery.Message, err error) error {
	switch {
	case isFenced(err):
		return fmt.Errorf("%w: %w", projection.ErrFenced, err)
	case isRefused(err):
		return &delivery.RefusedError{ID: m.ID, Err: err}
	}
	return err
}
