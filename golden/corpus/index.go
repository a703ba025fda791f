package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// chain is one event with all its versions.
type chain struct {
	corpus, event string
	pkg           string
	versions      []indexed

	imported importOutcome
}

// indexed is one version as index.json lists it.
type indexed struct {
	Corpus   string    `json:"corpus"`
	Event    string    `json:"event"`
	Version  string    `json:"version"`
	Schema   string    `json:"schema"`
	Payloads []payload `json:"payloads"`
	Synth    []payload `json:"synthetic"`
}

type payload struct {
	File  string `json:"file"`
	Valid bool   `json:"valid"`
}

func readIndex(dir string) ([]*chain, error) {
	b, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		return nil, err
	}
	var index struct {
		Events []indexed `json:"events"`
	}
	if err := json.Unmarshal(b, &index); err != nil {
		return nil, fmt.Errorf("index.json: %w", err)
	}
	var chains []*chain
	for _, v := range index.Events {
		i := slices.IndexFunc(chains, func(c *chain) bool { return c.corpus == v.Corpus && c.event == v.Event })
		if i < 0 {
			i, chains = len(chains), append(chains, &chain{corpus: v.Corpus, event: v.Event, pkg: packageName(len(chains), v)})
		}
		chains[i].versions = append(chains[i].versions, v)
	}
	slices.SortStableFunc(chains, func(a, b *chain) int { return cmp.Or(cmp.Compare(a.corpus, b.corpus), cmp.Compare(a.event, b.event)) })
	return chains, nil
}

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// packageName is a Go package of its own for each event.
func packageName(n int, v indexed) string {
	return fmt.Sprintf("%s%d%s", notInName.ReplaceAllString(strings.ToLower(v.Corpus), ""), n,
		notInName.ReplaceAllString(strings.ToLower(v.Event), ""))
}

func (v indexed) all() []payload { return append(slices.Clone(v.Payloads), v.Synth...) }
