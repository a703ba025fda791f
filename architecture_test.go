package evgen

import (
	"go/build"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/evgen/evgen"

// floors says what each package may import besides the standard library. A package that is not listed may import
// nothing. Names ending in /... stand for all packages below. Tests may import what they like.
var floors = map[string][]string{
	"internal/await":                {},
	"internal/parallel":             {},
	"internal/pgtest":               {"github.com/google/uuid", "github.com/jackc/pgx/v5"},
	"internal/testimony":            {"runtime", "runtime/projection", "github.com/google/uuid"},
	"internal/faults":               {"internal/testimony", "runtime", "runtime/projection", "runtime/pgmodel", "github.com/google/uuid", "github.com/jackc/pgx/v5"},
	"internal/soak":                 {"internal/faults", "internal/testimony", "runtime/sqlite", "runtime/sqlitemodel", "internal/pgtest", "runtime", "runtime/projection", "runtime/pgmodel", "runtime/postgres", "github.com/google/uuid", "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v5/..."},
	"internal/soak/journey":         {"internal/faults", "internal/pgtest", "runtime", "runtime/...", "github.com/google/uuid", "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v5/...", "github.com/nats-io/nats.go", "github.com/nats-io/nats.go/jetstream", "github.com/twmb/franz-go/pkg/kgo"},
	"schema/source":                 {},
	"schema/goname":                 {},
	"schema/diag":                   {"schema/source"},
	"schema/syntax":                 {"schema/source", "schema/diag", "schema/syntax/tree", "gopkg.in/yaml.v3"},
	"schema/syntax/shapetest":       {"schema/source", "schema/syntax/tree", "github.com/santhosh-tekuri/jsonschema/v5"},
	"schema/syntax/tree":            {"schema/source", "schema/diag", "gopkg.in/yaml.v3"},
	"schema/config":                 {"schema/source", "schema/diag", "schema/syntax", "schema/syntax/tree"},
	"schema/load":                   {"internal/parallel", "schema/source", "schema/diag", "schema/syntax", "schema/syntax/tree"},
	"schema/model":                  {"schema/source"},
	"schema/resolve":                {"schema/source", "schema/diag", "schema/syntax", "schema/model", "schema/goname", "github.com/google/uuid"},
	"schema/importer/...":           {"schema/source", "schema/diag", "schema/syntax", "schema/model", "schema/goname", "github.com/google/uuid"},
	"schema/compat/reading":         {"schema/model", "runtime/codec", "runtime/decimal", "github.com/google/uuid"},
	"schema/compat/unmended":        {"schema/source", "schema/diag", "schema/model", "schema/syntax", "schema/resolve"},
	"schema/compat/fix":             {"schema/source", "schema/diag", "schema/model", "schema/compat", "schema/lock", "schema/syntax", "schema/syntax/tree"},
	"schema/compat/oracle":          {"schema/source", "schema/diag", "schema/model", "schema/compat", "schema/compat/...", "schema/syntax", "schema/resolve", "schema/importer/jsonschema"},
	"schema/compat/inclusion":       {},
	"schema/compat/inclusion/...":   {"pgregory.net/rapid"},
	"schema/compat":                 {"schema/source", "schema/diag", "schema/model", "schema/goname", "schema/compat/...", "generator/sample"},
	"schema/lock":                   {"internal/parallel", "schema/source", "schema/diag", "schema/model", "schema/syntax", "schema/resolve", "schema/compat", "generator/sample"},
	"schema/lint":                   {"schema/source", "schema/diag", "schema/model", "schema/lint/..."},
	"schema/lint/...":               {"schema/source", "schema/diag", "schema/model", "schema/lint/..."},
	"schema/graph":                  {"schema/model"},
	"schema/downcast":               {"schema/source", "schema/model"},
	"schema/explain":                {"schema/diag", "schema/lint", "schema/lint/...", "schema/compat", "schema/lock"},
	"schema/origin":                 {"schema/source", "schema/diag"},
	"generator/plan":                {"schema/downcast", "schema/source", "schema/diag", "schema/model", "schema/goname"},
	"templates":                     {"schema/model", "schema/goname", "generator/plan", "github.com/dave/jennifer/..."},
	"generator/render":              {"internal/parallel", "generator/plan", "generator/output", "templates", "github.com/dave/jennifer/..."},
	"generator/output":              {},
	"generator/sample":              {"schema/model"},
	"generator":                     {"schema/...", "generator/...", "templates"},
	"analysis":                      {"analysis/...", "schema/diag", "golang.org/x/tools/go/..."},
	"analysis/...":                  {"analysis/...", "schema/diag", "golang.org/x/tools/go/..."},
	"cmd/evgen":                     {"analysis", "schema/...", "generator/...", "generator", "cmd/evgen/internal/...", "runtime", "github.com/google/uuid", "runtime/encryption", "runtime/archive", "runtime/projection", "runtime/delivery", "runtime/reaction", "runtime/saga", "github.com/spf13/...", "github.com/rogpeppe/go-internal/...", "github.com/mattn/go-isatty", "golang.org/x/sys/unix"},
	"cmd/evgen/internal/...":        {"schema/...", "generator/...", "cmd/evgen/internal/...", "github.com/fsnotify/fsnotify"},
	"cmd/evgen/internal/govet":      {"analysis", "analysis/...", "schema/source", "golang.org/x/tools/go/..."},
	"runtime":                       {"github.com/google/uuid"},
	"runtime/internal/sampleevents": {"runtime", "github.com/google/uuid"},
	"runtime/codec":                 {"github.com/google/uuid"},
	"runtime/codec/codectest":       {"runtime/codec", "github.com/google/uuid"},
	"runtime/codec/internal/...":    {"runtime/codec", "runtime/codec/...", "runtime/decimal", "github.com/google/uuid", "github.com/shopspring/decimal"},
	"runtime/upcast":                {"runtime", "runtime/codec", "github.com/google/uuid"},
	"runtime/decimal":               {"runtime/codec", "runtime/upcast", "github.com/shopspring/decimal"},
	"runtime/encryption":            {"runtime", "github.com/google/uuid"},
	"runtime/encryption/...":        {"runtime", "runtime/encryption", "github.com/google/uuid"},
	"runtime/pgkeys":                {"runtime", "runtime/encryption", "github.com/google/uuid", "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v5/..."},
	"runtime/sqlitekeys":            {"runtime", "runtime/encryption", "github.com/google/uuid", "modernc.org/sqlite", "modernc.org/sqlite/..."},
	"runtime/memstore":              {"runtime", "github.com/google/uuid"},
	"runtime/sqlite":                {"runtime", "github.com/google/uuid", "modernc.org/sqlite", "modernc.org/sqlite/..."},
	"runtime/projection":            {"runtime", "runtime/codec", "github.com/google/uuid"},
	"runtime/projection/...":        {"runtime", "runtime/projection", "runtime/internal/sampleevents", "github.com/google/uuid"},
	"runtime/pgmodel":               {"runtime", "runtime/projection", "github.com/google/uuid", "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v5/..."},
	"runtime/sqlitemodel":           {"runtime", "runtime/projection", "github.com/google/uuid", "modernc.org/sqlite", "modernc.org/sqlite/..."},
	"runtime/postgres":              {"runtime", "github.com/google/uuid", "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v5/..."},
	"runtime/delivery":              {"runtime", "runtime/projection", "github.com/google/uuid"},
	"runtime/saga":                  {"runtime", "runtime/projection", "github.com/google/uuid"},
	"runtime/saga/sagatest":         {"runtime", "runtime/projection", "runtime/saga", "runtime/internal/sampleevents", "github.com/google/uuid"},
	"runtime/pgsaga":                {"runtime", "runtime/saga", "runtime/projection", "runtime/pgmodel", "github.com/google/uuid", "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v5/..."},
	"runtime/sqlitesaga":            {"runtime", "runtime/saga", "runtime/projection", "runtime/sqlitemodel", "github.com/google/uuid", "modernc.org/sqlite", "modernc.org/sqlite/..."},
	"runtime/reaction":              {"runtime", "runtime/projection", "github.com/google/uuid"},
	"runtime/outbox":                {"runtime"},
	"runtime/archive":               {"runtime", "runtime/projection", "github.com/google/uuid"},
	"runtime/otel":                  {"runtime", "runtime/delivery", "runtime/projection", "runtime/saga", "go.opentelemetry.io/otel/...", "go.opentelemetry.io/otel"},
	"runtime/health":                {"runtime", "runtime/delivery", "runtime/projection"},
	"runtime/cloudevents":           {"runtime", "runtime/delivery", "github.com/cloudevents/sdk-go/v2/event", "github.com/cloudevents/sdk-go/v2/types"},
	"runtime/jetstream":             {"runtime", "runtime/delivery", "github.com/nats-io/nats.go", "github.com/nats-io/nats.go/jetstream"},
	"runtime/kafka":                 {"runtime", "runtime/projection", "runtime/delivery", "github.com/twmb/franz-go/pkg/kgo", "github.com/twmb/franz-go/pkg/kmsg", "github.com/twmb/franz-go/pkg/kerr"},
	"runtime/storetest":             {"internal/testimony", "runtime", "runtime/internal/sampleevents", "github.com/google/uuid", "pgregory.net/rapid", "github.com/google/go-cmp/..."},
	"runtime/runtimetest":           {"runtime", "github.com/google/uuid", "github.com/google/go-cmp/..."},
	"runtime/compattest":            {"runtime", "runtime/codec", "runtime/upcast", "github.com/google/uuid"},
	"golden/corpus":                 {"schema/...", "generator", "generator/..."},
	"golden/language/...":           generated,
	"golden/downcast/...":           append(slices.Clone(generated), "golden/downcast/..."),
	"golden/convert/...":            append(slices.Clone(generated), "golden/convert/..."),
	"golden/memory/...":             append(slices.Clone(generated), "golden/memory/..."),
	"golden/sealed/...":             append(slices.Clone(generated), "golden/sealed/..."),
	"golden/projections/...":        append(slices.Clone(generated), "golden/projections/..."),
	"golden/process/...":            append(slices.Clone(generated), "golden/process/..."),
	"golden/shop/...":               append(slices.Clone(generated), "golden/shop/..."),
	"examples/memory/...":           append(slices.Clone(generated), "runtime/...", "examples/memory/...", "github.com/spf13/..."),
	"examples/memory/broker":        {"runtime/delivery", "runtime/jetstream", "github.com/nats-io/nats-server/v2/server", "github.com/nats-io/nats.go", "github.com/nats-io/nats.go/jetstream"},
	"examples/memory":               append(slices.Clone(generated), "runtime/...", "examples/memory/...", "github.com/spf13/..."),

	"cmd/evgen/internal/operate":       {"runtime/encryption", "runtime/pgkeys", "runtime/sqlitekeys", "runtime/saga", "runtime/pgsaga", "runtime/sqlitesaga", "runtime", "runtime/projection", "runtime/sqlite", "runtime/postgres", "runtime/sqlitemodel", "runtime/pgmodel", "github.com/jackc/pgx/v5/pgxpool", "github.com/jackc/pgx/v5/pgconn"},
	"cmd/evgen/internal/operate/audit": {"runtime", "runtime/codec", "runtime/encryption", "generator/plan", "schema/model", "schema/compat/reading", "github.com/google/uuid"},
	"cmd/evgen/internal/operate/...":   {"runtime", "runtime/projection", "cmd/evgen/internal/operate/..."},
}

// beside are the packages beside those of events, by their endings: what they import besides what all generated code does.
var beside = map[string][]string{
	"read":    {"runtime/projection"},
	"pg":      {"runtime/projection", "runtime/pgmodel"},
	"sqlite":  {"runtime/projection", "runtime/sqlitemodel"},
	"process": {"runtime/projection", "runtime/delivery", "runtime/reaction", "runtime/saga"},
}

// isBeside reports whether a directory is that of such a package: memory/memorypg.
func isBeside(dir, ending string) bool { return path.Base(dir) == path.Base(path.Dir(dir))+ending }

// generated is what generated code imports.
var generated = []string{"runtime", "runtime/codec", "runtime/upcast", "runtime/decimal", "github.com/google/uuid", "golden/language/..."}

func TestImportsPointDownwards(t *testing.T) {
	for _, dir := range packages(t) {
		allowed := allowedIn(dir)
		for _, imported := range importsOf(t, dir) {
			if !matches(allowed, imported) {
				t.Errorf("%s imports %s, which the floors in ARCHITECTURE.md do not allow", dir, imported)
			}
		}
	}
}

// A program that imports generated events compiles the standard library, the runtime, and value types: no database, no
// YAML, no generator.
func TestGeneratedPackagesAreLight(t *testing.T) {
	light := []string{
		"runtime", "runtime/codec", "runtime/upcast", "runtime/decimal", "golden/language/events/...", "golden/process/events/stock",
		"github.com/google/uuid", "github.com/shopspring/decimal",
	}
	for _, root := range []string{"golden/memory/events/memory", "golden/projections/events/stock", "golden/language/events/everything", "golden/process/events/orders"} {
		bringsIn(t, root, light)
	}
}

// Processes need more of the runtime, and still no database, no broker and no client of one.
func TestGeneratedProcessesNameNoDatabaseAndNoBroker(t *testing.T) {
	light := append([]string{
		"runtime", "runtime/codec", "runtime/upcast", "runtime/decimal", "golden/process/events/...",
		"github.com/google/uuid", "github.com/shopspring/decimal",
	}, beside["process"]...)
	for _, root := range []string{"golden/process/events/orders/ordersprocess", "golden/process/events/stock/stockprocess"} {
		bringsIn(t, root, light)
	}
}

// bringsIn checks everything that a package imports, directly or not.
func bringsIn(t *testing.T, root string, light []string) {
	t.Helper()
	seen := map[string]bool{}
	var visit func(dir string)
	visit = func(dir string) {
		for _, imported := range importsOf(t, dir) {
			if seen[imported] {
				continue
			}
			seen[imported] = true
			if !matches(light, imported) {
				t.Errorf("%s brings in %s by way of %s", root, imported, dir)
			}
			if !strings.Contains(imported, ".") {
				visit(imported)
			}
		}
	}
	visit(root)
	if !seen["runtime"] {
		t.Errorf("%s does not even import runtime: the test reads nothing", root)
	}
}

func allowedIn(dir string) []string {
	for ending, more := range beside {
		if isBeside(dir, ending) {
			return append(slices.Clone(more), allowedAt(dir)...)
		}
	}
	return allowedAt(dir)
}

func allowedAt(dir string) []string {
	if allowed, ok := floors[dir]; ok {
		return allowed
	}
	for at := path.Dir(dir); at != "."; at = path.Dir(at) {
		if allowed, ok := floors[at+"/..."]; ok {
			return allowed
		}
	}
	return nil
}

func matches(allowed []string, imported string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		if below, ok := strings.CutSuffix(a, "/..."); ok {
			return imported == below || strings.HasPrefix(imported, below+"/")
		}
		return imported == a
	})
}

// packages lists every directory of the module that holds Go files.
func packages(t *testing.T) []string {
	t.Helper()
	var dirs []string
	err := fs.WalkDir(os.DirFS("."), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (p == "bench" || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && p != "."):
			return fs.SkipDir
		case strings.HasSuffix(p, ".go") && !slices.Contains(dirs, path.Dir(p)):
			dirs = append(dirs, path.Dir(p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

// importsOf reads the imports of a package's production files: own packages relative to the module, others in full, the
// standard library left out.
func importsOf(t *testing.T, dir string) []string {
	t.Helper()
	pkg, err := build.Default.ImportDir(filepath.FromSlash(dir), 0)
	if _, none := err.(*build.NoGoError); none {
		return nil
	}
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	var out []string
	for _, p := range pkg.Imports {
		if own, ok := strings.CutPrefix(p, module+"/"); ok {
			out = append(out, own)
		} else if first, _, _ := strings.Cut(p, "/"); strings.Contains(first, ".") {
			out = append(out, p)
		}
	}
	return out
}
