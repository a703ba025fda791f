package postgres

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// maxName is the length, in bytes, to which PostgreSQL would cut a name in silence.
const maxName = 63

// names fills the schema's name into SQL texts.
type names struct {
	replacer *strings.Replacer
}

func newNames(schema string) names {
	quoted := quote(schema)
	return names{strings.NewReplacer("{schema}", quoted, "{'schema}", strings.ReplaceAll(quoted, "'", "''"))}
}

// fill replaces {schema} by the quoted schema, and {'schema} by the same for use
// within a string literal.
func (n names) fill(sql string) string { return n.replacer.Replace(sql) }

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

func checkSchema(name string) error {
	switch {
	case name == "":
		return fmt.Errorf("schema name is empty")
	case len(name) > maxName:
		return fmt.Errorf("schema name %q is longer than %d bytes", name, maxName)
	case strings.ContainsRune(name, 0), strings.Contains(name, "$evgen$"), strings.HasPrefix(name, "pg_"):
		return fmt.Errorf("schema name %q cannot be used", name)
	}
	return nil
}
