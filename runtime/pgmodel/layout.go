package pgmodel

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/evgen/evgen/runtime/projection"
)

// columnType is what PostgreSQL has for a type of columns.
type columnType struct {
	sql string
	// element and array are the types' numbers.
	element, array uint32
	zero           string
}

// Texts are compared by bytes: equal everywhere, and fast.
var columnTypes = map[projection.ColumnType]columnType{
	projection.Text:      {`text COLLATE "C"`, pgtype.TextOID, pgtype.TextArrayOID, `''`},
	projection.Bool:      {`boolean`, pgtype.BoolOID, pgtype.BoolArrayOID, `false`},
	projection.Int:       {`bigint`, pgtype.Int8OID, pgtype.Int8ArrayOID, `0`},
	projection.Float:     {`double precision`, pgtype.Float8OID, pgtype.Float8ArrayOID, `0`},
	projection.Decimal:   {`numeric`, pgtype.NumericOID, pgtype.NumericArrayOID, `0`},
	projection.UUID:      {`uuid`, pgtype.UUIDOID, pgtype.UUIDArrayOID, `'00000000-0000-0000-0000-000000000000'`},
	projection.Timestamp: {`timestamptz`, pgtype.TimestamptzOID, pgtype.TimestamptzArrayOID, `'0001-01-01 00:00:00+00'`},
	projection.Date:      {`date`, pgtype.DateOID, pgtype.DateArrayOID, `'0001-01-01'`},
	projection.Bytes:     {`bytea`, pgtype.ByteaOID, pgtype.ByteaArrayOID, `''`},
	projection.JSON:      {`jsonb`, pgtype.JSONBOID, pgtype.JSONBArrayOID, `'null'`},
}

// layout makes the table of a declared projection, with its key and indexes.
type layout struct{ *projection.Table }

func (l layout) check() error {
	if err := checkName("table", l.Name); err != nil {
		return err
	}
	if l.Keys < 1 || l.Keys > len(l.Columns) || len(l.Columns)-l.Keys > projection.MaxColumns {
		return fmt.Errorf("table %q: %d columns, %d of them the key", l.Name, len(l.Columns), l.Keys)
	}
	for _, c := range l.Columns {
		if err := checkName("column", c.Name); err != nil {
			return fmt.Errorf("table %q: %w", l.Name, err)
		}
		if _, ok := columnTypes[c.Type]; !ok {
			return fmt.Errorf("table %q: column %q is of unknown type %d", l.Name, c.Name, c.Type)
		}
	}
	return nil
}

// create makes the table, empty, with all that belongs to it.
func (l layout) create(ctx context.Context, tx *Tx) error {
	columns := make([]string, len(l.Columns))
	for i, c := range l.Columns {
		columns[i] = quote(c.Name) + " " + columnTypes[c.Type].sql
		if !c.Null {
			columns[i] += " NOT NULL DEFAULT " + columnTypes[c.Type].zero
		}
	}
	_, err := tx.Exec(ctx, `CREATE TABLE `+tx.Table(l.Name)+" (\n\t"+strings.Join(columns, ",\n\t")+"\n)")
	if err == nil {
		err = l.noteErasures(ctx, tx)
	}
	if err == nil {
		err = l.complete(ctx, tx)
	}
	return err
}

// hasKey finds a primary key, by pg_constraint_conrelid_contypid_conname_index.
const hasKey = `SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass($1) AND contype = 'p')`

// identify makes the primary key if it is not there.
func (l layout) identify(ctx context.Context, tx *Tx) error {
	var exists bool
	err := tx.QueryRow(ctx, hasKey, tx.Table(l.Name)).Scan(&exists)
	if err == nil && !exists {
		_, err = tx.Exec(ctx, fmt.Sprintf(`ALTER TABLE %s ADD CONSTRAINT %s PRIMARY KEY (%s)`,
			tx.Table(l.Name), quote(l.keyName(tx)), quoted(l.names()[:l.Keys])))
	}
	return err
}

// complete makes the key and the indexes that are not there.
func (l layout) complete(ctx context.Context, tx *Tx) error {
	if err := l.identify(ctx, tx); err != nil {
		return err
	}
	for i, columns := range l.Sought() {
		_, err := tx.Exec(ctx, fmt.Sprintf(`CREATE INDEX IF NOT EXISTS %s ON %s (%s)`,
			quote(l.indexName(tx, i)), tx.Table(l.Name), quoted(columns)))
		if err != nil {
			return err
		}
	}
	return nil
}

// strip removes key and indexes, which COPY would have to keep up to date row by row.
func (l layout) strip(ctx context.Context, tx *Tx) error {
	_, err := tx.Exec(ctx, fmt.Sprintf(`ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s`, tx.Table(l.Name), quote(l.keyName(tx))))
	for i := 0; err == nil && i < len(l.Sought()); i++ {
		_, err = tx.Exec(ctx, `DROP INDEX IF EXISTS `+quote(tx.names.models, l.indexName(tx, i)))
	}
	return err
}

func (l layout) keyName(tx *Tx) string { return bounded(tx.version.Table(l.Name) + "_key") }

func (l layout) indexName(tx *Tx, i int) string {
	return bounded(tx.version.Table(l.Name) + "_by_" + strings.Join(l.Sought()[i], "_") + fmt.Sprintf("_%d", i))
}

func (l layout) names() []string {
	names := make([]string, len(l.Columns))
	for i, c := range l.Columns {
		names[i] = c.Name
	}
	return names
}

// quoted lists names.
func quoted(names []string) string {
	list := slices.Clone(names)
	for i, name := range list {
		list[i] = quote(name)
	}
	return strings.Join(list, ", ")
}
