// Package graph shows how events flow through a schema.
//
// In: a model. Out: who records, reads and emits which events, as nodes and edges, and these as JSON, as Mermaid and
// as a picture in SVG. The same model gives the same bytes. It judges nothing and writes no files.
package graph
