// Package evgen is the root of the module: it holds no code, and the tests of what concerns all packages.
//
// The generator is cmd/evgen; generated code builds on package runtime. ARCHITECTURE.md draws the whole.
package evgen
