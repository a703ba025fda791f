package faults_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

func TestAddressThatLeadsNowhereIsUnreachable(t *testing.T) {
	dsn, ctx := pgtest.Database(t), context.Background()
	u, err := url.Parse(dsn)
	must(t, err)
	for name, wrong := range map[string]string{
		"not a DSN":   "postgres://[",
		"nobody":      "postgres://postgres@127.0.0.1:1/postgres?sslmode=disable",
		"no database": "postgres://postgres@" + u.Host + "/missing?sslmode=disable",
		"no role":     "postgres://missing@" + u.Host + u.Path + "?sslmode=disable",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := postgres.Open(ctx, wrong); !errors.Is(err, postgres.ErrUnreachable) {
				t.Errorf("%v", err)
			}
			if db, err := pgmodel.Open(ctx, wrong); err == nil {
				db.Close()
				t.Error("read models were opened")
			}
		})
	}
}

// role makes a role that may log in and nothing else, and returns its DSN.
func (s *site) role() (name, dsn string) {
	s.t.Helper()
	name = "r" + strings.ReplaceAll(uuid.NewString(), "-", "")
	_, err := s.conn.Exec(s.ctx, `CREATE ROLE `+name+` LOGIN`)
	must(s.t, err)
	s.t.Cleanup(func() {
		_, err := s.conn.Exec(context.Background(), `DROP OWNED BY `+name+`; DROP ROLE `+name)
		must(s.t, err)
	})
	u, err := url.Parse(s.direct)
	must(s.t, err)
	u.User = url.User(name)
	return name, u.String()
}

func TestRoleWithoutRightsIsToldSo(t *testing.T) {
	s := newSite(t)
	_, dsn := s.role()
	if _, err := postgres.Open(s.ctx, dsn); !errors.Is(err, postgres.ErrNoRights) {
		t.Errorf("open: %v", err)
	}
	if _, err := postgres.Open(s.ctx, dsn, postgres.WithSchema("mine"), postgres.WithMigrations()); !errors.Is(err, postgres.ErrNoRights) {
		t.Errorf("migrate: %v", err)
	}
	db, err := pgmodel.Open(s.ctx, dsn)
	must(t, err)
	defer db.Close()
	var refused *pgconn.PgError
	if err := db.Setup(s.ctx); !errors.As(err, &refused) || refused.Code != "42501" || !db.Transient(err) {
		t.Errorf("set up read models: %v", err)
	}
}

func TestRoleOfAProgramAppendsAndCannotChangeWhatIsThere(t *testing.T) {
	s := newSite(t)
	name, dsn := s.role()
	_, err := postgres.Migrate(s.ctx, s.pool, postgres.WithRole(name))
	must(t, err)
	store := s.open(dsn)
	w := testimony.NewWitness(1)
	s.some(store, w, 3)
	s.told(w)
	for _, sql := range []string{`UPDATE evgen.events SET data = '{}'`, `DELETE FROM evgen.events`, `TRUNCATE evgen.events`,
		`SELECT setval('evgen.events_position', 1)`, `UPDATE evgen.store SET first_kept = 100`} {
		_, err := s.conn.Exec(s.ctx, `SET ROLE `+name)
		must(t, err)
		var refused *pgconn.PgError
		if _, err := s.conn.Exec(s.ctx, sql); !errors.As(err, &refused) || refused.Code != "42501" {
			t.Errorf("%s: %v", sql, err)
		}
		_, err = s.conn.Exec(s.ctx, `RESET ROLE`)
		must(t, err)
	}
	_, err = s.conn.Exec(s.ctx, `REVOKE INSERT ON evgen.events FROM `+name)
	must(t, err)
	if err := appendUnit(s.ctx, store, w, stream(1), runtime.ExpectAny(), runtime.Root(), 1); !errors.Is(err, postgres.ErrNoRights) {
		t.Errorf("append without the right: %v", err)
	}
	s.told(w)
}

func TestServerThatTakesNoWritesRefusesAppendsAndIsRead(t *testing.T) {
	s, w := newSite(t), testimony.NewWitness(1)
	s.some(s.store, w, 2)
	store := s.open(s.direct + "&default_transaction_read_only=on")
	if err := appendUnit(s.ctx, store, w, stream(1), runtime.ExpectAny(), runtime.Root(), 1); !errors.Is(err, postgres.ErrReadOnly) {
		t.Errorf("append: %v", err)
	}
	seen := 0
	for _, err := range store.ReadAll(s.ctx, 0, runtime.Filter{}) {
		must(t, err)
		seen++
	}
	if seen != 4 {
		t.Errorf("%d events were read", seen)
	}
	s.told(w)
}

func TestTablesOfAnotherReleaseAreRefused(t *testing.T) {
	s := newSite(t)
	_, err := s.conn.Exec(s.ctx, `DELETE FROM evgen.migrations WHERE version = (SELECT max(version) FROM evgen.migrations)`)
	must(t, err)
	if _, err := postgres.Open(s.ctx, s.direct); !errors.Is(err, postgres.ErrNotMigrated) {
		t.Errorf("an older store: %v", err)
	}
	db := s.models(s.direct)
	_, err = s.conn.Exec(s.ctx, `UPDATE evgen.projection_ledger SET version = 99`)
	must(t, err)
	var other *projection.LedgerVersionError
	if err := db.Setup(s.ctx); !errors.As(err, &other) || other.Found != 99 {
		t.Errorf("a newer ledger: %v", err)
	}
}

// PostgreSQL has no way to be short of disk on purpose but one: a limit on temporary
// files, which is another code. So the disk is one that is always full.
func TestFullDiskIsSaidToBeFullAndLeavesNothing(t *testing.T) {
	s, w := newSite(t), testimony.NewWitness(1)
	s.some(s.store, w, 2)
	_, err := s.conn.Exec(s.ctx, `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
		CREATE TRIGGER full_disk AFTER INSERT ON evgen.events FOR EACH ROW WHEN (NEW.stream = 'Sweep-1') EXECUTE FUNCTION full_disk()`)
	must(t, err)
	if err := appendUnit(s.ctx, s.store, w, stream(1), runtime.ExpectAny(), runtime.Root(), 3); !errors.Is(err, postgres.ErrFull) {
		t.Errorf("append: %v", err)
	}
	unit := w.Begin()
	lost := unit.Intend(stream(1), 3)
	if _, err := s.store.Import(s.ctx, testimony.Records(lost.Stream(), lost.Events())); !errors.Is(err, postgres.ErrFull) {
		t.Errorf("import: %v", err)
	}
	unit.Settle(testimony.Refused)
	if err := appendUnit(s.ctx, s.store, w, stream(2), runtime.ExpectAny(), runtime.Root(), 1); err != nil {
		t.Errorf("append where there is room: %v", err)
	}
	s.told(w)
}

func TestReadModelWhoseDiskIsFullGoesOnWhenThereIsRoom(t *testing.T) {
	s, near, db := modelled(t)
	w := testimony.NewWitness(1)
	must(t, projection.WaitFor(s.ctx, db, testimony.Tallies, s.some(near, w, 5)))
	_, err := s.conn.Exec(s.ctx, `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
		CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON tallies_v1 FOR EACH STATEMENT EXECUTE FUNCTION full_disk()`)
	must(t, err)
	last := s.some(near, w, 5)
	s.standsStill(db, last)
	_, err = s.conn.Exec(s.ctx, `DROP TRIGGER full_disk ON tallies_v1`)
	must(t, err)
	s.projected(db, last)
}

// standsStill checks that nothing of what came last had an effect.
func (s *site) standsStill(db *pgmodel.DB, last runtime.Position) {
	s.t.Helper()
	short, cancel := context.WithTimeout(s.ctx, 300*time.Millisecond)
	defer cancel()
	if err := projection.WaitFor(short, db, testimony.Tallies, last); !errors.Is(err, context.DeadlineExceeded) {
		s.t.Errorf("the read model goes on: %v", err)
	}
	s.noLetters(db)
}

func TestReadModelWhoseTableWasAlteredStandsStillAndGoesOnWhenThatIsUndone(t *testing.T) {
	s, near, db := modelled(t)
	w := testimony.NewWitness(1)
	must(t, projection.WaitFor(s.ctx, db, testimony.Tallies, s.some(near, w, 5)))
	for alter, undo := range map[string]string{
		`ALTER TABLE tallies_v1 RENAME COLUMN sum TO total`: `ALTER TABLE tallies_v1 RENAME COLUMN total TO sum`,
		`ALTER TABLE tallies_v1 RENAME TO elsewhere`:        `ALTER TABLE elsewhere RENAME TO tallies_v1`,
	} {
		_, err := s.conn.Exec(s.ctx, alter)
		must(t, err)
		last := s.some(near, w, 5)
		s.standsStill(db, last)
		_, err = s.conn.Exec(s.ctx, undo)
		must(t, err)
		s.projected(db, last)
	}
}
