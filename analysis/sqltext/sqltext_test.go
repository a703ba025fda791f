package sqltext

import (
	"slices"
	"testing"
)

func TestInsertsWithoutAConflictClauseAreFound(t *testing.T) {
	for src, want := range map[string][]string{
		`INSERT INTO a (id) VALUES ($1)`:                                                                               {"a"},
		`insert into app.a (id) values ($1) returning id`:                                                              {"a"},
		`INSERT INTO a VALUES ($1) ON CONFLICT DO NOTHING`:                                                             nil,
		`INSERT INTO a VALUES ($1) ON  CONFLICT (id) DO UPDATE SET n = excluded.n`:                                     nil,
		`INSERT OR IGNORE INTO a VALUES (?)`:                                                                           nil,
		`INSERT OR REPLACE INTO a VALUES (?)`:                                                                          nil,
		`REPLACE INTO a VALUES (?)`:                                                                                    nil,
		`INSERT IGNORE INTO a VALUES (?)`:                                                                              nil,
		`INSERT INTO a VALUES (?) ON DUPLICATE KEY UPDATE n = 1`:                                                       nil,
		`INSERT INTO a VALUES ($1) -- ON CONFLICT DO NOTHING`:                                                          {"a"},
		`INSERT INTO a /* ON CONFLICT /* nested */ DO NOTHING */ VALUES ($1)`:                                          {"a"},
		`INSERT INTO a VALUES ('ON CONFLICT DO NOTHING')`:                                                              {"a"},
		`INSERT INTO a VALUES ('it''s ON CONFLICT')`:                                                                   {"a"},
		`INSERT INTO a VALUES (E'\' ON CONFLICT')`:                                                                     {"a"},
		`INSERT INTO a VALUES ($$ON CONFLICT$$)`:                                                                       {"a"},
		`INSERT INTO a VALUES ($tag$ $$ ON CONFLICT $tag$)`:                                                            {"a"},
		`INSERT INTO a ("on conflict") VALUES ($1)`:                                                                    {"a"},
		`SELECT 'INSERT INTO a VALUES (1)'`:                                                                            nil,
		`-- INSERT INTO a VALUES (1)` + "\nSELECT 1":                                                                   nil,
		`WITH gone AS (DELETE FROM b WHERE id = $1 RETURNING id) INSERT INTO a SELECT * FROM gone`:                     {"a"},
		`WITH ins AS (INSERT INTO a VALUES ($1) RETURNING id) SELECT id FROM ins`:                                      {"a"},
		`WITH ins AS (INSERT INTO a VALUES ($1) ON CONFLICT DO NOTHING RETURNING id) INSERT INTO b SELECT id FROM ins`: {"b"},
		`WITH ins AS (INSERT INTO a VALUES ($1) RETURNING id) INSERT INTO b SELECT id FROM ins ON CONFLICT DO NOTHING`: {"a"},
		`INSERT INTO a SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM a WHERE id = $1)`:                                     nil,
		`DELETE FROM a WHERE id = $1; INSERT INTO a VALUES ($1)`:                                                       nil,
		`INSERT INTO a VALUES ($1) ON CONFLICT DO NOTHING; INSERT INTO b VALUES ($1);`:                                 {"b"},
		`MERGE INTO a USING b ON a.id = b.id WHEN NOT MATCHED THEN INSERT (id) VALUES (b.id)`:                          nil,
		`CREATE RULE r AS ON INSERT TO a DO INSTEAD INSERT INTO b VALUES (1)`:                                          nil,
		`UPDATE a SET last_insert = $1`:                                                                                nil,
		`INSERT INTO {search} (id) VALUES ($1)`:                                                                        {"{search}"},
		`INSERT INTO %s (id) VALUES ($1)`:                                                                              {"%s"},
		`COPY app.a (id, n) FROM STDIN`:                                                                                {"a"},
		`COPY a TO STDOUT`:                                                                                             nil,
		`TRUNCATE TABLE a; INSERT INTO a VALUES ($1)`:                                                                  nil,
		`CREATE TEMP TABLE IF NOT EXISTS a (id int); COPY a FROM STDIN`:                                                nil,
		`CREATE TABLE IF NOT EXISTS a (id int); COPY a FROM STDIN`:                                                     {"a"},
		`INSERT INTO a SELECT b.id FROM b LEFT JOIN a ON a.id = b.id WHERE a.id IS NULL`:                               nil,
		`INSERT INTO a SELECT $1 WHERE $1 NOT IN (SELECT id FROM a)`:                                                   nil,
		`INSERT INTO a SELECT b.id FROM b LEFT JOIN c ON c.id = b.id`:                                                  {"a"},
		`EXPLAIN INSERT INTO a VALUES (1)`:                                                                             {"a"},
	} {
		var got []string
		for _, in := range Inserts(src) {
			got = append(got, in.Table)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", src, got, want)
		}
	}
}

func TestTheFixOfAnInsertStandsBehindItsRows(t *testing.T) {
	for src, want := range map[string]string{
		`INSERT INTO a (id) VALUES ($1)`:                                         `INSERT INTO a (id) VALUES ($1) ON CONFLICT DO NOTHING`,
		`INSERT INTO a (id) VALUES ((1)) RETURNING id`:                           ``,
		`INSERT INTO a DEFAULT VALUES`:                                           ``,
		"INSERT INTO a SELECT id FROM b\n;":                                      "INSERT INTO a SELECT id FROM b WHERE true ON CONFLICT DO NOTHING\n;",
		`WITH x AS (INSERT INTO a VALUES (1)) SELECT 1`:                          `WITH x AS (INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING) SELECT 1`,
		`INSERT INTO a SELECT 1`:                                                 `INSERT INTO a SELECT 1 ON CONFLICT DO NOTHING`,
		`INSERT INTO a SELECT id FROM b WHERE id = 1`:                            `INSERT INTO a SELECT id FROM b WHERE id = 1 ON CONFLICT DO NOTHING`,
		`INSERT INTO a SELECT id FROM b ORDER BY id`:                             `INSERT INTO a SELECT id FROM b ORDER BY id ON CONFLICT DO NOTHING`,
		`INSERT INTO a SELECT b.id FROM b JOIN c ON b.id = c.id`:                 `INSERT INTO a SELECT b.id FROM b JOIN c ON b.id = c.id WHERE true ON CONFLICT DO NOTHING`,
		`INSERT INTO a SELECT id FROM (SELECT id FROM b WHERE id = 1) x`:         `INSERT INTO a SELECT id FROM (SELECT id FROM b WHERE id = 1) x WHERE true ON CONFLICT DO NOTHING`,
		`INSERT INTO a SELECT id FROM b WHERE id = 1 UNION SELECT id FROM c`:     `INSERT INTO a SELECT id FROM b WHERE id = 1 UNION SELECT id FROM c WHERE true ON CONFLICT DO NOTHING`,
		`WITH q AS (SELECT id FROM b) INSERT INTO a VALUES ((SELECT id FROM q))`: `WITH q AS (SELECT id FROM b) INSERT INTO a VALUES ((SELECT id FROM q)) ON CONFLICT DO NOTHING`,
	} {
		in := Inserts(src)
		if len(in) != 1 {
			t.Fatalf("%s: %d inserts", src, len(in))
		}
		got := ""
		if in[0].Clause != "" {
			got = src[:in[0].Fix] + in[0].Clause + src[in[0].Fix:]
		}
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestIncrementsWithoutAGuardAreFound(t *testing.T) {
	for src, want := range map[string][]string{
		`UPDATE a SET n = n + 1 WHERE id = $1`:                                                                               {"n"},
		`UPDATE a SET n=n+$2,m=$3 WHERE id=$1`:                                                                               {"n"},
		`UPDATE a AS t SET n = t.n - $2, m = m * 2`:                                                                          {"n", "m"},
		`UPDATE a SET n = 1 + n`:                                                                                             {"n"},
		`UPDATE a SET n = COALESCE(n, 0) + $2 WHERE id = $1`:                                                                 {"n"},
		`UPDATE a SET n = GREATEST(n, $2) WHERE id = $1`:                                                                     nil,
		`UPDATE a SET n = COALESCE(n, $2) WHERE id = $1`:                                                                     nil,
		`UPDATE a SET tags = array_append(tags, $2) WHERE id = $1`:                                                           {"tags"},
		`UPDATE a SET log = log || $2 WHERE id = $1`:                                                                         {"log"},
		`UPDATE a SET n = m + 1 WHERE id = $1`:                                                                               nil,
		`UPDATE a SET n = $2 + 1 WHERE id = $1`:                                                                              nil,
		`UPDATE a SET n = -1 WHERE id = $1`:                                                                                  nil,
		`UPDATE a SET n = n + 1, version = $2 WHERE id = $1 AND version < $2`:                                                nil,
		`UPDATE a SET n = n + 1, version = $2 WHERE id = $1 AND version = $2 - 1`:                                            nil,
		`UPDATE a SET n = n + 1, version = $2 WHERE id = $1`:                                                                 {"n"},
		`UPDATE a SET n = n + 1, version = $2 WHERE id = $1 /* AND version < $2 */`:                                          {"n"},
		`UPDATE a SET n = n + 1, last = $3 WHERE id = $1 AND last IS DISTINCT FROM $3`:                                       nil,
		`UPDATE a SET n = n + 1, version = version + 1 WHERE id = $1 AND version = $2`:                                       nil,
		`UPDATE a SET balance = balance - $2 WHERE id = $1 AND balance >= $2`:                                                {"balance"},
		`UPDATE a SET balance = balance - $2 WHERE id = $1 AND balance = $2`:                                                 {"balance"},
		`UPDATE a SET n = n + 1, version = $2 WHERE id = $1 AND (version < $2 OR version IS NULL)`:                           nil,
		`UPDATE a SET n = n + 1 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM seen WHERE event = $2)`:                          nil,
		`INSERT INTO a VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET n = a.n + 1`:                                            {"n"},
		`INSERT INTO a VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET n = a.n + excluded.n`:                                   {"n"},
		`INSERT INTO a VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET n = excluded.n + 1`:                                     nil,
		`INSERT INTO a VALUES ($1, 1, $2) ON CONFLICT (id) DO UPDATE SET n = a.n + 1, v = excluded.v WHERE a.v < excluded.v`: nil,
		`WITH fresh AS (INSERT INTO seen VALUES ($2) ON CONFLICT DO NOTHING RETURNING 1) UPDATE a SET n = n + 1 WHERE id = $1 AND EXISTS (SELECT 1 FROM fresh)`: nil,
		`WITH fresh AS (INSERT INTO seen VALUES ($2) RETURNING 1) UPDATE a SET n = n + 1 WHERE id = $1 AND EXISTS (SELECT 1 FROM fresh)`:                        {"n"},
		`UPDATE a SET (n, m) = (n + 1, $2) WHERE id = $1`:                                                                                                     {"n"},
		`UPDATE a SET n = CASE WHEN version < $2 THEN n + 1 ELSE n END, version = $2`:                                                                         nil,
		`UPDATE a SET n = CASE WHEN n > $2 THEN n - $2 ELSE 0 END WHERE id = $1`:                                                                              {"n"},
		`UPDATE a SET note = 'n = n + 1' WHERE id = $1`:                                                                                                       nil,
		`UPDATE a SET n = (SELECT count(*) + 1 FROM b WHERE b.n = $1)`:                                                                                        nil,
		`WITH x AS (UPDATE a SET n = n + 1 RETURNING n) SELECT n FROM x`:                                                                                      {"n"},
		`UPDATE {a} SET score = score + $2 WHERE id = $1`:                                                                                                     {"score"},
		`MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN UPDATE SET n = a.n + b.n WHEN NOT MATCHED THEN INSERT (n) VALUES (b.n)`:                        {"n"},
		`MERGE INTO a USING b ON a.id = b.id WHEN MATCHED AND a.v < b.v THEN UPDATE SET n = a.n + b.n, v = b.v WHEN NOT MATCHED THEN INSERT (n) VALUES (b.n)`: nil,
		`MERGE INTO a USING b ON a.id = b.id WHEN MATCHED AND a.n < 9 THEN UPDATE SET n = a.n + b.n`:                                                          {"n"},
		`MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN UPDATE SET n = b.n`:                                                                            nil,
		`UPDATE a SET data = data || $2::jsonb WHERE id = $1`:                                                                                                 nil,
		`UPDATE a SET data = data || jsonb_build_object('a', $2) WHERE id = $1`:                                                                               nil,
		`UPDATE a SET data = data || jsonb_build_array($2) WHERE id = $1`:                                                                                     {"data"},
		`UPDATE a SET open = NOT open WHERE id = $1`:                                                                                                          {"open"},
		`SELECT n + 1 FROM a FOR UPDATE`:                                                                                                                      nil,
		`UPDATE a SET n = n + 1, name = $2 WHERE name = $2`:                                                                                                   {"n"},
	} {
		var got []string
		for _, in := range Increments(src) {
			got = append(got, in.Column)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", src, got, want)
		}
	}
}

func TestTimeAndChanceAreFound(t *testing.T) {
	for src, want := range map[string][]string{
		`UPDATE a SET at = now()`:                                            {"now"},
		`UPDATE a SET at = pg_catalog.NOW ()`:                                {"now"},
		`UPDATE a SET at = CURRENT_TIMESTAMP`:                                {"current_timestamp"},
		`UPDATE a SET at = $1 -- now()`:                                      nil,
		`UPDATE a SET at = 'now()'`:                                          nil,
		`SELECT a.now FROM a`:                                                nil,
		`SELECT "now"() `:                                                    nil,
		`INSERT INTO a VALUES (gen_random_uuid(), random())`:                 {"gen_random_uuid", "random"},
		`SELECT datetime('now'), date(at), strftime('%s', at)`:               {"datetime"},
		`SELECT strftime('%s', 'now'), unixepoch()`:                          {"strftime", "unixepoch"},
		`CREATE TABLE a (id uuid, at timestamptz DEFAULT now())`:             {"now"},
		`CREATE TABLE a (at date, date text)`:                                nil,
		`SELECT 'now'::timestamptz, timestamp 'today', name 'now'`:           {"now", "today"},
		`SELECT age(at), age(at, born) FROM a`:                               {"age"},
		`SELECT uuid('00000000-0000-0000-0000-000000000000'::text), uuid() `: {"uuid"},
		`INSERT INTO random (id) VALUES (1)`:                                 nil,
		`INSERT INTO a (id, date) VALUES ($1, date($2))`:                     nil,
	} {
		var got []string
		for _, c := range Chances(src) {
			got = append(got, c.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", src, got, want)
		}
	}
}

func TestAnythingIsRead(t *testing.T) {
	for _, src := range []string{"", "(", ")", "'", "$", "$$", "$a$", "%", "{", "E'\\", "/*", "--", "INSERT INTO", "UPDATE", "UPDATE a SET", "UPDATE a SET n =", "SET", "WITH x AS (", "\x00", "INSERT INTO a", "?", ":", "::", "UPDATE SET (a) = ", "UPDATE SET (a) = ROW"} {
		Inserts(src)
		Increments(src)
		Chances(src)
	}
}

func FuzzAnythingIsRead(f *testing.F) {
	f.Add("WITH x AS (UPDATE a SET (n, m) = ROW (n + 1, $2) WHERE id = $1 RETURNING n) INSERT INTO a VALUES ('x')")
	f.Fuzz(func(t *testing.T, src string) {
		for _, in := range Inserts(src) {
			if in.Fix > len(src) || in.At > in.Fix {
				t.Errorf("%q: %+v", src, in)
			}
		}
		Increments(src)
		Chances(src)
		Deletes(src)
	})
}
