package main

import (
	"fmt"
	"path/filepath"
	"strings"
)

// program is a main package that holds a value of each type and encodes all of them.
func program(n int, imports, typ, value, encode string) string {
	var values strings.Builder
	for i := range n {
		fmt.Fprintf(&values, "\t"+value+",\n", eventName(i))
	}
	return fmt.Sprintf("package main\n\nimport (\n\t\"os\"\n\n%s)\n\nvar all = []%s{\n%s}\n\nfunc main() {\n\tfor _, v := range all {\n\t\tb, err := %s\n"+
		"\t\tif err != nil {\n\t\t\tos.Exit(1)\n\t\t}\n\t\tos.Stdout.Write(b)\n\t}\n}\n", imports, typ, values.String(), encode)
}

func makeStructs(b *bench, name string, n int) (pkg, error) {
	files := goStructs(n, 1)
	files["go.mod"] = plainMod
	dir, err := b.workspace("build "+name, files)
	if err != nil {
		return pkg{}, err
	}
	imports := "\t\"encoding/json\"\n\n\t\"example.com/bench/orders\"\n"
	return pkg{dir, "orders", "orders000.go", program(n, imports, "any", "&orders.%s{}", "json.Marshal(v)")}, b.require(dir, uuidModule)
}

func makeEvgen(b *bench, name string, n int) (pkg, error) {
	p, err := b.project("build "+name, evgenSchemas(n, min(n, files)))
	if err != nil {
		return pkg{}, err
	}
	if _, err := p.generate(p.forget).run(b.ctx); err != nil {
		return pkg{}, err
	}
	imports := "\t\"github.com/evgen/evgen/runtime\"\n\n\t\"example.com/bench/events/orders\"\n"
	text := program(n, imports, "runtime.Event", "orders.%s{}", "v.AppendJSON(nil)") + "\nvar _ = orders.Schema()\n"
	if _, err := output(b.ctx, p.dir, "go", "mod", "tidy"); err != nil {
		return pkg{}, err
	}
	return pkg{p.dir, filepath.Join("events", "orders"), "codec.gen.go", text}, nil
}

func makeProto(b *bench, name string, n int) (pkg, error) {
	c, err := b.protocOf("build "+name, n, min(n, files))
	if err != nil {
		return pkg{}, err
	}
	if _, err := c.run(b.ctx); err != nil {
		return pkg{}, err
	}
	if _, err := b.workspace("build "+name, map[string]string{"go.mod": plainMod}); err != nil {
		return pkg{}, err
	}
	imports := "\t\"google.golang.org/protobuf/proto\"\n\n\t\"example.com/bench/orders\"\n"
	text := program(n, imports, "proto.Message", "&orders.%s{}", "proto.Marshal(v)")
	return pkg{c.dir, "orders", "orders000.pb.go", text}, b.require(c.dir, protobufGoMod)
}

func makeEasyjson(b *bench, name string, n int) (pkg, error) {
	tool, dir, err := b.easyjsonModule("build "+name, goStructs(n, 1))
	if err != nil {
		return pkg{}, err
	}
	if _, err := (command{dir: filepath.Join(dir, "orders"), argv: []string{tool, easyInput}}).run(b.ctx); err != nil {
		return pkg{}, err
	}
	imports := "\t\"github.com/mailru/easyjson\"\n\n\t\"example.com/bench/orders\"\n"
	return pkg{dir, "orders", easyOutput, program(n, imports, "easyjson.Marshaler", "&orders.%s{}", "easyjson.Marshal(v)")}, nil
}
