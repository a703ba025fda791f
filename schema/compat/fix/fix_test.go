package fix_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/compat/fix"
	"github.com/evgen/evgen/schema/compat/unmended"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

const released = `package: shop

events:
  # What a customer ordered.
  Placed:
    doc: An order.
    versions:
      1:
        # as it began
        fields:
          id: uuid
          note: string
`

func modelOf(t *testing.T, text string) *model.Model {
	t.Helper()
	m, _ := unmendedOf(t, text)
	return m
}

func unmendedOf(t *testing.T, text string) (*model.Model, unmended.Steps) {
	t.Helper()
	rep := &diag.Report{}
	m, steps := unmended.Resolve([]*syntax.Document{syntax.Parse(source.NewFile("shop.yaml", []byte(text)), rep)}, rep)
	if m == nil {
		t.Fatalf("%v\n%s", rep.Sorted(), text)
	}
	return m, steps
}

func fixes(t *testing.T, old *model.Model, text string) []fix.Fix {
	t.Helper()
	m, steps := unmendedOf(t, text)
	found, _ := fix.Fixes(compat.Compare(old, m, compat.Options{Missing: steps.Missing}))
	return found
}

const edited = `package: shop

events:
  # What a customer ordered.
  Placed:
    doc: An order.
    versions:
      1:
        # as it began
        fields:
          id: uuid
          note: string
          lang: string? # new
`

func TestEditsBecomeTheNextVersion(t *testing.T) {
	want := released + `      2:
        # as it began
        fields:
          id: uuid
          note: string
          lang: string? # new
`
	got := fixes(t, modelOf(t, released), edited)
	if len(got) != 1 || string(got[0].Bytes) != want {
		t.Fatalf("%+v\n%s", got, got[0].Bytes)
	}
	e := compat.Compare(modelOf(t, released), modelOf(t, string(got[0].Bytes)), compat.Options{}).Events[0]
	if e.Transitive.Decoding.String() != "FULL" || len(e.Steps) != 1 {
		t.Errorf("the edit mends nothing: %s", e.Line())
	}
}

func TestEditsOfLockedVersionsBecomeTheNextVersion(t *testing.T) {
	l, _ := lock.Release(nil, modelOf(t, released))
	l, err := lock.Read(l.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	old, err := l.Model()
	if err != nil {
		t.Fatal(err)
	}
	got := fixes(t, old, edited)
	if len(got) != 1 {
		t.Fatalf("%d fixes", len(got))
	}
	if found, err := lock.Check(l, modelOf(t, string(got[0].Bytes))); err != nil || len(found) > 0 {
		t.Errorf("%v %v\n%s", err, found, got[0].Bytes)
	}
}

// TestFixesOfTheFixtures: what is renamed or deleted is mended, and what is offered helps.
func TestFixesOfTheFixtures(t *testing.T) {
	for _, name := range []string{"event-renamed", "event-removed"} {
		read := func(side string) string {
			b, err := os.ReadFile(filepath.Join("../../../golden/compat", name, side, "shop.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		old := modelOf(t, read("previous"))
		got := fixes(t, old, read("current"))
		if len(got) != 1 || got[0].Rules[0] != name {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		for _, e := range compat.Compare(old, modelOf(t, string(got[0].Bytes)), compat.Options{}).Events {
			if !e.Transitive.Decoding.Backward {
				t.Errorf("%s: %s\n%s", name, e.Line(), got[0].Bytes)
			}
		}
	}
}

// TestEveryFixParses: no edit of a fixture leaves a file that does not parse.
func TestEveryFixParses(t *testing.T) {
	dirs, err := filepath.Glob("../../../golden/compat/*")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no fixtures")
	}
	offered := 0
	for _, dir := range dirs {
		old, err1 := os.ReadFile(filepath.Join(dir, "previous", "shop.yaml"))
		new, err2 := os.ReadFile(filepath.Join(dir, "current", "shop.yaml"))
		if err1 != nil || err2 != nil {
			continue
		}
		for _, f := range fixes(t, modelOf(t, string(old)), string(new)) {
			offered++
			modelOf(t, string(f.Bytes))
		}
	}
	if offered < 50 {
		t.Errorf("only %d fixes offered", offered)
	}
}

// mended applies the first fix until there is none left, as --fix does.
func mended(t *testing.T, old, text string) string {
	t.Helper()
	for range 10 {
		found := fixes(t, modelOf(t, old), text)
		if len(found) == 0 {
			return text
		}
		text = string(found[0].Bytes)
	}
	t.Fatalf("there is no end of fixes:\n%s", text)
	return ""
}

// TestWhatIsMended: old and new files, and what becomes of the new one. All but the part that differs stands in frame.
func TestWhatIsMended(t *testing.T) {
	const money = "types:\n  Money: {versions: {1: {fields: {amount: int64}}}}\nevents:\n  Paid: {versions: {1: {fields: {price: Money@1}}}}\n"
	cases := map[string]struct{ old, new, want string }{
		"an event under another name answers to its old one": {
			"events:\n  Placed:\n    versions:\n      1: {fields: {id: uuid, note: string}}\n",
			"events:\n  Submitted:\n    versions:\n      1: {fields: {id: uuid, note: string}}\n",
			"events:\n  Submitted:\n    was: shop.Placed\n    versions:\n      1: {fields: {id: uuid, note: string}}\n",
		},
		"a deleted event beside two that are alike comes back": {
			"events:\n  Placed:\n    versions:\n      1: {fields: {id: uuid, note: string}}\n",
			"events:\n  Sent: {versions: {1: {fields: {id: uuid, note: string}}}}\n  Paid: {versions: {1: {fields: {id: uuid, note: string}}}}\n",
			"events:\n  Sent: {versions: {1: {fields: {id: uuid, note: string}}}}\n  Paid: {versions: {1: {fields: {id: uuid, note: string}}}}\n" +
				"  Placed:\n    retired: true\n    versions:\n      1: {fields: {id: uuid, note: string}}\n",
		},
		"a renamed field of a new version carries its value": {
			"events:\n  Placed:\n    versions:\n      1:\n        fields: {id: uuid, content: string}\n",
			"events:\n  Placed:\n    versions:\n      1:\n        fields: {id: uuid, content: string}\n      2:\n        fields: {id: uuid, text: string}\n",
			"events:\n  Placed:\n    versions:\n      1:\n        fields: {id: uuid, content: string}\n      2:\n        fields: {id: uuid, text: string}\n        upcast:\n          text: {from: content}\n",
		},
		"a rule joins those that are there, in brackets": {
			"events:\n  Placed: {versions: {1: {fields: {a: string, n: int64}}}}\n",
			"events:\n  Placed: {versions: {1: {fields: {a: string, n: int64}}, 2: {fields: {b: string, n: string}, upcast: {n: {from: n, convert: int_to_string}}}}}\n",
			"events:\n  Placed: {versions: {1: {fields: {a: string, n: int64}}, 2: {fields: {b: string, n: string}, upcast: {b: {from: a}, n: {from: n, convert: int_to_string}}}}}\n",
		},
		"two fields that may be the renamed one are left to people": {
			"events:\n  Placed: {versions: {1: {fields: {a: string}}}}\n",
			"events:\n  Placed: {versions: {1: {fields: {a: string}}, 2: {fields: {b: string, c: string}}}}\n",
			"events:\n  Placed: {versions: {1: {fields: {a: string}}, 2: {fields: {b: string, c: string}}}}\n",
		},
		"another unit is another field": {
			"events:\n  Placed: {versions: {1: {fields: {a: {type: int64, unit: s}}}}}\n",
			"events:\n  Placed: {versions: {1: {fields: {a: {type: int64, unit: s}}}, 2: {fields: {b: {type: int64, unit: ms}}}}}\n",
			"events:\n  Placed: {versions: {1: {fields: {a: {type: int64, unit: s}}}, 2: {fields: {b: {type: int64, unit: ms}}}}}\n",
		},
		"versions in brackets": {
			"events:\n  Placed: {versions: {1: {fields: {a: string}}}}\n",
			"events:\n  Placed: {versions: {1: {fields: {a: string, b: string?}}}}\n",
			"events:\n  Placed: {versions: {1: {fields: {a: string}}, 2: {fields: {a: string, b: string?}}}}\n",
		},
		"versions that came into brackets": {
			"events:\n  Placed:\n    versions:\n      1:\n        fields:\n          a: map<string>\n          b: {type: string, pattern: '^a, b$'}\n",
			"events:\n  Placed: {versions: {1: {fields: {a: map<string>}}}}\n",
			"events:\n  Placed: {versions: {1: {fields: {a: map<string>, b: {type: string, pattern: '^a, b$'}}}, 2: {fields: {a: map<string>}}}}\n",
		},
		"an older version": {
			"events:\n  Placed:\n    versions:\n      1: {fields: {a: string}}\n      2: {fields: {a: string, b: string?}}\n",
			"events:\n  Placed:\n    versions:\n      1: {fields: {a: uuid}}\n      2: {fields: {a: string, b: string?}}\n",
			"events:\n  Placed:\n    versions:\n      1: {fields: {a: string}}\n      2: {fields: {a: string, b: string?}}\n",
		},
		"a version of a shared type": {
			money, strings.Replace(money, "amount: int64", "amount: int64, cents: int64?", 1),
			strings.Replace(money, "{amount: int64}}", "{amount: int64}}, 2: {fields: {amount: int64, cents: int64?}}", 1),
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff("package: shop\n"+c.want, mended(t, "package: shop\n"+c.old, "package: shop\n"+c.new)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEditsOfTypesInTheLockBecomeTheNextVersion(t *testing.T) {
	const text = "package: shop\ntypes:\n  Money:\n    versions:\n      1: {fields: {amount: int64}}\nevents:\n  Paid: {versions: {1: {fields: {price: Money@1}}}}\n"
	l, _ := lock.Release(nil, modelOf(t, text))
	l, err := lock.Read(l.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	old, err := l.Model()
	if err != nil {
		t.Fatal(err)
	}
	got := fixes(t, old, strings.Replace(text, "amount: int64", "amount: int64, note: string?", 1))
	if len(got) != 1 {
		t.Fatalf("%d fixes", len(got))
	}
	if found, err := lock.Check(l, modelOf(t, string(got[0].Bytes))); err != nil || len(found) > 0 {
		t.Errorf("%v %v\n%s", err, found, got[0].Bytes)
	}
}

// TestWhatIsLeftToPeopleIsNamed: an edit that cannot be taken back says why.
func TestWhatIsLeftToPeopleIsNamed(t *testing.T) {
	const money = "package: shop\ntypes: {Money: {fields: {amount: int64}}}\nevents:\n  Paid: {versions: {1: {fields: {price: Money}}}}\n"
	r := compat.Compare(modelOf(t, money), modelOf(t, strings.Replace(money, "int64", "string", 1)), compat.Options{})
	found, left := fix.Fixes(r)
	if want := []fix.Left{{Element: "shop.Paid@1", Reason: "shop.Money has no versions"}}; len(found) > 0 || !slices.Equal(left, want) {
		t.Errorf("%v %v", found, left)
	}
}
