package syntax

import (
	_ "embed" // the schemas
	"slices"
)

//go:embed evgen.schema.json
var schemaJSON []byte

//go:embed evgen.config.schema.json
var configJSON []byte

// JSONSchema returns the JSON Schema (draft 7) of schema files, for editors.
func JSONSchema() []byte { return slices.Clone(schemaJSON) }

// ConfigJSONSchema returns the JSON Schema (draft 7) of evgen.yaml.
func ConfigJSONSchema() []byte { return slices.Clone(configJSON) }
