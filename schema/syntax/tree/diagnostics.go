package tree

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

func fault(rule string, span source.Span, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{Rule: rule, Severity: diag.Error, Span: span, Message: fmt.Sprintf(format, args...)}
}

// conflictMarker is how git begins what it could not merge.
var conflictMarker = regexp.MustCompile(`(?m)^<{7} .*$`)

// yamlSyntax: the file is not YAML at all; nothing in it could be checked.
func yamlSyntax(file *source.File, err error) diag.Diagnostic {
	if at := conflictMarker.FindIndex(file.Bytes); at != nil {
		d := fault("yaml-syntax", source.Span{File: file, Start: at[0], End: at[1]}, "conflict markers of a merge stand here")
		d.Help = "keep what is right of both sides, and delete the markers"
		return d
	}
	line, message := lineOf(strings.TrimPrefix(err.Error(), "yaml: "))
	start := file.Offset(line, 1)
	text := file.Line(line)
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	d := fault("yaml-syntax", source.Span{File: file, Start: start + indent, End: start + len(text)}, "%s", message)
	if bytes.ContainsRune([]byte(text[:indent]), '\t') {
		d.Help = "indent with spaces: YAML does not allow tabs"
	}
	return d
}

// fileTooLarge: a schema file of that size is a mistake or an attack.
func fileTooLarge(file *source.File) diag.Diagnostic {
	d := fault("file-too-large", source.Span{File: file}, "file has %d bytes, more than %d", len(file.Bytes), MaxBytes)
	d.Help = "split it: a package may span any number of files"
	return d
}

// notUTF8: YAML files are UTF-8 here, whatever a byte order mark says.
func notUTF8(span source.Span) diag.Diagnostic {
	d := fault("not-utf8", span, "file is not valid UTF-8 at byte %d", span.Start)
	d.Help = "save it as UTF-8"
	return d
}

// lineBreak: characters that end a line for YAML 1.1 and for nobody else.
func lineBreak(span source.Span) diag.Diagnostic {
	d := fault("line-break", span, "a line ends here for YAML but not for editors")
	d.Help = "end lines with a line feed; in text, write it as an escape in double quotes: \"\\u2028\""
	return d
}

// emptyFile: a file without a document declares nothing, which is never meant.
func emptyFile(file *source.File) diag.Diagnostic {
	d := fault("empty-file", source.Span{File: file}, "file is empty")
	d.Help = "remove it"
	return d
}

// severalDocuments: a second `---` would be read by few tools and overlooked by people.
func severalDocuments(span source.Span) diag.Diagnostic {
	d := fault("several-documents", span, "a second YAML document starts here; one file holds one")
	d.Help = "move it to a file of its own"
	return d
}

// tooDeep: deep nesting exhausts stacks downstream.
func tooDeep(span source.Span) diag.Diagnostic {
	return fault("too-deep", span, "nested deeper than %d levels", maxDepth)
}

// aliasCycle: an alias inside of what it names has no end.
func aliasCycle(span source.Span, name string) diag.Diagnostic {
	return fault("alias-cycle", span, "alias *%s stands inside of what it names", name)
}

// aliasBomb: aliases of aliases grow exponentially.
func aliasBomb(span source.Span, name string) diag.Diagnostic {
	d := fault("alias-expansion", span, "alias *%s makes aliases add more than %d nodes", name, maxAliasNodes)
	d.Help = "declare a named type under `types:` instead"
	return d
}

// unknownTag: application tags have no meaning in a schema.
func unknownTag(span source.Span, tag string) diag.Diagnostic {
	d := fault("yaml-tag", span, "tag %q has no meaning here", tag)
	d.Help = "remove the tag"
	return d
}

// duplicateKey: YAML parsers differ in which of two equal keys wins.
func duplicateKey(key *Node, first source.Span) diag.Diagnostic {
	d := fault("duplicate-key", key.Span, "key %q is given twice", key.Text)
	d.Related = []diag.Related{{Span: first, Message: "first given here"}}
	d.Help = "remove one of them"
	return d
}

// complexKey: keys that are lists or mappings.
func complexKey(key *Node) diag.Diagnostic {
	return fault("complex-key", key.Span, "a key must be a scalar, not %s", key.Describe())
}

// mergeKey: `<<` is not part of YAML 1.2 and hides where a key comes from.
func mergeKey(key *Node) diag.Diagnostic {
	d := fault("merge-key", key.Span, "merge key `<<` is not supported")
	d.Help = "write the keys out, or declare a named type under `types:`; a field named \"<<\" needs quotes"
	return d
}

func unknownKey(key *Node, what string, known []Key) diag.Diagnostic {
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = k.Name
	}
	d := fault("unknown-key", key.Span, "%s has no key %q%s", what, key.Text, diag.DidYouMean(key.Text, names))
	if len(names) > 0 {
		d.Help = "known keys: " + strings.Join(names, ", ")
	}
	return d
}

func wrongKind(n *Node, what, want string) diag.Diagnostic {
	d := fault("wrong-kind", n.Span, "%s must be %s, not %s", what, want, n.Describe())
	switch {
	case n.Kind != Scalar || n.Tag == Null:
	case want == "text":
		d.Help = fmt.Sprintf("quote it: %q", n.Text)
	case want == flag && oldFlags[strings.ToLower(n.Text)] != "":
		d.Help = "write " + oldFlags[strings.ToLower(n.Text)]
	}
	return d
}

// flag is what a boolean must be, in words.
const flag = "true or false"

// oldFlags are the booleans of YAML 1.1, which are text in YAML 1.2.
var oldFlags = map[string]string{"yes": "true", "on": "true", "no": "false", "off": "false", "true": "true", "false": "false"}

func emptyText(n *Node, what string) diag.Diagnostic {
	d := fault("empty-text", n.Span, "%s must not be empty", what)
	d.Help = "leave the key out"
	return d
}
