package resolve

import (
	"regexp"
	"strings"

	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/syntax"
)

// reservedColumns are the system columns of PostgreSQL, and the names by which SQLite knows the number of a row.
var reservedColumns = map[string]bool{
	"ctid": true, "cmin": true, "cmax": true, "xmin": true, "xmax": true, "tableoid": true, "rowid": true, "oid": true, "_rowid_": true,
}

// reservedTables belong to the stores of events and to the ledger of projections, which may share a database with
// read models.
var reservedTables = map[string]bool{
	"events": true, "snapshots": true, "store": true, "store_versions": true, "streams": true, "migrations": true,
	"projections": true, "projection_shards": true, "projection_ledger": true, "dead_letters": true,
}

// versionedTable is what the table of a version of a projection is called.
var versionedTable = regexp.MustCompile(`_v[0-9]+$`)

// maxTableName leaves room for the number of a version within what PostgreSQL takes.
const maxTableName = 48

// tableName gives a projection its table, which no other projection of the tree may have.
func (r *resolver) tableName(name syntax.Text) string {
	table := goname.Snake(name.Value)
	if first, taken := r.tables[table]; taken {
		r.rep.Add(tableTwice(name, table, first))
		return table
	}
	r.tables[table] = name
	switch {
	case len(table) > maxTableName:
		r.rep.Add(badName(name, "name of a projection", "its table would have more than 48 characters; shorten it"))
	case versionedTable.MatchString(table):
		r.rep.Add(reservedTable(name, table, "is how versions of tables are called"))
	case strings.HasPrefix(table, "sqlite_"), strings.HasPrefix(table, "pg_"):
		r.rep.Add(reservedTable(name, table, "belongs to the database"))
	case reservedTables[table]:
		r.rep.Add(reservedTable(name, table, "belongs to the store of events or to the ledger of projections"))
	}
	return table
}
