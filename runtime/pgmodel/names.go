package pgmodel

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime/projection"
)

// maxName is the length, in bytes, to which PostgreSQL would cut a name in silence.
const maxName = 63

// names are those of the two schemas, as they were given.
type names struct {
	ledger, models string
}

func (n names) check() error {
	for _, name := range []string{n.ledger, n.models} {
		if err := checkName("schema", name); err != nil {
			return err
		}
	}
	return nil
}

// checkName refuses names that would be cut, and those that cannot be.
func checkName(what, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("name of a %s is empty", what)
	case len(name) > maxName:
		return fmt.Errorf("name of %s %q is longer than %d bytes", what, name, maxName)
	case strings.ContainsRune(name, 0) || !utf8.ValidString(name):
		return fmt.Errorf("name of %s %q cannot be one in PostgreSQL", what, name)
	}
	return nil
}

// fill replaces {ledger} in a statement by the quoted schema.
func (n names) fill(sql string) string {
	return strings.ReplaceAll(sql, "{ledger}", quote(n.ledger))
}

// view returns the quoted name that readers use.
func (n names) view(name string) string { return quote(n.models, name) }

// table returns the quoted name of a version's own table.
func (n names) table(v *projection.Version, name string) string {
	return quote(n.models, bounded(v.Table(name)))
}

// inlined names a version among the locks that appends and erasures take.
func (n names) inlined(v *projection.Version) string { return n.ledger + "." + v.String() }

func quote(parts ...string) string { return pgx.Identifier(parts).Sanitize() }

// bounded returns name, or where it is too long its beginning and a hash, so that
// names which differ at their ends stay different.
func bounded(name string) string {
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	end := "_" + hex.EncodeToString(sum[:8])
	begin := name[:maxName-len(end)]
	for !utf8.ValidString(begin) {
		begin = begin[:len(begin)-1]
	}
	return begin + end
}
