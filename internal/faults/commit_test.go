package faults_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/internal/faults"
)

// The second COMMIT from now on is the last statement of its link, whatever was sent before.
func TestLinkIsCutAtACommitAndNowhereElse(t *testing.T) {
	for _, m := range faults.Moments() {
		t.Run(m.String(), func(t *testing.T) {
			s := newSite(t)
			conn, err := pgx.Connect(s.ctx, s.far)
			must(t, err)
			defer func() { _ = conn.Close(s.ctx) }()
			_, err = conn.Exec(s.ctx, `CREATE TABLE commits (n int)`)
			must(t, err)
			insert := func(tx pgx.Tx) error {
				_, err := tx.Exec(s.ctx, `INSERT INTO commits VALUES ($1)`, 1)
				return err
			}
			s.proxy.ArmCommit(2, m)
			must(t, pgx.BeginFunc(s.ctx, conn, insert))
			must(t, conn.Ping(s.ctx))
			if err := pgx.BeginFunc(s.ctx, conn, insert); err == nil {
				t.Error("the link is whole")
			}
			if !s.proxy.Disarm() {
				t.Error("the proxy has cut nothing")
			}
		})
	}
}
