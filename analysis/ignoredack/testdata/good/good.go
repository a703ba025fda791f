package good

import (
	"context"
	"database/sql"
	"errors"
	"log"

	"github.com/evgen/evgen/runtime"
)

type message interface {
	Ack() error
	Nak() error
}

func returned(ctx context.Context, store runtime.Store, stream runtime.StreamID, cause runtime.Cause, e runtime.Event) (runtime.Appended, error) {
	return store.Append(ctx, stream, runtime.ExpectAny(), cause, e)
}

func checked(ctx context.Context, store runtime.Store, stream runtime.StreamID, cause runtime.Cause, e runtime.Event, m message) error {
	if _, err := store.Append(ctx, stream, runtime.ExpectAny(), cause, e); err != nil {
		return errors.Join(err, m.Nak())
	}
	return m.Ack()
}

func logged(m message) {
	if err := m.Ack(); err != nil {
		log.Print(err)
	}
}

func named(tx *sql.Tx, ok bool) (err error) {
	defer func() {
		if ok {
			err = errors.Join(err, tx.Commit())
		}
	}()
	return nil
}

func rolledBack(tx *sql.Tx) error {
	defer tx.Rollback()
	return tx.Commit()
}

func collected(all []message) error {
	var errs []error
	for _, m := range all {
		errs = append(errs, m.Ack())
	}
	return errors.Join(errs...)
}

func lastOne(all []message) error {
	var err error
	for _, m := range all {
		if err = m.Ack(); err != nil {
			break
		}
	}
	return err
}

type repository struct{}

// Commit is one of a version control system.
func (repository) Commit(text string) error { return nil }

type plain struct{}

// Ack cannot fail.
func (plain) Ack() bool { return true }

func others(r repository, p plain, list []string) []string {
	_ = r.Commit("say why")
	p.Ack()
	return append(list, "x")
}
