package jsonschema

// vocabulary is every keyword of JSON Schema that is understood in some way. Others are annotations of their vendor.
var vocabulary = set("$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$comment", "$vocabulary", "$ref",
	"$dynamicRef", "$recursiveRef", "$defs", "definitions", "title", "description", "default", "examples", "example", "deprecated",
	"type", "enum", "const", "nullable", "x-nullable", "allOf", "anyOf", "oneOf", "properties", "required", "additionalProperties",
	"unevaluatedProperties", "patternProperties", "items", "prefixItems", "additionalItems", "unevaluatedItems", "minimum",
	"maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "format",
	"minItems", "maxItems", "uniqueItems", "self", "divisibleBy",
	"not", "if", "then", "else", "dependencies", "dependentRequired", "dependentSchemas", "propertyNames", "contains",
	"minContains", "maxContains", "minProperties", "maxProperties", "readOnly", "writeOnly",
	"contentEncoding", "contentMediaType", "contentSchema")

// unsayable are the keywords that the language has no words for, and what their loss means.
var unsayable = map[string]string{
	"not":               "values that it forbids are accepted",
	"if":                "the condition is not checked",
	"then":              "the condition is not checked",
	"else":              "the condition is not checked",
	"dependencies":      "the dependency is not checked",
	"dependentRequired": "the dependency is not checked",
	"dependentSchemas":  "the dependency is not checked",
	"propertyNames":     "names of properties are not checked",
	"contains":          "elements are not searched",
	"minContains":       "elements are not searched",
	"maxContains":       "elements are not searched",
	"minProperties":     "the number of properties is not checked",
	"maxProperties":     "the number of properties is not checked",
	"readOnly":          "kept as an ordinary field",
	"writeOnly":         "kept as an ordinary field",
	"contentEncoding":   "kept as text, since its encoding need not be canonical",
	"contentMediaType":  "kept as text",
	"contentSchema":     "kept as text",
	"$comment":          "comments are not kept",
	"$vocabulary":       "not needed",
	"unevaluatedItems":  "further elements are accepted",
	"divisibleBy":       "a keyword of draft 03",
}

// noteUnsayable reports what the schemas of a view say in vain.
func (r *reader) noteUnsayable(v *view) {
	for _, n := range v.nodes {
		if r.noted[n] {
			continue
		}
		r.noted[n] = true
		for _, m := range n.members {
			if message, lost := unsayable[m.name]; lost && !falseFlag(m) {
				r.losses.add(n, m.name, message)
				if !harmless[m.name] {
					r.losses.lost.mark(n, m.name)
				}
			} else if !vocabulary[m.name] {
				r.losses.add(n, m.name, "not a keyword of JSON Schema; ignored")
			}
		}
	}
}

// harmless are unsayable keywords that no validator refuses a value for.
var harmless = set("readOnly", "writeOnly", "contentEncoding", "contentMediaType", "contentSchema", "$comment", "$vocabulary")

// falseFlag: `readOnly: false` says nothing.
func falseFlag(m member) bool {
	return m.node.isBool("false") && (m.name == "readOnly" || m.name == "writeOnly")
}
