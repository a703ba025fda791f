// Package render turns declarations into formatted Go files, in parallel.
//
// In: units of a package. Out: the bytes of files, the same for the same input
// whatever the number of processors. It writes nothing.
package render

import (
	"bytes"
	"fmt"
	"go/format"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/internal/parallel"
	"github.com/evgen/evgen/templates"
)

// chunkSize is how many declarations are rendered and formatted at a time. Formatting takes most of the time of a run,
// and a file is formatted as well in pieces as in one; small pieces keep all processors busy to the end.
const chunkSize = 40

// Job is one file to render.
type Job struct {
	Package *plan.Package
	Unit    templates.Unit
	Path    string
	Stub    bool
}

// Files renders all jobs. The order of the result is that of the jobs.
func Files(jobs []Job) ([]output.File, error) {
	pieces := split(jobs)
	parallel.Each(len(pieces), func(i int) { pieces[i].render() })
	return assemble(jobs, pieces)
}

// piece is a run of declarations of one file.
type piece struct {
	job     *Job
	decls   []jen.Code
	imports []importSpec
	body    []byte // formatted
	err     error
}

func split(jobs []Job) []*piece {
	var out []*piece
	for i := range jobs {
		decls := jobs[i].Unit.Decls
		for len(decls) > chunkSize {
			out = append(out, &piece{job: &jobs[i], decls: decls[:chunkSize]})
			decls = decls[chunkSize:]
		}
		out = append(out, &piece{job: &jobs[i], decls: decls})
	}
	return out
}

func (p *piece) render() {
	file := newFile(p.job)
	for _, d := range p.decls {
		file.Add(d)
		file.Line()
	}
	var raw bytes.Buffer
	if p.err = file.Render(&raw); p.err != nil {
		return
	}
	var body []byte
	if p.imports, body, p.err = cutImports(raw.Bytes()); p.err != nil {
		return
	}
	if p.body, p.err = format.Source(body); p.err == nil {
		p.body = bytes.TrimPrefix(p.body, []byte("package p\n"))
	}
}

// assemble joins the pieces of each file under one header and one import block.
func assemble(jobs []Job, pieces []*piece) ([]output.File, error) {
	files := make([]output.File, 0, len(jobs))
	for len(pieces) > 0 {
		n := 1
		for n < len(pieces) && pieces[n].job == pieces[0].job {
			n++
		}
		content, err := join(pieces[:n])
		if err != nil {
			return nil, fmt.Errorf("render %s: %w", pieces[0].job.Path, err)
		}
		files = append(files, output.File{Path: pieces[0].job.Path, Bytes: content, Stub: pieces[0].job.Stub})
		pieces = pieces[n:]
	}
	return files, nil
}

func join(pieces []*piece) ([]byte, error) {
	var out bytes.Buffer
	writeHeader(&out, pieces[0].job)
	imports := newImportSet()
	for _, p := range pieces {
		if p.err != nil {
			return nil, p.err
		}
		if err := imports.add(p.imports); err != nil {
			return nil, err
		}
	}
	imports.write(&out)
	for _, p := range pieces {
		out.WriteByte('\n')
		out.Write(bytes.TrimSpace(p.body))
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

func writeHeader(out *bytes.Buffer, job *Job) {
	if !job.Stub {
		fmt.Fprintf(out, "%s\n", output.Header)
		for _, name := range job.Package.Schemas {
			fmt.Fprintf(out, "// Source: %s\n", sourceName(name))
		}
		out.WriteByte('\n')
	}
	fmt.Fprintf(out, "package %s\n", packageName(job))
}

func packageName(job *Job) string {
	if job.Unit.Test {
		return job.Package.Name + "_test"
	}
	if job.Unit.Home != nil {
		return job.Unit.Home.Name
	}
	return job.Package.Name
}

// importPath is that of the package to which the file belongs.
func (job *Job) importPath() string {
	if job.Unit.Home != nil {
		return job.Unit.Home.Path
	}
	return job.Package.Path
}
