// Package reading tries payloads on readers that exist as a model only.
//
// In: the struct of an event version and JSON. Out: whether code generated from the struct decodes the JSON, found out
// by the codec that such code uses, and what a stricter reader has against it: one that refuses unknown fields or
// values, or that validates. It generates no Go, and the values that it decodes are thrown away.
package reading
