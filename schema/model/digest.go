package model

import (
	"crypto/sha256"
	"encoding/hex"
)

// Digest identifies the resolved shape of an event version: two versions with the same digest read and write the
// same JSON. Docs, examples and Go names do not take part.
func Digest(v *EventVersion) string {
	sum := sha256.Sum256(AppendShape(nil, v))
	return hex.EncodeToString(sum[:16])
}
