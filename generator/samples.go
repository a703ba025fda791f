package generator

import (
	"bytes"
	"fmt"
	"path"

	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/generator/sample"
)

// samples are the payloads that the generated tests read: one file a package, one payload a line.
func samples(p *plan.Plan) []output.File {
	var files []output.File
	for _, pkg := range p.Packages {
		var lines bytes.Buffer
		for _, e := range pkg.Events {
			for _, v := range e.Stored() {
				writeSample(&lines, v, "smallest", sample.Smallest)
				writeSample(&lines, v, "fullest", sample.Fullest)
			}
		}
		if lines.Len() > 0 {
			files = append(files, output.File{Path: path.Join(pkg.Dir, "testdata", "samples.jsonl"), Bytes: lines.Bytes()})
		}
	}
	return files
}

func writeSample(out *bytes.Buffer, v *plan.EventVersion, size string, mode sample.Mode) {
	fmt.Fprintf(out, `{"type":%s,"version":%d,"sample":%q,"payload":%s}`+"\n",
		sample.Quote(v.Event.Model.Wire), v.Model.Number, size, sample.Payload(v.Model, mode))
}
