package main

import (
	"fmt"
	"strings"
)

// Every definition has the same eight fields in every language: an id, a text, an integer, a float, a timestamp, a list
// of strings, a map of strings and a bool.

// eventName names the i-th definition.
func eventName(i int) string { return fmt.Sprintf("Order%05dPlaced", i) }

// spread writes n definitions into a number of files, each by write and with its own head.
func spread(n, files int, path string, head func(file int) string, write func(i int) string) map[string]string {
	out := make(map[string]string, files)
	next := 0
	for f := range files {
		var text strings.Builder
		text.WriteString(head(f))
		for end := n * (f + 1) / files; next < end; next++ {
			text.WriteString(write(next))
		}
		out[fmt.Sprintf(path, f)] = text.String()
	}
	return out
}

func constant(text string) func(int) string { return func(int) string { return text } }

func evgenSchemas(n, files int) map[string]string {
	return spread(n, files, "schema/orders%03d.yaml", constant("package: orders\nevents:\n"), func(i int) string {
		return fmt.Sprintf(`  %s:
    doc: Order %d was placed.
    versions:
      1:
        fields:
          order_id: uuid
          note: string
          quantity: int64
          weight: float64
          placed_at: timestamp
          tags: list<string>
          labels: map<string>
          express: bool
`, eventName(i), i)
	})
}

func protoSchemas(n, files int) map[string]string {
	head := constant("syntax = \"proto3\";\npackage orders;\nimport \"google/protobuf/timestamp.proto\";\noption go_package = \"example.com/bench/orders;orders\";\n")
	return spread(n, files, "orders%03d.proto", head, func(i int) string {
		return fmt.Sprintf(`
// Order %d was placed.
message %s {
  string order_id = 1;
  string note = 2;
  int64 quantity = 3;
  double weight = 4;
  google.protobuf.Timestamp placed_at = 5;
  repeated string tags = 6;
  map<string, string> labels = 7;
  bool express = 8;
}
`, i, eventName(i))
	})
}

// goStructs are hand-written structs with tags: the cheapest code there is, and easyjson's input.
func goStructs(n, files int) map[string]string {
	head := constant("package orders\n\nimport (\n\t\"time\"\n\n\t\"github.com/google/uuid\"\n)\n")
	return spread(n, files, "orders/orders%03d.go", head, func(i int) string {
		return fmt.Sprintf("\n// %[1]s says that order %[2]d was placed.\n//\n//easyjson:json\ntype %[1]s struct {\n"+
			"\tOrderID  uuid.UUID         `json:\"order_id\"`\n\tNote     string            `json:\"note\"`\n"+
			"\tQuantity int64             `json:\"quantity\"`\n\tWeight   float64           `json:\"weight\"`\n"+
			"\tPlacedAt time.Time         `json:\"placed_at\"`\n\tTags     []string          `json:\"tags\"`\n"+
			"\tLabels   map[string]string `json:\"labels\"`\n\tExpress  bool              `json:\"express\"`\n}\n", eventName(i), i)
	})
}

const jsonFields = `{"type": "object", "description": "Order %d was placed.",
 "required": ["order_id", "note", "quantity", "weight", "placed_at", "tags", "labels", "express"],
 "properties": {
  "order_id": {"type": "string", "format": "uuid"},
  "note": {"type": "string"},
  "quantity": {"type": "integer", "format": "int64"},
  "weight": {"type": "number"},
  "placed_at": {"type": "string", "format": "date-time"},
  "tags": {"type": "array", "items": {"type": "string"}},
  "labels": {"type": "object", "additionalProperties": {"type": "string"}},
  "express": {"type": "boolean"}}}`

// jsonSchemas are definitions of a root object, one root a file.
func jsonSchemas(n, files int) map[string]string {
	head := func(f int) string {
		return fmt.Sprintf("{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"$id\": \"https://example.com/orders%03d\", \"title\": \"Orders%03d\",\n\"$defs\": {\n\"Nothing%03d\": {\"type\": \"string\"}", f, f, f)
	}
	out := spread(n, files, "orders%03d.json", head, func(i int) string {
		return fmt.Sprintf(",\n%q: "+jsonFields, eventName(i), i)
	})
	for path := range out {
		out[path] += "}}\n"
	}
	return out
}

func openAPISchema(n int) map[string]string {
	head := "{\"openapi\": \"3.0.3\", \"info\": {\"title\": \"orders\", \"version\": \"1\"}, \"paths\": {}, \"components\": {\"schemas\": {\n\"Nothing\": {\"type\": \"string\"}"
	out := spread(n, 1, "orders%03d.json", constant(head), func(i int) string {
		return fmt.Sprintf(",\n%q: "+jsonFields, eventName(i), i)
	})
	out["orders000.json"] += "}}}\n"
	return out
}

// sqlSchema is a table and two queries for each definition.
func sqlSchema(n int) map[string]string {
	table := func(i int) string {
		return fmt.Sprintf("CREATE TABLE order%05d (order_id uuid PRIMARY KEY, note text NOT NULL, quantity bigint NOT NULL, weight double precision NOT NULL,\n"+
			"  placed_at timestamptz NOT NULL, tags text[] NOT NULL, labels jsonb NOT NULL, express boolean NOT NULL);\n", i)
	}
	query := func(i int) string {
		return fmt.Sprintf("-- name: Get%[2]s :one\nSELECT * FROM order%05[1]d WHERE order_id = $1;\n"+
			"-- name: Insert%[2]s :exec\nINSERT INTO order%05[1]d (order_id, note, quantity, weight, placed_at, tags, labels, express) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);\n", i, eventName(i))
	}
	out := spread(n, 1, "schema%d.sql", constant(""), table)
	for path, text := range spread(n, 1, "query%d.sql", constant(""), query) {
		out[path] = text
	}
	out["sqlc.yaml"] = "version: \"2\"\nsql:\n  - engine: postgresql\n    schema: schema0.sql\n    queries: query0.sql\n    gen: {go: {package: orders, out: orders}}\n"
	return out
}
