// Package tree turns YAML into nodes that know where they stand.
//
// In: the bytes of one file. Out: a tree of scalars, sequences and mappings with a span on
// each, free of aliases, duplicate keys and YAML's surprises; faults go to a report.
// It knows nothing of the schema language and never expands more than a bounded number of nodes.
package tree
