// Package finding holds what checks find in a schema, and what a team has accepted of it.
//
// In: findings of any check, suppressions from comments and from evgen.yaml, a baseline, and the date. Out: the findings
// that count, with findings about suppressions that are wrong or useless. It reads no files and no clock.
package finding
