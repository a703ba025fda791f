// Package lint finds anti-patterns of event design.
//
// In: a resolved Model and the settings of its rules. Out: findings, each with its rule, its place and the stable path
// of its element. It judges what can still be changed, the newest version of each event and type, never released
// history; it reads no files and changes nothing.
package lint
