// Package syntax reads and writes schema files. It is the only place that knows YAML.
//
// In: the bytes of files. Out: Documents with a span on everything, canonical
// text from Documents, and edits that keep comments. It binds no names and
// never looks beyond one file.
package syntax
