package mind

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Consolidate captures one memory that stands for several others, and returns
// its id. The others are marked absorbed, one append each: streams cannot be
// changed together. When it breaks off, the same call again does what is
// missing, since its ids follow from its arguments.
//
// Errors: [ErrTooFew], [ErrUnknown], *[GoneError] if a part is gone otherwise.
func (m *Mind) Consolidate(ctx context.Context, parts []uuid.UUID, text string) (uuid.UUID, error) {
	parts = distinct(parts)
	if len(parts) < 2 {
		return uuid.Nil, ErrTooFew
	}
	command := commandFor(parts, text)
	whole := uuid.NewSHA1(command, []byte("memory"))
	if err := m.checkParts(ctx, parts, whole); err != nil {
		return uuid.Nil, err
	}
	if _, err := m.DoOnce(ctx, command, whole, Consolidate(text, parts, m.now())); err != nil {
		return uuid.Nil, err
	}
	for _, part := range parts {
		if _, err := m.DoOnce(ctx, command, part, Absorb(whole)); err != nil {
			return whole, fmt.Errorf("absorb memory %s: %w", part, err)
		}
	}
	return whole, nil
}

// checkParts looks before anything is written. A part that whole has absorbed
// already is left over from a call that broke off.
func (m *Mind) checkParts(ctx context.Context, parts []uuid.UUID, whole uuid.UUID) error {
	for _, id := range parts {
		part, err := m.Now(ctx, id)
		if err != nil {
			return err
		}
		if part.Status != Kept && part.Into != whole {
			return fmt.Errorf("consolidate %s: %w", id, &GoneError{Status: part.Status, Into: part.Into, Reason: part.Reason})
		}
	}
	return nil
}

func distinct(ids []uuid.UUID) []uuid.UUID {
	sorted := slices.SortedFunc(slices.Values(ids), compareIDs)
	return slices.Compact(sorted)
}

func compareIDs(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) }

// commandFor names the command by what it is to do.
func commandFor(parts []uuid.UUID, text string) uuid.UUID {
	var name strings.Builder
	for _, id := range parts {
		name.WriteString(id.String())
	}
	name.WriteString(text)
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name.String()))
}
