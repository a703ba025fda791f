// Package compat says what changed between two models, and who breaks by it.
//
// In: two resolved models, an old and a new one. Out: neutral changes (Diff), what each of them means for stored facts
// and for consumers (Rules), and for each event a verdict over its whole history with payloads that prove the breaks
// (Compare). It never reads files, never changes a model, and reports nothing that one shape alone could show: that is
// the business of resolving and of lint.
//
// Two directions are judged. Backward: the code of today reads every fact that was ever stored. Forward: a consumer
// that was generated from an older version reads what is written now. An upcast mends backward and never forward. Two
// kinds of readers are judged. Decoding readers are the codecs that evgen generates, which enforce no constraints on
// read. Validating readers check payloads against the schema, as a JSON Schema validator does, and upcast nothing.
package compat
