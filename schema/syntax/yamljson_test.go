package syntax_test

import (
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/syntax"
)

func TestYAMLToJSONKeepsOrderAndValues(t *testing.T) {
	cases := map[string]struct{ yaml, want string }{
		"order":       {"b: 1\na: 2\n", `{"b":1,"a":2}`},
		"alias":       {"x: &x {k: [1]}\ny: *x\n", `{"x":{"k":[1]},"y":{"k":[1]}}`},
		"merge":       {"base: &b {k: 1, l: 2}\nother: {<<: *b, k: 3}\n", `{"base":{"k":1,"l":2},"other":{"k":3,"l":2}}`},
		"date":        {"on: 2020-01-02\n", `{"on":"2020-01-02"}`},
		"exact":       {"n: 12345678901234567890\nf: 1.50\n", `{"n":12345678901234567890,"f":1.50}`},
		"octal":       {"n: 0o17\n", `{"n":15}`},
		"null":        {"a: ~\nb:\n", `{"a":null,"b":null}`},
		"number keys": {"1: a\ntrue: b\n", `{"1":"a","true":"b"}`},
		"text":        {"a: |\n  x\n  y\n", `{"a":"x\ny\n"}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := syntax.YAMLToJSON([]byte(c.yaml))
			if err != nil || string(got) != c.want {
				t.Fatalf("got %s, %v; want %s", got, err, c.want)
			}
		})
	}
}

func TestYAMLToJSONRefusesWhatJSONCannotHold(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := byte('b'); c < 'k'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 9) + "*" + string(c-1) + "]\n"
	}
	for name, text := range map[string]string{
		"empty": "", "infinite": "a: .inf\n", "broken": "a: [1\n", "bomb": bomb, "self": "a: &a [*a]\n", "tab": "a:\n\t- b\n",
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := syntax.YAMLToJSON([]byte(text)); err == nil {
				t.Fatalf("accepted as %.80s", got)
			}
		})
	}
}
