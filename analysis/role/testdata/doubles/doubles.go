// Package doubles has players in its tests only.
package doubles
