package explain

// fileFaults are found while a file is read as YAML.
func fileFaults() []fault {
	return []fault{
		{"yaml-syntax", "a schema file is YAML", "The file is not YAML at all, so that nothing in it could be checked. Tabs for indentation and a quote without its partner are the usual causes."},
		{"not-utf8", "a schema file is UTF-8", "Bytes that are not UTF-8 would be replaced in silence by some tools and refused by others. Save the file as UTF-8."},
		{"file-too-large", "a schema file has at most 16 MiB", "A file of that size is a mistake or an attack. A package may span any number of files."},
		{"too-deep", "values are nested at most 200 deep", "Deep nesting exhausts the stacks of tools that read the file later."},
		{"empty-file", "a schema file declares something", "A file without a document declares nothing, which is never meant. Remove it, or begin with `package:`."},
		{"several-documents", "a file holds one document", "A second `---` is read by few tools and overlooked by people. Move what follows to a file of its own; a package may span files."},
		{"not-a-schema", "a schema file is a mapping", "The root of the file is a list or a scalar. A schema begins with `package: name`."},
		{"duplicate-key", "a key stands once in its mapping", "YAML parsers differ in which of two equal keys wins. Remove one of them."},
		{"complex-key", "keys are scalars", "A list or a mapping as a key has no counterpart in JSON or Go."},
		{"merge-key", "keys are written out", "The merge key `<<` is not part of YAML 1.2 and hides where a key comes from. Declare a named type under `types:` for what several places share."},
		{"yaml-tag", "values carry no tags", "Application tags such as `!Money` have no meaning in a schema."},
		{"alias-cycle", "aliases come to an end", "An alias inside of what it names has no end."},
		{"alias-expansion", "aliases stay small", "Aliases of aliases grow exponentially; 100,000 nodes are the bound. Declare a named type instead."},
		{"ambiguous-number", "numbers are written as in JSON", "`010`, `0x10`, `1_000`, `.inf` and the like are read differently by YAML 1.1, YAML 1.2 and JSON. Write the number in decimal, or quote it to make it text."},
		{"line-break", "lines end where editors end them", "The characters NEL, LS and PS end a line for YAML 1.1 and for nobody else. Write them as escapes in double quotes."},
		{"no-schema-files", "a tree of schemas is not empty", "No *.yaml file was found in the schema directories. Run `evgen init`, or set `schemas:` in evgen.yaml."},
		{"twin-files", "file names differ in more than case", "Some file systems cannot hold two files whose names differ only in case: a checkout there would lose one."},
		{"link-not-followed", "schemas of a commit are files", "Git stores where a symbolic link points to, which may be anywhere. Commit the file itself, or name its directory under `schemas:`."},
		{"submodule-not-read", "schemas of a commit are in its repository", "The files of a submodule belong to another repository, which may not even be there. Run evgen in the submodule."},
		{"file-name-not-utf8", "file names are UTF-8", "No message could name such a file, and other systems could not hold it. Rename it."},
		{"unknown-key", "every key has a meaning", "A key that evgen does not know would do nothing. It is most often misspelt; the nearest known key is named."},
		{"wrong-kind", "a value has the form that its key asks for", "A list stands where a mapping is needed, a text where a number is, and the like."},
		{"empty-text", "texts are not empty", "A key whose text is empty says nothing. Leave the key out."},
		{"empty-list", "choices are not empty", "A choice of nothing allows nothing. Leave the key out."},
		{"missing-key", "a construct has the keys that give it its meaning", "Without that key nothing can be generated. The message names it."},
		{"too-many-findings", "a report can be read", "So many findings often have one cause. Fix the first ones; the rest shows then."},
	}
}
