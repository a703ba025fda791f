// Package explain describes every rule that evgen may report.
//
// In: the rules of lint and, as a parameter, those of packages that it does not know. Out: a page for each rule, as text
// for a terminal and as Markdown for docs/rules.md. It judges no schema and reads no files.
package explain
