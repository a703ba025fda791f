package generator

import (
	"bytes"
	"fmt"
	"path"

	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/generator/sample"
)

// samples are the payloads that the generated tests read: one file a package, one payload a line. What was written on
// the day of a release comes first.
func samples(p *plan.Plan, pinned []Pinned) []output.File {
	released := byVersion(pinned)
	var files []output.File
	for _, pkg := range p.Packages {
		var lines bytes.Buffer
		for _, e := range pkg.Events {
			for _, v := range e.Stored() {
				if payload := released.find(v); payload != nil {
					writeSample(&lines, v, "pinned", payload)
				}
				writeSample(&lines, v, "smallest", sample.Payload(v.Model, sample.Smallest))
				writeSample(&lines, v, "fullest", sample.Payload(v.Model, sample.Fullest))
			}
		}
		if lines.Len() > 0 {
			files = append(files, output.File{Path: path.Join(pkg.Dir, "testdata", "samples.jsonl"), Bytes: lines.Bytes()})
		}
	}
	return files
}

func writeSample(out *bytes.Buffer, v *plan.EventVersion, kind string, payload []byte) {
	fmt.Fprintf(out, `{"type":%s,"version":%d,"sample":%q,"payload":%s}`+"\n",
		sample.Quote(v.Event.Model.Wire), v.Model.Number, kind, payload)
}

// versionKey names a version by a wire type of its event.
type versionKey struct {
	wire   string
	number int
}

// pinnedVersions are payloads of released versions.
type pinnedVersions map[versionKey][]byte

func byVersion(pinned []Pinned) pinnedVersions {
	out := pinnedVersions{}
	for _, p := range pinned {
		out[versionKey{p.Wire, p.Version}] = p.Payload
	}
	return out
}

// find looks under the wire type of today, then under former ones.
func (p pinnedVersions) find(v *plan.EventVersion) []byte {
	e := v.Event.Model
	if payload := p[versionKey{e.Wire, v.Model.Number}]; payload != nil {
		return payload
	}
	for _, was := range e.Was {
		if payload := p[versionKey{was, v.Model.Number}]; payload != nil {
			return payload
		}
	}
	return nil
}
