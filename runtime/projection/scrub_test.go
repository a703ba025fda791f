package projection

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/evgen/evgen/runtime/codec"
)

func TestErrorsOfLettersKeepWhatIsWrongAndCutWhatThePayloadSays(t *testing.T) {
	payload := []byte(`{"name":"Ada Lovelace","tags":["tea","x"],"amount":1250,"nested":{"note":"line\none \"two\""},"n":7,"ok":true}`)
	for text, want := range map[string]string{
		`customer Ada Lovelace is unknown`:                      `customer … is unknown`,
		`customer "Ada Lov..." is unknown`:                      `customer "…" is unknown`,
		`invalid input syntax for type integer: "Ada Lovelace"`: `invalid input syntax for type integer: "…"`,
		`column tea: teapot 1250 of 12500`:                      `column …: teapot … of 12500`,
		"note \"line\\none \\\"two\\\"\" is too long":           `note "…" is too long`,
		`fact 7: no row for "order-9" at byte 7`:                `fact 7: no row for "order-9" at byte 7`,
		`relation "memory_list_v2" does not exist`:              `relation "memory_list_v2" does not exist`,
		`this text cannot be taken`:                             `this text cannot be taken`,
	} {
		if got := scrub(errors.New(text), payload); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestErrorsOfTheCodecKeepTypePathAndRuleWithoutThePayloadAtHand(t *testing.T) {
	err := fmt.Errorf("decode: %w", &codec.Error{
		Op: codec.OpDecode, Type: "memory.MemoryCreatedV1", Offset: 12, Path: "source.kind", Message: "want one of 3 values", Excerpt: "a secret",
	})
	const want = "decode: codec: decode memory.MemoryCreatedV1: source.kind at byte 12: want one of 3 values, got …"
	if got := scrub(err); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// guests is an event with what a payload does not tell by itself: whether a name is one of the schema.
type guests struct {
	BySeat map[string]*seat
	Free   json.RawMessage
}

type seat struct{ Notes []map[string]int }

func (guests) EventType() string { return "test.Guests" }

func (guests) EventVersion() int { return 1 }

func (guests) AppendJSON(dst []byte) ([]byte, error) { return dst, nil }

func (guests) Validate() error { return nil }

func TestKeysOfMapsAreCutAndNamesOfFieldsAreNot(t *testing.T) {
	g := guests{map[string]*seat{"Ada": {[]map[string]int{{"Grace": 1}}}, "none": nil}, json.RawMessage(`{"Alan":[{"Kurt":1}]}`)}
	err := errors.New(`BySeat of Ada: Notes of Grace; Free has Alan and "Kurt"`)
	const want = `BySeat of …: Notes of …; Free has … and "…"`
	if got := Scrub(err, []Fact{{Data: g}, {}}); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestNoTextOfAPayloadPassesTheScrub(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[a-zA-Z0-9 äß'"%/-]{4,30}[A-Z]`).Draw(t, "secret")
		shape := rapid.SampledFrom([]string{"got %s", "got %q", "%[1]q is not %[1]q", "key (%s) exists", "%s", "for '%s':"}).Draw(t, "shape")
		data := fmt.Appendf(nil, `{"a":[{"b":%q}],"c":%q}`, secret, "other")
		if got := scrub(fmt.Errorf(shape, secret), data); strings.Contains(got, strings.TrimSpace(secret)) {
			t.Fatalf("%s", got)
		}
	})
}
