// Package inclusion proves of two JSON Schemas that every value that the one allows is allowed by the other.
//
// In: schemas as decoded JSON, with numbers as json.Number. Out: whether it is proved. It never says so of schemas for
// which it does not hold; it may fail to prove what does hold. It reads no instances and follows references no farther
// than to `$defs` of the schemas themselves.
//
// The proof is by refutation: what the narrow schema says and what the wide one says, denied, must contradict each
// other for values of every type. Both are taken apart as in a semantic tableau (Smullyan, First-Order Logic, 1968) until
// they say something of numbers, texts, elements or properties; elements and properties are smaller goals of the same
// kind. What is not understood is left out, so that a contradiction is one in any case.
package inclusion

// Object is a JSON object.
type Object = map[string]any

// maxSteps bounds a proof: what takes more is not proved.
const maxSteps = 40_000

// Proved reports whether it is proved that wide allows all that narrow allows.
func Proved(wide, narrow any) bool {
	c := newCompiler()
	p := &prover{compiler: c, left: maxSteps, known: map[string]bool{}, open: map[string]int{}}
	return p.impossible([]claim{{c.schema(narrow, nil), true}, {c.schema(wide, nil), false}})
}
