// Package jsonschema turns JSON Schemas into schema documents.
//
// In: the bytes of JSON Schema files, drafts 04 to 2020-12, as JSON or YAML, and
// a file system for the files that they refer to. Out: documents in the schema
// language, one loss for everything that the language cannot say, and a report
// of what could not be read at all. Every payload that is valid against an
// imported schema can be read and written again without loss. It never opens a
// network connection, never reads outside the file system that it was given,
// and never drops a keyword without saying so.
package jsonschema
