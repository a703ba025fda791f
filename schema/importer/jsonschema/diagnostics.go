package jsonschema

import (
	"fmt"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

func failure(rule string, span source.Span, help, format string, args ...any) *diag.Diagnostic {
	return &diag.Diagnostic{Rule: rule, Severity: diag.Error, Span: span, Help: help, Message: fmt.Sprintf(format, args...)}
}

// notUTF8: schema files are UTF-8; anything else would be silently replaced.
func notUTF8(at source.Span) *diag.Diagnostic {
	return failure("import-not-utf8", at, "save the file as UTF-8", "the file is not valid UTF-8")
}

// notJSON: the file is neither JSON nor named as YAML.
func notJSON(at source.Span, err error) *diag.Diagnostic {
	return failure("import-not-json", at, "name a YAML file .yaml or .yml", "not valid JSON: %v", err)
}

// notYAML: the file is named as YAML or cannot be JSON.
func notYAML(at source.Span, err error) *diag.Diagnostic {
	return failure("import-not-yaml", at, "", "not valid YAML: %v", err)
}

// notSchema: the value is neither an object nor true or false.
func notSchema(at source.Span) *diag.Diagnostic {
	return failure("import-not-schema", at, "a JSON Schema is an object", "the file holds no JSON Schema")
}

// notObject: an event is a struct, so its schema must describe an object.
func notObject(at source.Span, what string) *diag.Diagnostic {
	return failure("import-not-object", at, "wrap the value in an object with one property",
		"the schema describes %s, and an event must be an object", what)
}

// twoVersions: two files claim to be the same version of the same event.
func twoVersions(at, other source.Span, event, version string) *diag.Diagnostic {
	d := failure("import-duplicate-version", at, "import one of them", "version %q of event %q is defined twice", version, event)
	d.Related = []diag.Related{{Span: other, Message: "the other definition"}}
	return d
}

// badPackage: the package name becomes a Go package and must be an identifier.
func badPackage(name string) *diag.Diagnostic {
	return failure("import-bad-package", source.Span{}, "use lower-case letters and digits", "%q is not a package name", name)
}

// badEventName: one name is for one event, and must be one that an event can have.
func badEventName(name string, events int) *diag.Diagnostic {
	return failure("import-bad-event-name", source.Span{}, "import one event at a time, under a name such as OrderPlaced",
		"%q cannot name %d events", name, events)
}

// nothingToImport: no input holds an event.
func nothingToImport() *diag.Diagnostic {
	return failure("import-nothing", source.Span{}, "name at least one JSON Schema of an event", "there is no event to import")
}
