package compat

import "github.com/evgen/evgen/schema/diag"

const offUnread = "When nobody reads the event but the code in this repository, and it is deployed at once."

// fieldRules judge what happens to fields and to the objects that hold them.
var fieldRules = []Rule{
	{Inverse: "optional-field-removed", cells: cells{safe, strict, claimed, strict}, Rule: diag.Rule{
		ID: "optional-field-added", Severity: diag.Info, Title: "an optional field was added",
		Meaning: "Old facts lack the field, which is what optional means. Older consumers skip it, unless they refuse unknown fields. " +
			"Where the object keeps unknown fields, an old fact may hold the name with any value: that is valid then, and is not now.",
		Why:  "This is the change that costs nothing, as long as readers are tolerant.",
		Bad:  "versions:\n  1:\n    unknown: reject            # consumers of v1 refuse what v2 adds\n    fields: {text: string}\n  2:\n    fields: {text: string, note: string?}",
		Good: "versions:\n  1:\n    fields: {text: string}\n  2:\n    fields: {text: string, note: string?}", Off: offUnread}},
	{Inverse: "optional-field-added", cells: cells{strictOrShifts, safe, strict, claimed}, Rule: diag.Rule{
		ID: "optional-field-removed", Severity: diag.Warning, Title: "an optional field was removed",
		Meaning: "Old facts may hold the field; what they say there is not read any more. An object that refuses unknown fields refuses those facts. " +
			"One that keeps them takes any value under the name, which consumers that validate by the old schema refuse.",
		Why:  "The data stays in the log, and no code sees it.",
		Bad:  "2:\n  fields: {text: string}       # v1 had note: string?",
		Good: "2:\n  fields: {text: string}\n  upcast: {drop: [note]}", Off: "When the field was never filled."}},
	{Inverse: "defaulted-field-removed", cells: cells{breaks, strict, breaks, strict}, Rule: diag.Rule{
		ID: "defaulted-field-added", Severity: diag.Info, Title: "a required field with a default was added",
		Meaning: "Facts of older versions get the default by upcast. Facts of the same version do not: decoding applies no defaults, so the same edit in place breaks.",
		Why:     "A default is the cheapest way to make a new field required.",
		Bad:     "1:\n  fields: {amount: int64, currency: {type: string, default: EUR}}   # added to v1 itself",
		Good:    "2:\n  fields: {amount: int64, currency: {type: string, default: EUR}}", Off: offUnread}},
	{Inverse: "defaulted-field-added", cells: cells{strictOrShifts, breaks, strict, breaks}, Rule: diag.Rule{
		ID: "defaulted-field-removed", Severity: diag.Warning, Title: "a required field with a default was removed",
		Meaning: "New facts lack the field. Older consumers require it: a default is for upcasts, and no reader applies it.",
		Why:     "A consumer that is not redeployed fails on the first new fact.",
		Bad:     "2:\n  fields: {amount: int64}      # v1 had currency: {type: string, default: EUR}",
		Good:    "2:\n  fields: {amount: int64, currency: {type: string, deprecated: always EUR}}", Off: offUnread}},
	{Inverse: "required-field-removed", cells: cells{breaks, strict, breaks, strict}, Rule: diag.Rule{
		ID: "required-field-added", Severity: diag.Warning, Title: "a required field was added",
		Meaning: "Old facts lack the field, and decoding fails without it.",
		Why:     "Every fact that was stored before the change becomes unreadable, unless an upcast says what the field was then.",
		Bad:     "2:\n  fields: {text: string, source: Source}",
		Good:    "2:\n  fields: {text: string, source: Source}\n  upcast:\n    source: {default: {origin: conversation}}", Off: offUnread}},
	{Inverse: "required-field-added", cells: cells{strictOrShifts, breaks, strict, breaks}, Rule: diag.Rule{
		ID: "required-field-removed", Severity: diag.Warning, Title: "a required field was removed",
		Meaning: "New facts lack a field without which older consumers cannot decode.",
		Why:     "Consumers that are not redeployed at the same moment fail on the first new fact.",
		Bad:     "2:\n  fields: {text: string}       # v1 had lang: string",
		Good:    "2:\n  fields: {text: string, lang: string?}   # optional for a while, then removed", Off: offUnread}},
	{Inverse: "required-to-optional", cells: cells{breaks, safe, breaks, safe}, Rule: diag.Rule{
		ID: "optional-to-required", Severity: diag.Warning, Title: "an optional field became required",
		Meaning: "Old facts without the field do not decode any more.",
		Why:     "The facts that lack it are often the oldest, and the last that anybody tries.",
		Bad:     "2:\n  fields: {lang: string}       # v1 had lang: string?",
		Good:    "2:\n  fields: {lang: string}\n  upcast: {lang: {default: en}}", Off: offUnread}},
	{Inverse: "optional-to-required", cells: cells{safe, breaks, safe, breaks}, Rule: diag.Rule{
		ID: "required-to-optional", Severity: diag.Warning, Title: "a required field became optional",
		Meaning: "New facts may lack the field, without which older consumers cannot decode.",
		Why:     "Consumers fail on the first fact that makes use of the freedom.",
		Bad:     "2:\n  fields: {lang: string?}      # v1 had lang: string",
		Good:    "2:\n  fields: {lang: string}       # go on writing it until consumers are updated", Off: offUnread}},
	{Inverse: "nullable-removed", cells: cells{safe, unlessOptional, safe, breaks}, Rule: diag.Rule{
		ID: "nullable-added", Severity: diag.Warning, Title: "a value may now be null",
		Meaning: "Older consumers get null where they want a value. Where the field is optional they take it for absence; validators refuse it all the same.",
		Why:     "Null and absent are different states, and most code forgets one of them.",
		Bad:     "2:\n  fields: {lang: string | null}   # v1 had lang: string",
		Good:    "2:\n  fields: {lang: string, lang_unknown: bool?}", Off: offUnread}},
	{Inverse: "nullable-added", cells: cells{unlessOptional, safe, breaks, safe}, Rule: diag.Rule{
		ID: "nullable-removed", Severity: diag.Warning, Title: "a value may no longer be null",
		Meaning: "Old facts that hold null do not decode, except where the field is optional: there null is taken for absence.",
		Why:     "Facts with null were valid when they were written.",
		Bad:     "2:\n  fields: {lang: string}       # v1 had lang: string | null",
		Good:    "2:\n  fields: {lang: string}\n  upcast: {lang: {from: lang, default: en}}", Off: offUnread}},
	{Inverse: "field-renamed", cells: cells{lost, lost, lost, lost}, Misread: "the value is read as absent", Rule: diag.Rule{
		ID: "field-renamed", Severity: diag.Warning, Title: "a field was renamed with an upcast rule",
		Meaning: "The upcast carries the value of old facts over. Older consumers look for the old name.",
		Why:     "A rename is never free for those who are not redeployed.",
		Bad:     "2:\n  fields: {text: string}\n  upcast: {text: {from: content}}   # readers of v1 want content",
		Good:    "2:\n  fields: {text: {type: string, json: content}}   # a new name in Go, the old one on the wire", Off: offUnread}},
	{Inverse: "field-moved", cells: cells{lost, strict, lost, strict}, Misread: "the value is read as absent", Rule: diag.Rule{
		ID: "field-moved", Severity: diag.Warning, Title: "a field was moved out of a nested struct",
		Meaning: "The upcast takes the value from its old place. Older consumers look there too, which is judged by what became of that place.",
		Why:     "Moving is renaming with more steps.",
		Bad:     "2:\n  fields: {uri: uri}\n  upcast: {uri: {from: source.uri}, drop: [source]}",
		Good:    "2:\n  fields: {source: Source, uri: uri}\n  upcast: {uri: {from: source.uri}}", Off: offUnread}},
	{Inverse: "wire-name-changed", cells: cells{breaks, breaks, breaks, breaks}, Misread: "the value is read as absent", Rule: diag.Rule{
		ID: "wire-name-changed", Severity: diag.Warning, Title: "the name of a field on the wire changed",
		Meaning: "What `json:` says is how stored facts name the field. Under another name they do not have it: a required field is missing, an optional one silently absent.",
		Why:     "The loss of an optional value raises no error anywhere.",
		Bad:     "1:\n  fields: {user: {type: string, json: user_name}}   # was json: user",
		Good:    "2:\n  fields: {user: {type: string, json: user_name}}   # v2 carries the value of v1 by itself", Off: offUnread}},
	{Inverse: "wire-name-case-changed", cells: cells{breaks, breaks, breaks, breaks}, Misread: "the value is read as absent", Rule: diag.Rule{
		ID: "wire-name-case-changed", Severity: diag.Warning, Title: "the spelling of a field's name on the wire changed",
		Meaning: "Names are compared letter by letter: `userId` and `user_id` are two fields.",
		Why:     "Many JSON libraries ignore case, so that tests pass with one reader and data is lost with another.",
		Bad:     "1:\n  fields: {user_id: uuid}      # was userId",
		Good:    "1:\n  fields: {user_id: {type: uuid, json: userId}}", Off: offUnread}},
	{Inverse: "field-name-changed", Rule: diag.Rule{
		ID: "field-name-changed", Severity: diag.Info, Title: "a field has another name in code and the same on the wire",
		Meaning: "Stored facts and consumers do not see the difference; Go code that uses the field does.",
		Why:     "The compiler finds every use.",
		Bad:     "fields: {text: string}          # was content: every fact loses its text",
		Good:    "fields: {text: {type: string, json: content}}", Off: "Whenever the new name is wanted."}},
	{Inverse: "field-reordered", Rule: diag.Rule{
		ID: "field-reordered", Severity: diag.Info, Title: "fields stand in another order",
		Meaning: "Fields are found by name. New facts are written in the new order.",
		Why:     "Only code that compares stored bytes sees it.",
		Bad:     "fields: {b: string, a: string}",
		Good:    "fields: {a: string, b: string}", Off: "Always: it harms nobody."}},
	{Inverse: "object-opened", cells: cells{breaks, safe, breaks, safe}, Rule: diag.Rule{
		ID: "object-closed", Severity: diag.Warning, Title: "an object refuses unknown fields now",
		Meaning: "Old facts may hold fields that the schema never named. With `unknown: reject` they do not decode.",
		Why:     "What a log holds is rarely only what its schema says.",
		Bad:     "1:\n  unknown: reject              # v1 did not say so\n  fields: {text: string}",
		Good:    "1:\n  unknown: keep\n  fields: {text: string}", Off: offUnread}},
	{Inverse: "object-closed", cells: cells{safe, breaks, safe, breaks}, Rule: diag.Rule{
		ID: "object-opened", Severity: diag.Warning, Title: "an object takes unknown fields now",
		Meaning: "New facts may hold fields that older consumers refuse.",
		Why:     "Opening is right, but helps only once consumers are generated anew.",
		Bad:     "2:\n  unknown: keep                # and new fields the same day\n  fields: {text: string, note: string?}",
		Good:    "2:\n  unknown: keep                # new fields come when nobody reads v1 any more\n  fields: {text: string}", Off: offUnread}},
	{Inverse: "unknown-fields-dropped", Rule: diag.Rule{
		ID: "unknown-fields-kept", Severity: diag.Info, Title: "an object keeps unknown fields now",
		Meaning: "Fields that the schema does not name survive decoding and encoding.",
		Why:     "Nothing is lost on the way through this service.",
		Bad:     "unknown: skip", Good: "unknown: keep", Off: "Always: it harms nobody."}},
	{Inverse: "unknown-fields-kept", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "unknown-fields-dropped", Severity: diag.Warning, Title: "an object forgets unknown fields now",
		Meaning: "Fields that the schema does not name are skipped on read, so a service that writes the event again drops them.",
		Why:     "The loss shows in no test that uses the schema's own payloads.",
		Bad:     "unknown: skip                   # was keep", Good: "unknown: keep", Off: "When no service writes again what it has read."}},
	{NoInverse: "it looks at three versions: removing the field again is another removal", cells: cells{breaks, breaks, breaks, breaks}, Rule: diag.Rule{
		ID: "field-readded", Severity: diag.Warning, Title: "a removed field came back with another type",
		Meaning: "Two versions name one field and mean different types; a version between them lacks it, so that no step shows the change.",
		Why:     "Each step looks harmless. A consumer of the first version fails on facts of the last.",
		Bad:     "1: {fields: {code: int64}}\n2: {fields: {}, upcast: {drop: [code]}}\n3: {fields: {code: string?}}",
		Good:    "3: {fields: {code_text: string?}}", Off: "When nobody reads the first version any more."}},
}

// annotationRules judge what is said about fields.
var annotationRules = []Rule{
	{Inverse: "default-removed", Rule: diag.Rule{
		ID: "default-added", Severity: diag.Info, Title: "a field has a default now",
		Meaning: "Upcasts from versions without the field use it.",
		Why:     "It says what facts without the field mean.",
		Bad:     "lang: string", Good: "lang: {type: string, default: en}", Off: "Always: it harms nobody."}},
	{Inverse: "default-added", cells: cells{safe, safe, safe, safe}, Rule: diag.Rule{
		ID: "default-removed", Severity: diag.Warning, Title: "the default of a field was removed",
		Meaning: "The step itself breaks nothing. A version that lacks the field cannot become this one without an upcast rule.",
		Why:     "It breaks the version before the last, which nobody looks at.",
		Bad:     "2: {fields: {lang: string}}     # v1 may lack lang, and nothing says what it was",
		Good:    "2:\n  fields: {lang: string}\n  upcast: {lang: {default: en}}", Off: "When every version has the field."}},
	{Inverse: "default-changed", cells: cells{shifts, shifts, safe, safe}, Rule: diag.Rule{
		ID: "default-changed", Severity: diag.Warning, Title: "the default of a field changed",
		Meaning: "Facts that lack the field are upcast to another value than before.",
		Why:     "History is told differently from one deployment to the next, and read models disagree with their rebuild.",
		Bad:     "lang: {type: string, default: de}   # was en",
		Good:    "3:\n  fields: {lang: string}\n  upcast: {lang: {from: lang, default: de}}", Off: "When no stored fact lacks the field."}},
	{Inverse: "field-undeprecated", Rule: diag.Rule{
		ID: "field-deprecated", Severity: diag.Info, Title: "a field was deprecated", Meaning: "Go code that uses the field is warned.",
		Why: "It is the step before removal.", Bad: "lang: string?", Good: "lang: {type: string?, deprecated: use locale}", Off: "Always: it harms nobody."}},
	{Inverse: "field-deprecated", Rule: diag.Rule{
		ID: "field-undeprecated", Severity: diag.Info, Title: "a field is no longer deprecated", Meaning: "Go code may use the field again.",
		Why: "Producers that stopped filling it have to begin again.", Bad: "lang: string?   # and nobody fills it", Good: "lang: {type: string?, deprecated: use locale}", Off: "Always: it harms nobody."}},
	{Inverse: "field-doc-changed", Rule: diag.Rule{
		ID: "field-doc-changed", Severity: diag.Info, Title: "the doc of a field changed", Meaning: "No byte differs.",
		Why: "A doc may change what a field means; a diff cannot tell.", Bad: "doc: Net amount.   # was: Gross amount.", Good: "doc: Gross amount, with tax.", Off: "Always, unless the meaning changed."}},
	{Inverse: "example-changed", Rule: diag.Rule{
		ID: "example-changed", Severity: diag.Info, Title: "the example of a field changed", Meaning: "No byte differs.",
		Why: "Examples show in docs and samples only.", Bad: "example: x", Good: "example: Ada likes tea.", Off: "Always: it harms nobody."}},
	{Inverse: "go-name-changed", Rule: diag.Rule{
		ID: "go-name-changed", Severity: diag.Info, Title: "the Go name of a field changed", Meaning: "No byte differs; Go code that uses the field must be edited.",
		Why: "The compiler finds every use.", Bad: "plus_one: {type: int64, json: +1}", Good: "plus_one: {type: int64, json: +1, go: ThumbsUp}", Off: "Whenever the new name is wanted."}},
	{Inverse: "unit-changed", cells: cells{shifts, shifts, safe, safe}, Rule: diag.Rule{
		ID: "unit-changed", Severity: diag.Warning, Title: "the unit of a field changed",
		Meaning: "The same number means something else from now on, and nothing in the payload says which.",
		Why:     "Spacecraft were lost to this.",
		Bad:     "duration: {type: int64, unit: ms}   # was s", Good: "duration_ms: {type: int64, unit: ms}", Off: "When the old unit was a mistake in the schema, not in the facts."}},
	{Inverse: "sensitive-removed", cells: cells{shifts, shifts, safe, safe}, Rule: diag.Rule{
		ID: "sensitive-added", Severity: diag.Warning, Title: "a field is classified as sensitive now",
		Meaning: "Errors and logs no longer quote the value. What was stored or logged before stays as it is.",
		Why:     "Old facts may need erasure too.", Bad: "email: email", Good: "email: {type: email, sensitive: true}", Off: "When old facts were dealt with."}},
	{Inverse: "sensitive-added", cells: cells{shifts, shifts, safe, safe}, Rule: diag.Rule{
		ID: "sensitive-removed", Severity: diag.Warning, Title: "a field is no longer classified as sensitive",
		Meaning: "Errors and logs may quote the value again.", Why: "Personal data leaks where it was masked.",
		Bad: "email: email   # was sensitive", Good: "email: {type: email, sensitive: true}", Off: "When the field never held personal data."}},
	{Inverse: "subject-removed", cells: cells{shifts, shifts, safe, safe}, Rule: diag.Rule{
		ID: "subject-added", Severity: diag.Warning, Title: "a sensitive field is sealed for a subject now",
		Meaning: "New facts hold the field encrypted, under a key of the subject. Facts from before hold it as it is; they still read, and erasure does not reach them.",
		Why:     "Who reads facts with an older build sees sealed bytes where it wants a value. Roll out readers first.",
		Bad:     "email: {type: email, sensitive: true, subject: user_id}   # in v1, which older builds read", Good: "2:\n  fields: {email: {type: email, sensitive: true, subject: user_id}}   # v1 stays as it was", Off: "When all readers know the subject."}},
	{Inverse: "subject-added", cells: cells{shifts, shifts, safe, safe}, Rule: diag.Rule{
		ID: "subject-removed", Severity: diag.Warning, Title: "a sensitive field is no longer sealed",
		Meaning: "New facts hold the field as it is, and no erasure reaches them. In a released version it is worse: facts that hold the field sealed are no longer opened, and do not decode.",
		Why:     "A log forgets nothing: what is written unsealed stays.",
		Bad:     "email: {type: email, sensitive: true}   # was sealed for user_id", Good: "email: {type: email, sensitive: true, subject: user_id}", Off: "In a new version, when the field holds no personal data any more."}},
	{Inverse: "subject-changed", cells: cells{shifts, shifts, safe, safe}, Rule: diag.Rule{
		ID: "subject-changed", Severity: diag.Warning, Title: "a sensitive field belongs to another subject",
		Meaning: "Erasure for a person looks at the subject of each field.", Why: "Data of one person is erased with another, or is not.",
		Bad: "email: {type: email, sensitive: true, subject: author_id}   # was user_id", Good: "email: {type: email, sensitive: true, subject: user_id}", Off: "When the old subject was wrong from the start."}},
}
