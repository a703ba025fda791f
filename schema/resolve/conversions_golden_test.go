package resolve

import (
	"os"
	"strings"
	"testing"
)

// Every conversion of the language is generated, compiled and tried in golden/convert.
func TestEveryConversionIsTried(t *testing.T) {
	text, err := os.ReadFile("../../golden/convert/schema/convert.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range conversions {
		if !strings.Contains(string(text), "convert: "+c.name+"}") && !strings.Contains(string(text), "convert: "+c.name+",") {
			t.Errorf("golden/convert does not try %s", c.name)
		}
	}
}
