package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// VersionName is the Go name of a version of a named type: "SourceV2", or "Source" where the type has no versions.
func VersionName(name string, v *model.TypeVersion) string {
	if !v.Type.Versioned {
		return goname.Exported(name)
	}
	return goname.Exported(name) + "V" + strconv.Itoa(v.Number)
}

// packageNames are declared by generated code in every package.
var packageNames = map[string]string{
	"Event": "the interface of all events", "Schema": "the list of all events", "Load": "the loader of streams",
	"Decode": "the decoder of records", "Envelope": "the envelope of events", "Codec": "the table of types",
}

// structNames are the methods of every generated struct.
var structNames = map[string]string{
	"AppendJSON": "the method AppendJSON", "MarshalJSON": "the method MarshalJSON",
	"UnmarshalJSON": "the method UnmarshalJSON", "Validate": "the method Validate",
}

// eventNames are the further methods of the structs of events.
var eventNames = map[string]string{
	"EventType": "the method EventType", "EventVersion": "the method EventVersion", "Seals": "the method Seals",
}

// unknownName is the field that keeps unknown fields.
const unknownName = "Unknown"

// JoinDigests makes one digest of several.
func JoinDigests(digests string) string {
	sum := sha256.Sum256([]byte(digests))
	return hex.EncodeToString(sum[:16])
}
