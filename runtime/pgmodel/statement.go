package pgmodel

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/evgen/evgen/runtime/projection"
)

// statement is one in the queue of a transaction. Its parameters are either
// arguments that pgx encodes, or in binary form already.
type statement struct {
	sql  string
	args []any
	// name is that of the prepared statement, empty if there is none.
	name string
	// types and values are parameters in binary form. Such a statement is planned
	// each time, for the tables as they are then: a plan made for an empty table
	// would read all of a full one.
	types    []uint32
	values   [][]byte
	formats  []int16
	returned []int16
	// done looks at how many rows were changed, and explain at what went wrong.
	done    func(tag pgconn.CommandTag) error
	explain func(err error) error
	fact    int
}

// allBinary are the formats of parameters that are all in binary form.
var allBinary = []int16{pgx.BinaryFormatCode}

// encode brings arguments into the form that the server takes.
func (s *statement) encode(ctx context.Context, t *Tx) error {
	if s.types != nil {
		s.formats = allBinary
		return nil
	}
	var described *pgconn.StatementDescription
	if t.mode == pgx.QueryExecModeCacheStatement {
		var err error
		if described, err = t.conn.Prepare(ctx, s.sql, s.sql); err != nil {
			return err
		}
		s.name = described.Name
	}
	var b pgx.ExtendedQueryBuilder
	if err := b.Build(t.conn.TypeMap(), described, binaryUUIDs(described, s.args)); err != nil {
		return err
	}
	s.values, s.formats, s.returned = b.ParamValues, b.ParamFormats, b.ResultFormats
	return nil
}

// binaryUUIDs returns args with uuids as pgx encodes them at once: it knows the type of
// package uuid by its text only, which cost more than the rest of a row.
func binaryUUIDs(described *pgconn.StatementDescription, args []any) []any {
	if described == nil || len(described.ParamOIDs) != len(args) {
		return args
	}
	own := args
	for i, arg := range args {
		id, ok := arg.(uuid.UUID)
		if !ok || described.ParamOIDs[i] != pgtype.UUIDOID {
			continue
		}
		if &own[0] == &args[0] { // those of the caller stay as they are
			own = slices.Clone(args)
		}
		own[i] = pgtype.UUID{Bytes: id, Valid: true}
	}
	return own
}

func (s *statement) send(p *pgconn.Pipeline) {
	if s.name != "" {
		p.SendQueryPrepared(s.name, s.values, s.formats, s.returned)
		return
	}
	p.SendQueryParams(s.sql, s.values, s.types, s.formats, s.returned)
}

func (s *statement) receive(p *pgconn.Pipeline) error {
	tag, err := result(p)
	if err == nil && s.done != nil {
		err = s.done(tag)
	}
	return err
}

// failed says where err comes from.
func (s *statement) failed(err error) error {
	if s.explain != nil {
		err = s.explain(err)
	}
	if s.fact != none {
		return &projection.EventError{Index: s.fact, Err: err}
	}
	return err
}

// result reads the result of one statement to its end.
func result(p *pgconn.Pipeline) (pgconn.CommandTag, error) {
	next, err := p.GetResults()
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	rows, ok := next.(*pgconn.ResultReader)
	if !ok {
		return pgconn.CommandTag{}, fmt.Errorf("a result was expected, not %T", next)
	}
	return rows.Close()
}
