package explain

// typeFaults are found while types and values are bound.
func typeFaults() []fault {
	return []fault{
		{"type-syntax", "type expressions can be read", "`string`, `string?`, `string | null`, `list<Source@2>`, `map<int64>`, `string | int64` are some."},
		{"unknown-type", "types that are named exist", "The name is neither built in nor declared under `types:`. Names of other languages are translated: integer is int64, number is float64."},
		{"not-a-type", "types are types", "The name belongs to an event or an aggregate, which cannot be the type of a field."},
		{"unknown-version", "versions that are pinned exist", "`Source@3` names a version that is not declared, or a built-in type, which has no versions."},
		{"unpinned-version", "types with several versions are pinned", "A released event reaches its types by value, so it has to say which version it means: `Source@2`."},
		{"draft-used", "released shapes do not use drafts", "A released shape would change with the draft. Mark what uses it `draft: true` too."},
		{"no-shape", "types have a shape", "A type needs `fields:`, `enum:` or `union:`."},
		{"several-shapes", "types have one shape", "A type cannot be a struct and an enum at once."},
		{"infinite-type", "values of a type are finite", "A type requires itself, so that no value of it could ever be written. Make a field on the way optional or nullable, or a list."},
		{"wire-name-twice", "a JSON key has one field", "Two fields of a struct would be written under one key. Set another `json:`."},
		{"unknown-encoding", "encodings are known", "`encoding:` is one of string, unix_s, unix_ms, unix_us."},
		{"encoding-misfit", "encodings fit their type", "64-bit integers can be strings, timestamps can be numbers; other types have one form."},
		{"ambiguous-one-or-many", "one and many can be told apart", "`one_or_many<T>` needs a T that is not itself an array in JSON."},
		{"ambiguous-sum", "alternatives of a sum can be told apart", "Two alternatives look alike in JSON, such as uuid and string."},
		{"sum-of-non-scalar", "sums are of scalars", "`A | B` is for scalars. For structs declare a type with `union:` and `tag:`."},
		{"empty-enum", "enums have values", "An enum without values allows nothing."},
		{"mixed-enum", "values of an enum are of one kind", "They are all text or all numbers: quote the numbers, or number the texts."},
		{"bad-enum-value", "values of enums are texts or whole numbers", "YAML takes `on`, `null` and `1.5` for something else: quote them."},
		{"duplicate-enum-value", "a value stands once in its enum", "Remove one of them."},
		{"enum-out-of-range", "integer values have 64 bits", "Quote larger ones, which makes them text."},
		{"fallback-not-in-enum", "fallbacks are values", "What unknown values are taken for is a value of the enum itself."},
		{"empty-union", "unions have branches", "A union without branches allows nothing."},
		{"branch-not-struct", "branches are structs", "A branch is an object, or there would be no place for its tag."},
		{"branch-twice", "tags and branches stand once", "Two branches with one tag, or one type under two tags, cannot be told apart."},
		{"foreign-branch", "branches belong to the package", "Go seals an interface within one package. Declare the branch beside its union."},
		{"tag-collision", "no field stands under the tag", "The tag is written for you; a field of that wire name would overwrite it."},
		{"bad-value", "literals fit their type", "A default, example or constant is not a value of the type that it stands for."},
		{"constraint-misfit", "constraints mean something", "The constraint says nothing about values of that type. Constraints on the elements of a list stand under `each:`."},
		{"empty-range", "bounds can be met", "The lower bound lies above the upper one, so no value could ever be written."},
		{"bad-pattern", "patterns compile", "Patterns are in RE2 syntax, which has neither look-around nor back-references and takes linear time."},
		{"bad-count", "counts are whole numbers from 0", "Lengths and numbers of items are counted."},
		{"bad-word", "words are among those that are known", "The key takes one of a few words. The message lists them."},
	}
}
