package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/origin"
	"github.com/evgen/evgen/schema/source"
)

// bases are the commits that work goes on from: what they have released stays released. There is a second one while a
// merge waits for its commit.
var bases = []string{"HEAD", "MERGE_HEAD"}

// missLost adds to what was found that released versions are no longer in the lock. Schemas that are somewhere else than
// the module have no commit to go on from.
func (c *checking) missLost(ctx context.Context, found *verdict) {
	var lost []diag.Diagnostic
	if c.schemas == "" {
		lost = lostSince(ctx, c.git(found.root), found.now.lock, found.now.lockText)
	}
	for _, d := range append(lost, lostAgainst(found.then, found.now)...) {
		found.findings = append(found.findings, finding.Finding{Diagnostic: d})
	}
	found.findings = finding.Sort(found.findings)
}

// lostSince reports released versions that the lock lacks and that of a commit before it has. Without git, or without a
// lock that can be read in the commit, there is nothing to miss.
func lostSince(ctx context.Context, g origin.Git, now *lock.Lock, text []byte) []diag.Diagnostic {
	var out []diag.Diagnostic
	for _, base := range bases {
		committed, there := g.File(ctx, base, lock.FileName)
		if !there || bytes.Equal(committed, text) {
			continue
		}
		then, err := lock.Read(committed)
		if err != nil {
			continue // somebody mends it
		}
		help := fmt.Sprintf("bring it back: git checkout %s -- %s", base, lock.FileName)
		out = append(out, lostEntries(lock.Lost(then, now), "git:"+base, help, text)...)
	}
	return out
}

// lostAgainst reports what the lock of another place has released, the files have, and today's lock lacks. What the
// files lack as well is perhaps younger than they are, and the comparison speaks of it anyhow.
func lostAgainst(then, now *side) []diag.Diagnostic {
	if then == nil || then.lock == nil || then.lock == now.lock || now.model == nil {
		return nil
	}
	there := versionsOf(now.model)
	lost := slices.DeleteFunc(lock.Lost(then.lock, now.lock), func(e *lock.Entry) bool { return !there[e.ID()] })
	return lostEntries(lost, then.name, "bring it back from there; a merge keeps both sides of it with `"+lock.Attributes+"` in .gitattributes", now.lockText)
}

// versionsOf are the versions of events that are no drafts.
func versionsOf(m *model.Model) map[string]bool {
	out := map[string]bool{}
	for _, p := range m.Packages {
		for _, e := range p.Events {
			for _, v := range e.Versions {
				out[(&lock.Entry{Package: p.Name, Name: e.Name, Version: v.Number}).ID()] = !v.Draft
			}
		}
	}
	return out
}

// lostEntries is one finding an event or type version: that its further names went, too, goes without saying.
func lostEntries(lost []*lock.Entry, place, help string, text []byte) []diag.Diagnostic {
	at := source.Span{File: source.NewFile(lock.FileName, text)}
	var out []diag.Diagnostic
	seen := map[string]bool{}
	for _, e := range lost {
		if seen[e.ID()] {
			continue
		}
		seen[e.ID()] = true
		out = append(out, diag.Diagnostic{
			Rule: "released-version-removed", Severity: diag.Error, Span: at,
			Message: fmt.Sprintf("%s was released: it stands in %s of %s, and not in that of today", e.ID(), lock.FileName, place),
			Help:    help,
		})
	}
	return out
}
