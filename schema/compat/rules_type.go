package compat

import "github.com/evgen/evgen/schema/diag"

const misread = "the same JSON stands for another value"

// typeRules judge changes of one scalar into another.
var typeRules = []Rule{
	{Inverse: "integer-narrowed", cells: cells{safe, breaks, safe, breaks}, Rule: diag.Rule{
		ID: "integer-widened", Severity: diag.Warning, Title: "an integer became wider",
		Meaning: "Every old value fits. New values may be too large for older consumers.",
		Why:     "It breaks on the day when the first large number is written.",
		Bad:     "2: {fields: {count: int64}}     # v1 had int32", Good: "1: {fields: {count: int64}}     # int64 from the start", Off: "When values stay small; say why."}},
	{Inverse: "integer-widened", cells: cells{breaks, safe, breaks, safe}, Rule: diag.Rule{
		ID: "integer-narrowed", Severity: diag.Warning, Title: "an integer became narrower",
		Meaning: "Old facts may hold numbers that do not fit any more.", Why: "One large number makes its whole stream unreadable.",
		Bad: "2: {fields: {count: int32}}     # v1 had int64", Good: "2:\n  fields: {count: int32}\n  upcast: {count: {from: count, convert: int_to_int, else: 0}}", Off: offUnread}},
	{Inverse: "sign-changed", cells: cells{breaks, breaks, breaks, breaks}, Rule: diag.Rule{
		ID: "sign-changed", Severity: diag.Warning, Title: "an integer gained or lost its sign",
		Meaning: "One side holds negative numbers, the other larger ones: neither reads all of the other.",
		Why:     "Negative numbers are rare, and so found late.",
		Bad:     "2: {fields: {delta: uint64}}    # v1 had int64", Good: "2: {fields: {delta: {type: int64, min: 0}}}", Off: offUnread}},
	{Inverse: "float-to-integer", cells: cells{safe, breaks, safe, breaks}, Rule: diag.Rule{
		ID: "integer-to-float", Severity: diag.Warning, Title: "a 32-bit integer became a float",
		Meaning: "Every old value is exact as a float64. Older consumers refuse fractions.", Why: "The first fraction breaks them.",
		Bad: "2: {fields: {score: float64}}   # v1 had int32", Good: "2: {fields: {score: int32, score_exact: float64?}}", Off: offUnread}},
	{Inverse: "integer-to-float", cells: cells{breaks, safe, breaks, safe}, Rule: diag.Rule{
		ID: "float-to-integer", Severity: diag.Warning, Title: "a float became a 32-bit integer",
		Meaning: "Old facts may hold fractions or large numbers.", Why: "They do not decode.",
		Bad: "2: {fields: {score: int32}}     # v1 had float64", Good: "2:\n  fields: {score: int32}\n  upcast: {score: {from: score, convert: float_to_int, else: 0}}", Off: offUnread}},
	{Inverse: "float-to-wide-integer", cells: cells{shifts, breaks, safe, breaks}, Rule: diag.Rule{
		ID: "wide-integer-to-float", Severity: diag.Warning, Title: "an integer became a float that cannot hold all of it",
		Meaning: "Numbers above 2^53 (float64) or 2^24 (float32) are rounded. Older consumers refuse fractions.", Why: "Identifiers are the first to collide.",
		Bad: "2: {fields: {id: float64}}      # v1 had int64", Good: "2: {fields: {id: int64}}", Off: "When values stay below 2^53."}},
	{Inverse: "wide-integer-to-float", cells: cells{breaks, shifts, breaks, safe}, Rule: diag.Rule{
		ID: "float-to-wide-integer", Severity: diag.Warning, Title: "a float became a 64-bit integer",
		Meaning: "Old facts may hold fractions. Older consumers round numbers above 2^53.", Why: "Fractions do not decode.",
		Bad: "2: {fields: {score: int64}}     # v1 had float64", Good: "2:\n  fields: {score: int64}\n  upcast: {score: {from: score, convert: float_to_int, else: 0}}", Off: offUnread}},
	{Inverse: "float-narrowed", cells: cells{safe, breaks, safe, safe}, Rule: diag.Rule{
		ID: "float-widened", Severity: diag.Warning, Title: "a float became wider",
		Meaning: "Every old value fits. New ones may be out of range for older consumers; validators do not tell floats apart.", Why: "It takes a number above 3.4e38.",
		Bad: "2: {fields: {score: float64}}   # v1 had float32", Good: "1: {fields: {score: float64}}", Off: "When values stay small."}},
	{Inverse: "float-widened", cells: cells{breaks, safe, safe, safe}, Rule: diag.Rule{
		ID: "float-narrowed", Severity: diag.Warning, Title: "a float became narrower",
		Meaning: "Old facts may hold numbers out of range; others lose digits.", Why: "Sums over history come out differently.",
		Bad: "2: {fields: {score: float32}}   # v1 had float64", Good: "2:\n  fields: {score: float32}\n  upcast: {score: {from: score, convert: float_to_float}}", Off: offUnread}},
	{Inverse: "checked-string-to-string", cells: cells{safe, safe, breaks, safe}, Rule: diag.Rule{
		ID: "string-to-checked-string", Severity: diag.Info, Title: "a string became a URI or an email address",
		Meaning: "The form is checked when an event is written, never when it is read: history replays. Validators refuse old values of another form.",
		Why:     "A check on read would have made old facts unreadable for nothing.",
		Bad:     "2: {fields: {contact: email}}   # consumers validate payloads, and v1 took any text", Good: "2: {fields: {contact: string, contact_email: email?}}", Off: "When no consumer validates payloads."}},
	{Inverse: "string-to-checked-string", cells: cells{safe, safe, safe, breaks}, Rule: diag.Rule{
		ID: "checked-string-to-string", Severity: diag.Info, Title: "a URI or email address became any string",
		Meaning: "Readers that decode take any text. Consumers that validate refuse what is no URI or address.", Why: "Validators stand at the borders of teams.",
		Bad: "2: {fields: {contact: string}}  # v1 had email", Good: "2: {fields: {contact: email, contact_text: string?}}", Off: "When no consumer validates payloads."}},
	{Inverse: "string-check-changed", cells: cells{safe, safe, breaks, breaks}, Rule: diag.Rule{
		ID: "string-check-changed", Severity: diag.Info, Title: "a URI became an email address, or back",
		Meaning: "Both are text to readers that decode; validators refuse the one for the other.", Why: "The field means something else.",
		Bad: "2: {fields: {contact: uri}}     # v1 had email", Good: "2: {fields: {contact: email, page: uri?}}", Off: "When no consumer validates payloads."}},
	{Inverse: "bytes-to-string", cells: cells{breaks, breaks, breaks, safe}, Misread: "base64 is read as if it were the text", Rule: diag.Rule{
		ID: "string-to-bytes", Severity: diag.Warning, Title: "a string became bytes",
		Meaning: "Bytes are base64 on the wire: most old texts are none, and older consumers show base64 as text.", Why: "Those texts that happen to be base64 are read as garbage.",
		Bad: "2: {fields: {body: bytes}}      # v1 had string", Good: "2:\n  fields: {body: bytes}\n  upcast: {body: {from: body, convert: string_to_bytes}}", Off: offUnread}},
	{Inverse: "string-to-bytes", cells: cells{breaks, breaks, safe, breaks}, Misread: "base64 is read as if it were the text", Rule: diag.Rule{
		ID: "bytes-to-string", Severity: diag.Warning, Title: "bytes became a string",
		Meaning: "Old facts hold base64, which is read as the text itself; older consumers refuse text that is no base64.", Why: "Nothing fails on replay, and everything is wrong.",
		Bad: "2: {fields: {body: string}}     # v1 had bytes", Good: "2:\n  fields: {body: string}\n  upcast: {body: {from: body, convert: bytes_to_string, else: \"\"}}", Off: offUnread}},
	{Inverse: "format-to-string", cells: cells{breaks, safe, breaks, safe}, Rule: diag.Rule{
		ID: "string-to-format", Severity: diag.Warning, Title: "a string became a uuid, timestamp, decimal or the like",
		Meaning: "Old facts may hold any text; the new type reads only its own form.", Why: "History is full of texts that nobody expected.",
		Bad: "2: {fields: {at: timestamp}}    # v1 had string", Good: "2:\n  fields: {at: timestamp}\n  upcast:\n    at: {from: at, convert: string_to_timestamp, else: \"1970-01-01T00:00:00Z\"}", Off: offUnread}},
	{Inverse: "string-to-format", cells: cells{safe, breaks, safe, breaks}, Rule: diag.Rule{
		ID: "format-to-string", Severity: diag.Warning, Title: "a uuid, timestamp, decimal or the like became a string",
		Meaning: "Older consumers refuse text of another form.", Why: "They parse what you no longer promise.",
		Bad: "2: {fields: {id: string}}       # v1 had uuid", Good: "2: {fields: {id: uuid, id_text: string?}}", Off: offUnread}},
	{Inverse: "scalar-changed", cells: cells{breaks, breaks, breaks, breaks}, Misread: misread, Rule: diag.Rule{
		ID: "scalar-changed", Severity: diag.Warning, Title: "a scalar became one of another JSON type or form",
		Meaning: "A number is no text and no truth value: neither side reads the other.", Why: "Every fact breaks, at once.",
		Bad: "2: {fields: {code: string}}     # v1 had int64", Good: "2:\n  fields: {code: string}\n  upcast: {code: {from: code, convert: int_to_string}}", Off: offUnread}},
	{Inverse: "integer-encoding-changed", cells: cells{breaks, breaks, breaks, breaks}, Rule: diag.Rule{
		ID: "integer-encoding-changed", Severity: diag.Warning, Title: "an integer moved into a string, or out of one",
		Meaning: "`encoding: string` writes digits in quotes; readers of numbers refuse them, and the other way round.", Why: "Every fact breaks, at once.",
		Bad: "1: {fields: {id: {type: int64, encoding: string}}}   # was a number", Good: "2: {fields: {id: {type: int64, encoding: string}}}   # v1 is upcast by itself", Off: offUnread}},
	{Inverse: "timestamp-encoding-changed", cells: cells{breaks, breaks, breaks, breaks}, Misread: "the same number is another instant", Rule: diag.Rule{
		ID: "timestamp-encoding-changed", Severity: diag.Warning, Title: "timestamps are written in another encoding or unit",
		Meaning: "Text and numbers refuse each other; seconds and milliseconds read each other, a thousandfold off.", Why: "The second kind fails nowhere.",
		Bad: "1: {fields: {at: {type: timestamp, encoding: unix_ms}}}   # was unix_s", Good: "2: {fields: {at: {type: timestamp, encoding: unix_ms}}}   # v1 is upcast by itself", Off: offUnread}},
	{Inverse: "type-narrowed", cells: cells{safe, breaks, safe, breaks}, Misread: misread, Rule: diag.Rule{
		ID: "type-widened", Severity: diag.Warning, Title: "a type takes more values than before",
		Meaning: "Every old value fits. Older consumers refuse the values that are new.", Why: "They break on the first of them.",
		Bad: "2: {fields: {id: string | int64}}   # v1 had string", Good: "2: {fields: {id: string, number: int64?}}", Off: offUnread}},
	{Inverse: "type-widened", cells: cells{breaks, safe, breaks, safe}, Misread: misread, Rule: diag.Rule{
		ID: "type-narrowed", Severity: diag.Warning, Title: "a type takes fewer values than before",
		Meaning: "Old facts may hold values that do not fit any more.", Why: "They do not decode.",
		Bad: "2: {fields: {id: string}}       # v1 had string | int64", Good: "2:\n  fields: {id: string}\n  upcast: {id: {go: true}}", Off: offUnread}},
	{Inverse: "type-changed", cells: cells{breaks, breaks, breaks, breaks}, Misread: misread, Rule: diag.Rule{
		ID: "type-changed", Severity: diag.Warning, Title: "a choice of scalars became another",
		Meaning: "Neither side reads all of the other.", Why: "Every deployment order breaks something.",
		Bad: "2: {fields: {id: bool | string}}   # v1 had int64 | bool", Good: "2: {fields: {id: int64 | bool, text: string?}}", Off: offUnread}},
	{Inverse: "type-respelled", Rule: diag.Rule{
		ID: "type-respelled", Severity: diag.Info, Title: "a choice of scalars is written otherwise",
		Meaning: "Both sides read all of the other.", Why: "Only Go code sees a difference.",
		Bad: "id: int32 | string", Good: "id: int64 | string", Off: "Always: it harms nobody."}},
	{Inverse: "alternatives-removed", cells: cells{safe, breaks, safe, breaks}, Misread: misread, Rule: diag.Rule{
		ID: "alternatives-added", Severity: diag.Warning, Title: "a choice of scalars has more alternatives",
		Meaning: "Every old value fits. Older consumers refuse the new alternative.", Why: "They break on the first of them.",
		Bad: "2: {fields: {id: string | int64 | bool}}   # v1 had string | int64", Good: "2: {fields: {id: string | int64, flag: bool?}}", Off: offUnread}},
	{Inverse: "alternatives-added", cells: cells{breaks, safe, breaks, safe}, Misread: misread, Rule: diag.Rule{
		ID: "alternatives-removed", Severity: diag.Warning, Title: "a choice of scalars has fewer alternatives",
		Meaning: "Old facts may hold the alternative that is gone.", Why: "They do not decode.",
		Bad: "2: {fields: {id: string | int64}}   # v1 had string | int64 | bool", Good: "2:\n  fields: {id: string | int64}\n  upcast: {id: {go: true}}", Off: offUnread}},
}

// formRules judge changes between scalars, collections and named types.
var formRules = []Rule{
	{Inverse: "list-to-scalar", cells: cells{breaks, breaks, breaks, breaks}, Rule: diag.Rule{
		ID: "scalar-to-list", Severity: diag.Warning, Title: "a value became a list", Meaning: "Old facts hold it bare, older consumers want it bare.",
		Why: "Every fact breaks, at once.", Bad: "2: {fields: {tags: list<string>}}   # v1 had tags: string", Good: "2:\n  fields: {tags: list<string>}\n  upcast: {tags: {from: tags, wrap: list}}", Off: offUnread}},
	{Inverse: "scalar-to-list", cells: cells{breaks, breaks, breaks, breaks}, Rule: diag.Rule{
		ID: "list-to-scalar", Severity: diag.Warning, Title: "a list became a value", Meaning: "Old facts hold an array, older consumers want one.",
		Why: "Every fact breaks, at once.", Bad: "2: {fields: {tag: string}}      # v1 had a list under the same name", Good: "2:\n  fields: {tag: string}\n  upcast: {tag: {from: tags, unwrap: first, else: none}}", Off: offUnread}},
	{Inverse: "one-or-many-to-scalar", cells: cells{safe, breaks, safe, breaks}, Rule: diag.Rule{
		ID: "scalar-to-one-or-many", Severity: diag.Warning, Title: "a value may now be an array of values", Meaning: "The bare form is still read. Older consumers refuse an array.",
		Why: "They break on the first array.", Bad: "2: {fields: {tag: one_or_many<string>}}   # v1 had string", Good: "2: {fields: {tag: string, more_tags: list<string>?}}", Off: offUnread}},
	{Inverse: "scalar-to-one-or-many", cells: cells{breaks, safe, breaks, safe}, Rule: diag.Rule{
		ID: "one-or-many-to-scalar", Severity: diag.Warning, Title: "a value may no longer be an array", Meaning: "Old facts may hold an array.",
		Why: "They do not decode.", Bad: "2: {fields: {tag: string}}      # v1 had one_or_many<string>", Good: "2:\n  fields: {tag: string}\n  upcast: {tag: {from: tag, unwrap: first, else: none}}", Off: offUnread}},
	{Inverse: "one-or-many-to-list", cells: cells{safe, breaks, safe, breaks}, Rule: diag.Rule{
		ID: "list-to-one-or-many", Severity: diag.Warning, Title: "a list may now be a bare value", Meaning: "Arrays are still read. Older consumers refuse the bare form.",
		Why: "They break on the first bare value.", Bad: "2: {fields: {tags: one_or_many<string>}}   # v1 had list<string>", Good: "2: {fields: {tags: list<string>}}", Off: offUnread}},
	{Inverse: "list-to-one-or-many", cells: cells{breaks, safe, breaks, safe}, Rule: diag.Rule{
		ID: "one-or-many-to-list", Severity: diag.Warning, Title: "a list may no longer be a bare value", Meaning: "Old facts may hold the bare form.",
		Why: "They do not decode.", Bad: "1: {fields: {tags: list<string>}}   # was one_or_many<string>", Good: "2:\n  fields: {tags: list<string>}\n  upcast: {tags: {go: true}}", Off: offUnread}},
	{Inverse: "map-to-list", cells: cells{breaks, breaks, breaks, breaks}, Rule: diag.Rule{
		ID: "list-to-map", Severity: diag.Warning, Title: "a list became a map", Meaning: "An array is no object: neither side reads the other.",
		Why: "Every fact breaks, at once.", Bad: "2: {fields: {scores: map<Score>}}   # v1 had list<Score>", Good: "2:\n  fields: {scores: map<Score>}\n  upcast: {scores: {go: true}}", Off: offUnread}},
	{Inverse: "list-to-map", cells: cells{breaks, breaks, breaks, breaks}, Rule: diag.Rule{
		ID: "map-to-list", Severity: diag.Warning, Title: "a map became a list", Meaning: "An object is no array: neither side reads the other.",
		Why: "Every fact breaks, at once.", Bad: "2: {fields: {scores: list<Score>}}   # v1 had map<Score>", Good: "2:\n  fields: {scores: list<Score>}\n  upcast: {scores: {go: true}}", Off: offUnread}},
	{Inverse: "map-to-struct", cells: cells{safe, breaks, safe, breaks}, Rule: diag.Rule{
		ID: "struct-to-map", Severity: diag.Warning, Title: "a struct became a map of the same values", Meaning: "Every old object is such a map. New maps need not have the fields that older consumers require.",
		Why: "They break on the first map without them.", Bad: "2: {fields: {scores: map<float64>}}   # v1 had a struct of two float64", Good: "2: {fields: {scores: Scores, more_scores: map<float64>?}}", Off: offUnread}},
	{Inverse: "struct-to-map", cells: cells{breaks, safe, breaks, safe}, Rule: diag.Rule{
		ID: "map-to-struct", Severity: diag.Warning, Title: "a map became a struct of the same values", Meaning: "Old maps need not have the fields that the struct requires.",
		Why: "They do not decode.", Bad: "2: {fields: {scores: Scores}}   # v1 had map<float64>", Good: "2:\n  fields: {scores: Scores}\n  upcast: {scores: {go: true}}", Off: offUnread}},
	{Inverse: "json-to-type", cells: cells{safe, breaks, safe, breaks}, Rule: diag.Rule{
		ID: "type-to-json", Severity: diag.Warning, Title: "a typed value became free JSON", Meaning: "Free JSON reads everything. Older consumers refuse what has another shape.",
		Why: "They break on the first value that makes use of the freedom.", Bad: "2: {fields: {detail: json}}     # v1 had Detail", Good: "2: {fields: {detail: Detail, more: json?}}", Off: offUnread}},
	{Inverse: "type-to-json", cells: cells{breaks, safe, breaks, safe}, Rule: diag.Rule{
		ID: "json-to-type", Severity: diag.Warning, Title: "free JSON became a typed value", Meaning: "Old facts may hold anything.",
		Why: "They do not decode.", Bad: "2: {fields: {detail: Detail}}   # v1 had json", Good: "2:\n  fields: {detail: Detail}\n  upcast: {detail: {go: true}}", Off: offUnread}},
	{Inverse: "enum-to-string", cells: cells{closed, safe, closed, safe}, Rule: diag.Rule{
		ID: "string-to-enum", Severity: diag.Warning, Title: "a string or integer became an enum", Meaning: "Old facts may hold values that the enum does not name. An open enum keeps them; readers with closed enums refuse them.",
		Why: "Code that switches over the values meets others.", Bad: "2: {fields: {origin: Origin}}   # v1 had string, Origin is closed", Good: "types:\n  Origin: {enum: [tool, document]}   # open: unknown values survive", Off: offUnread}},
	{Inverse: "string-to-enum", cells: cells{safe, closed, safe, closed}, Rule: diag.Rule{
		ID: "enum-to-string", Severity: diag.Warning, Title: "an enum became a string or integer", Meaning: "Older consumers meet values that their enum does not name; those with closed enums refuse them.",
		Why: "Code that switches over the values meets others.", Bad: "2: {fields: {origin: string}}   # v1 had a closed enum", Good: "2: {fields: {origin: Origin, origin_text: string?}}", Off: offUnread}},
	{Inverse: "json-form-changed", cells: cells{breaks, breaks, breaks, breaks}, Rule: diag.Rule{
		ID: "json-form-changed", Severity: diag.Warning, Title: "a value has another JSON form", Meaning: "An object became a scalar, a union a struct and the like: neither side reads the other.",
		Why: "Every fact breaks, at once.", Bad: "2: {fields: {source: string}}   # v1 had a struct", Good: "2:\n  fields: {source: string}\n  upcast: {source: {from: source.uri}}", Off: offUnread}},
	{Inverse: "type-renamed", Rule: diag.Rule{
		ID: "type-renamed", Severity: diag.Info, Title: "a nested type has another name", Meaning: "Names of types do not stand in payloads. What is in the type is compared as if it had kept its name.",
		Why: "Only Go code sees a difference.", Bad: "source: Origin2", Good: "source: Origin", Off: "Always: it harms nobody."}},
}
