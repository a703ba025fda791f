package bad

import (
	"context"
	"database/sql"

	"github.com/evgen/evgen/runtime"
)

type message interface {
	Ack() error
	Nak() error
	Data() []byte
}

type ledger struct{ store runtime.Store }

func bare(ctx context.Context, store runtime.Store, stream runtime.StreamID, cause runtime.Cause, e runtime.Event) {
	store.Append(ctx, stream, runtime.ExpectAny(), cause, e) // want `the error of Append is dropped`
}

func blank(ctx context.Context, l *ledger, stream runtime.StreamID, cause runtime.Cause, e runtime.Event) runtime.Appended {
	res, _ := l.store.Append(ctx, stream, runtime.ExpectAny(), cause, e) // want `the error of Append is dropped`
	_, _ = l.store.Append(ctx, stream, runtime.ExpectAny(), cause, e)    // want `the error of Append is dropped`
	return res
}

func overwritten(ctx context.Context, store runtime.Store, stream runtime.StreamID, cause runtime.Cause, e runtime.Event, m message) error {
	_, err := store.Append(ctx, stream, runtime.ExpectAny(), cause, e) // want `the error of Append is dropped`
	err = m.Ack()
	return err
}

func inBackground(ctx context.Context, store runtime.Store, stream runtime.StreamID, cause runtime.Cause, e runtime.Event) {
	go store.Append(ctx, stream, runtime.ExpectAny(), cause, e) // want `the error of Append is dropped`
}

func execute(ctx context.Context, repo *runtime.Repository[int], stream runtime.StreamID, cause runtime.Cause) {
	runtime.Execute(ctx, repo, stream, cause, func(int) ([]runtime.Event, error) { return nil, nil }) // want `the error of Execute is dropped`
}

func wrapper(ctx context.Context, save func(context.Context, runtime.StreamID, runtime.Cause) error, stream runtime.StreamID, cause runtime.Cause) {
	_ = save(ctx, stream, cause) // want `the error of the append is dropped`
}

func acks(m message) {
	defer m.Ack() // want `the error of Ack is dropped`
	m.Nak()       // want `the error of Nak is dropped`
}

func commits(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Commit() // want `the error of Commit is dropped`
	return nil
}

func inClosure(tx *sql.Tx) func() {
	return func() { _ = tx.Commit() } // want `the error of Commit is dropped`
}

func methodValue(m message) {
	ack := m.Ack
	ack() // want `the error of Ack is dropped`
}

func generic[M message](m M) {
	m.Ack() // want `the error of Ack is dropped`
}
