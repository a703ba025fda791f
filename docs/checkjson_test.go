package docs

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCheckPrintsWhatItsPageDescribes runs a real comparison and looks every member up in the page.
func TestCheckPrintsWhatItsPageDescribes(t *testing.T) {
	page := read(t, "docs/check-json.md")
	var report struct {
		Format   int
		Resolved bool
		Events   []map[string]json.RawMessage
	}
	output := checkJSON(t)
	if err := json.Unmarshal(output, &report); err != nil {
		t.Fatalf("%v in %s", err, output)
	}
	if report.Format != 1 || !report.Resolved || len(report.Events) != 1 {
		t.Fatalf("format %d, resolved %v, %d events", report.Format, report.Resolved, len(report.Events))
	}
	var all any
	if err := json.Unmarshal(output, &all); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	collect(all, names)
	for name := range names {
		if !strings.Contains(page, "`"+name+"`") && !strings.Contains(page, `"`+name+`":`) {
			t.Errorf("the page does not mention the member %q", name)
		}
	}
	if !names["witnesses"] || !names["diagnostics"] {
		t.Errorf("a break has no witness or no diagnostic: %s", output)
	}
}

// collect notes the names of members, but for those of payloads, which are the schema's.
func collect(value any, names map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		for name, below := range value {
			names[name] = true
			if name != "payload" {
				collect(below, names)
			}
		}
	case []any:
		for _, below := range value {
			collect(below, names)
		}
	}
}

// checkJSON compares an event with itself as it was before a break.
func checkJSON(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	for name, fields := range map[string]string{"old": "id: uuid", "new": "id: uuid, by: string"} {
		text := "package: shop\nevents:\n  OrderPlaced: {key: id, versions: {1: {fields: {" + fields + "}}}}\n"
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, "shop.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(build(t), "check", "--schemas", "new", "--against", "old", "--format", "json")
	cmd.Dir = dir
	output, err := cmd.Output()
	if exit, isExit := err.(*exec.ExitError); !isExit || exit.ExitCode() != 1 {
		t.Fatalf("evgen check: %v", err)
	}
	return output
}
