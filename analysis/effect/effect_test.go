package effect

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/role"
)

// standardLibrary stands for as much of it as the tests use: to read the real one would take longer than they do.
type standardLibrary map[string]string

func (l standardLibrary) Import(path string) (*types.Package, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, l[path], 0)
	if err != nil {
		return nil, err
	}
	config := types.Config{Importer: l}
	return config.Check(path, set, []*ast.File{file}, nil)
}

var library = standardLibrary{
	"time":        "package time; type Time struct{}; func Now() Time { return Time{} }",
	"io":          "package io; type Reader interface{ Read(p []byte) (int, error) }; func ReadFull(r Reader, p []byte) (int, error) { return 0, nil }",
	"crypto/rand": "package rand; type reader struct{}; func (reader) Read(p []byte) (int, error) { return 0, nil }; var Reader interface{ Read(p []byte) (int, error) } = reader{}",
	"os":          "package os; type File struct{}; func Open(name string) (*File, error) { return nil, nil }",
	"strings":     "package strings; func ToUpper(s string) string { return s }",
}

// analyse returns the facts of a package that imports nothing but the standard library.
func analyse(t *testing.T, src string) *Summary {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "a.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Instances: map[*ast.Ident]types.Instance{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	config := types.Config{Importer: library}
	pkg, err := config.Check("example.com/a", set, []*ast.File{file}, info)
	if err != nil {
		t.Fatal(err)
	}
	var found Summary
	pass := &analysis.Pass{
		Fset: set, Files: []*ast.File{file}, Pkg: pkg, TypesInfo: info,
		ResultOf:          map[*analysis.Analyzer]any{role.Analyzer: role.Players(nil)},
		ExportPackageFact: func(f analysis.Fact) { found = *f.(*Summary) },
		ImportPackageFact: func(*types.Package, analysis.Fact) bool { return false },
	}
	if _, err := run(pass); err != nil {
		t.Fatal(err)
	}
	return &found
}

// tangle is the source of functions that call each other in circles, the calls of each, and those that read the clock.
func tangle(random *rand.Rand, n int) (src string, calls [][]int, clocks []int) {
	var b strings.Builder
	b.WriteString("package a\n\nimport \"time\"\n\nvar _ time.Time\n")
	calls = make([][]int, n)
	for i := range n {
		fmt.Fprintf(&b, "\nfunc F%d() {\n", i)
		for range 1 + random.IntN(2) {
			to := random.IntN(n)
			calls[i] = append(calls[i], to)
			fmt.Fprintf(&b, "\tF%d()\n", to)
		}
		if random.IntN(n) < 3 {
			clocks = append(clocks, i)
			b.WriteString("\t_ = time.Now()\n")
		}
		b.WriteString("}\n")
	}
	return b.String(), calls, clocks
}

// distances is how many calls lie between each function and a clock, 0 for none: by relaxing all edges until nothing
// changes.
func distances(calls [][]int, clocks []int) []int {
	far := make([]int, len(calls))
	for _, c := range clocks {
		far[c] = 1
	}
	for changed := true; changed; {
		changed = false
		for i, to := range calls {
			for _, c := range to {
				if far[c] > 0 && (far[i] == 0 || far[c]+1 < far[i]) {
					far[i], changed = far[c]+1, true
				}
			}
		}
	}
	return far
}

func TestCyclesAreFollowedTheSameWayEveryTime(t *testing.T) {
	for seed := range uint64(5) {
		src, calls, clocks := tangle(rand.New(rand.NewPCG(seed, 1)), 60)
		first := analyse(t, src)
		got := map[string]int{}
		for _, e := range first.Entries {
			got[e.Name] = len(e.Chain)
		}
		for i, far := range distances(calls, clocks) {
			if name := fmt.Sprintf("F%d", i); got[name] != far {
				t.Errorf("seed %d: %s is %d calls from the clock, want %d", seed, name, got[name], far)
			}
		}
		want := encoded(t, first)
		for range 20 {
			if !bytes.Equal(want, encoded(t, analyse(t, src))) {
				t.Fatalf("seed %d: facts differ between runs", seed)
			}
		}
	}
}

func encoded(t *testing.T, s *Summary) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFactsTellWhatOtherPackagesCanCall(t *testing.T) {
	s := analyse(t, `package a

import (
	"crypto/rand"
	"io"
	"os"
	"time"
)

type Clock interface{ Now() time.Time }
type System struct{}
func (System) Now() time.Time { return now() }
func now() time.Time { return time.Now() }
var Default Clock = System{}
var Tick = func() time.Time { return now() }
var entropy io.Reader = rand.Reader
func Dice() { _, _ = io.ReadFull(entropy, nil) }
func Pure() int { return 1 }
func File() { _, _ = os.Open("x") }
func Both() { File(); Dice() }
`)
	var got []string
	for _, e := range s.Entries {
		got = append(got, fmt.Sprintf("%s %s: %s", e.Name, e.Kind, strings.Join(e.Chain, " -> ")))
	}
	want := []string{
		"Both filesystem: a.File -> os.Open",
		"Both random: a.Dice -> rand.Reader",
		"Default.Now clock: a.System.Now -> a.now -> time.Now",
		"Dice random: rand.Reader",
		"File filesystem: os.Open",
		"System.Now clock: a.now -> time.Now",
		"Tick clock: a.now -> time.Now",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPackagesWithoutEffectsHaveNoFacts(t *testing.T) {
	if s := analyse(t, "package a\n\nimport \"strings\"\n\nfunc Up(s string) string { return strings.ToUpper(s) }\n"); len(s.Entries) > 0 {
		t.Errorf("facts: %v", s.Entries)
	}
}

func TestTheListOfSources(t *testing.T) {
	for _, c := range []struct {
		pkg, name string
		want      Kind
	}{
		{"time", "Now", Clock},
		{"time", "Time.Sub", ""},
		{"time", "Date", ""},
		{"math/rand", "Intn", Random},
		{"math/rand", "New", ""},
		{"math/rand", "Rand.Intn", ""},
		{"net", "DialTimeout", Network},
		{"net", "ParseIP", ""},
		{"github.com/jackc/pgx/v5", "Conn.QueryRow", ForeignStore},
		{"github.com/jackc/pgx/v5", "Tx.Exec", ""},
		{"github.com/jackc/pgx/v5/pgxpool", "Pool.Exec", ForeignStore},
		{"github.com/redis/go-redis/v9", "Client.Get", ForeignStore},
		{"github.com/evgen/evgen/runtime", "Store.Append", ForeignStore},
		{"os", "ErrNotExist", ""},
	} {
		kinds := sources().kinds(c.pkg, c.name)
		if c.want == "" && len(kinds) > 0 || c.want != "" && !slices.Equal(kinds, []Kind{c.want}) {
			t.Errorf("%s.%s stands for %v, want %q", c.pkg, c.name, kinds, c.want)
		}
	}
}

func TestWhatIsNotFollowed(t *testing.T) {
	for pkg, want := range map[string]bool{
		"time": true, "net/http": true, "go.opentelemetry.io/otel/trace": true, "github.com/jackc/pgx/v5": true,
		"github.com/evgen/evgen/runtime/upcast": false, "example.com/shop": false, "timex": false, "go.uber.org/zapper": false,
	} {
		if IsOpaque(pkg) != want {
			t.Errorf("%s: opaque is %v", pkg, !want)
		}
	}
}
