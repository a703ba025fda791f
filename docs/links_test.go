package docs

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestLinksLeadSomewhere(t *testing.T) {
	for _, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(read(t, page), -1) {
			if target := m[1]; !strings.Contains(target, "://") {
				checkLink(t, page, target)
			}
		}
	}
}

func checkLink(t *testing.T, page, target string) {
	t.Helper()
	file, anchor, _ := strings.Cut(target, "#")
	if file != "" {
		file = path.Join(path.Dir(page), file)
	} else {
		file = page
	}
	if _, err := os.Stat(filepath.Join(root, file)); err != nil {
		t.Errorf("%s: link %s: %v", page, target, err)
		return
	}
	if anchor != "" && !hasAnchor(read(t, file), anchor) {
		t.Errorf("%s: link %s: no such heading", page, target)
	}
}

var notInAnchors = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// hasAnchor knows how headings become anchors.
func hasAnchor(text, anchor string) bool {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			continue
		}
		title := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
		if strings.ReplaceAll(notInAnchors.ReplaceAllString(title, ""), " ", "-") == anchor {
			return true
		}
	}
	return false
}
