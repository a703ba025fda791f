package jsonschema

import (
	"regexp"
	"testing"
)

func TestNamesOfFieldsTypesAndEvents(t *testing.T) {
	cases := []struct {
		make       func(string) string
		text, want string
	}{
		{snake, "currentTime", "current_time"}, {snake, "HTMLUrl", "html_url"}, {snake, "$schema", "schema"}, {snake, "2fa", "n2fa"},
		{snake, "größe", "grose"}, {snake, "日本", ""}, {snake, "a  b", "a_b"},
		{spelled, "+1", "plus_1"}, {spelled, "@type", "at_type"}, {spelled, "_", "underscore"},
		{pascal, "user-profile", "UserProfile"}, {pascal, "1st", "N1st"}, {pascal, "***", ""},
		{singular, "entries", "entry"}, {singular, "links", "link"}, {singular, "addresses", "address"}, {singular, "status", "status"},
		{singular, "boxes", "box"}, {singular, "gas", "ga"}, {singular, "analysis", "analysis"},
		{eventName, "push$event", "PushEvent"}, {eventName, "check_run$completed", "CheckRunCompleted"}, {eventName, "star created event", "StarCreated"},
		{eventName, "dev.cdevents.change.merged", "ChangeMerged"}, {eventName, "mediawiki/client/error", "MediawikiClientError"},
	}
	for _, c := range cases {
		if got := c.make(c.text); got != c.want {
			t.Errorf("%q became %q, want %q", c.text, got, c.want)
		}
	}
}

func TestVersionsAreOrderedAsPublished(t *testing.T) {
	ordered := []string{"", "v1beta1", "v1", "v2", "1.0.0-beta", "1.0.0", "1.0.1", "1-2-0", "1.10.0", "2.0.0", "10.0.0"}
	// Releases of one scheme; the two schemes above are never mixed in one event.
	for _, chain := range [][]string{ordered[1:4], ordered[4:]} {
		for i := 1; i < len(chain); i++ {
			if compareVersions(chain[i-1], chain[i]) >= 0 || compareVersions(chain[i], chain[i-1]) <= 0 {
				t.Errorf("%s does not stand before %s", chain[i-1], chain[i])
			}
		}
	}
}

func TestIdentityFollowsThePathTheSelfBlockAndTheID(t *testing.T) {
	cases := []struct{ name, text, key, version, event string }{
		{"a/order_placed/1.0.0/schema.json", `{}`, "a/order_placed", "1.0.0", "OrderPlaced"},
		{"a/order_placed/1.0.0.json", `{}`, "a/order_placed", "1.0.0", "OrderPlaced"},
		{"com.acme/seen/jsonschema/1-0-2", `{"self":{"vendor":"com.acme","name":"seen","version":"1-0-2"}}`, "com.acme/seen", "1-0-2", "Seen"},
		{"wiki/error/current.yaml", `{"$id":"/wiki/error/2.0.0"}`, "wiki/error", "2.0.0", "Error"},
		{"facets/Schema.json", `{"$id":"https://x.io/facets/1-2-0/Schema.json"}`, "x.io/facets/Schema", "1-2-0", "Schema"},
		{"push/event.schema.json", `{"$id":"push$event","title":"push event"}`, "push$event", "", "PushEvent"},
		{"plain.json", `{}`, "plain", "", "Plain"},
	}
	for _, c := range cases {
		l := newLibrary(nil, &ledger{}, nil)
		f, fault := l.parse(c.name, []byte(c.text))
		if fault != nil {
			t.Fatal(fault)
		}
		id := identify(f.root)
		e := &event{id: id, versions: []*eventVersion{{}}}
		if got := eventNames(e)[0]; id.key != c.key || id.version != c.version || got != c.event {
			t.Errorf("%s: key %q version %q event %q, want %q %q %q", c.name, id.key, id.version, got, c.key, c.version, c.event)
		}
	}
}

func TestPatternsAreTranslatedOrRefused(t *testing.T) {
	for ecma, matches := range map[string]string{
		`^\u00e9\/x$`: "é/x", `^a\-b\_c$`: "a-b_c", `^[0-9a-f]{8}(-[a-f]{4})?$`: "0123abcd", `^\d+\.\d{2}$`: "10.25", `\<a\>`: "<a>",
	} {
		re2, err := toRE2(ecma)
		if err != nil || !regexp.MustCompile(re2).MatchString(matches) {
			t.Errorf("%s became %s (%v), which does not match %s", ecma, re2, err, matches)
		}
	}
	for _, ecma := range []string{`^(?!x)`, `(?<=a)b`, `(a)\1`, `[`, `a{1,5000}`} {
		if re2, err := toRE2(ecma); err == nil {
			t.Errorf("%s became %s", ecma, re2)
		}
	}
}
