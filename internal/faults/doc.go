// Package faults breaks what a store and its read models stand on.
//
// In goes a PostgreSQL server: [Proxy] stands in front of it and cuts links at a
// chosen statement, or kills whoever uses them; [Child] is a process to be killed.
// What is left is read by plain SQL, and judged by package testimony. Nothing here is
// part of any program.
package faults
