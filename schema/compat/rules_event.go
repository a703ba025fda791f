package compat

import "github.com/evgen/evgen/schema/diag"

const offRecovery = "While a stream is migrated, with a date on it."

// eventRules judge what happens to events and versions as a whole.
var eventRules = []Rule{
	{Inverse: "event-removed", Rule: diag.Rule{
		ID: "event-added", Severity: diag.Info, Title: "an event was added", Meaning: "Nobody has written or read it yet.",
		Why: "It is where compatibility begins.", Bad: "events: {OrderPlaced: ...}", Good: "events: {OrderPlaced: ..., OrderShipped: ...}", Off: "Always: it harms nobody."}},
	{Inverse: "event-added", cells: cells{breaks, safe, breaks, safe}, Rule: diag.Rule{
		ID: "event-removed", Severity: diag.Error, Title: "an event is gone from the files", Meaning: "Its stored facts have no decoder any more: replay of every stream that holds one fails.",
		Why: "A log keeps what was written, and so must its schema.", Bad: "events: {}   # OrderPlaced was deleted", Good: "events:\n  OrderPlaced: {retired: true, ...}", Off: "When it was never stored."}},
	{Inverse: "event-renamed", cells: cells{breaks, breaks, breaks, breaks}, Rule: diag.Rule{
		ID: "event-renamed", Severity: diag.Error, Title: "an event has another wire type", Meaning: "Stored facts carry the old type, which nothing decodes. Consumers subscribe to the old type, and get nothing.",
		Why: "A consumer that gets nothing does not fail: it falls behind in silence.", Bad: "OrderSubmitted: ...   # was OrderPlaced", Good: "OrderSubmitted:\n  was: OrderPlaced", Off: offRecovery}},
	{Inverse: "event-renamed-with-was", cells: cells{safe, breaks, safe, breaks}, Rule: diag.Rule{
		ID: "event-renamed-with-was", Severity: diag.Warning, Title: "an event has another wire type, and answers to the old one", Meaning: "Stored facts decode. Consumers of the old type do not get new facts.",
		Why: "A consumer that gets nothing does not fail: it falls behind in silence.", Bad: "OrderSubmitted: {was: OrderPlaced, ...}   # consumers still subscribe to OrderPlaced", Good: "OrderSubmitted: {type: shop.OrderPlaced, ...}   # another name in Go, the same on the wire", Off: offUnread}},
	{Inverse: "former-name-removed", Rule: diag.Rule{
		ID: "former-name-added", Severity: diag.Info, Title: "an event answers to a former wire type", Meaning: "Facts of that type decode as this event.",
		Why: "It is what makes a rename safe.", Bad: "OrderSubmitted: ...", Good: "OrderSubmitted: {was: OrderPlaced, ...}", Off: "Always: it harms nobody."}},
	{Inverse: "former-name-added", cells: cells{breaks, safe, breaks, safe}, Rule: diag.Rule{
		ID: "former-name-removed", Severity: diag.Error, Title: "an event no longer answers to a former wire type", Meaning: "Facts that were stored under that type have no decoder any more.",
		Why: "They are the oldest facts of the log.", Bad: "OrderSubmitted: ...   # had was: OrderPlaced", Good: "OrderSubmitted: {was: OrderPlaced, ...}", Off: "When no fact was ever stored under it."}},
	{Inverse: "event-unretired", Rule: diag.Rule{
		ID: "event-retired", Severity: diag.Info, Title: "an event was retired", Meaning: "It decodes, and is not produced any more.",
		Why: "Consumers that wait for it wait for ever.", Bad: "events: {}   # deleted", Good: "OrderPlaced: {retired: true, ...}", Off: "Always: it harms nobody."}},
	{Inverse: "event-retired", Rule: diag.Rule{
		ID: "event-unretired", Severity: diag.Info, Title: "an event is produced again", Meaning: "Consumers that dropped it have to take it up again.",
		Why: "They may have forgotten how.", Bad: "OrderPlaced: ...   # was retired", Good: "OrderPlacedAgain: a new event", Off: "When consumers know."}},
	{Inverse: "event-undeprecated", Rule: diag.Rule{
		ID: "event-deprecated", Severity: diag.Info, Title: "an event was deprecated", Meaning: "Go code that produces it is warned.",
		Why: "It is the step before retiring.", Bad: "OrderPlaced: ...", Good: "OrderPlaced: {deprecated: use OrderSubmitted, ...}", Off: "Always: it harms nobody."}},
	{Inverse: "event-deprecated", Rule: diag.Rule{
		ID: "event-undeprecated", Severity: diag.Info, Title: "an event is no longer deprecated", Meaning: "Go code may produce it again.",
		Why: "Consumers may have moved on.", Bad: "OrderPlaced: ...   # was deprecated", Good: "OrderPlaced: {deprecated: use OrderSubmitted, ...}", Off: "Always: it harms nobody."}},
	{Inverse: "event-doc-changed", Rule: diag.Rule{
		ID: "event-doc-changed", Severity: diag.Info, Title: "the doc of an event changed", Meaning: "No byte differs.",
		Why: "A doc may change what an event means; a diff cannot tell.", Bad: "doc: An order was paid.   # was: placed", Good: "doc: An order was placed by a customer.", Off: "Always, unless the meaning changed."}},
	{Inverse: "event-owner-changed", Rule: diag.Rule{
		ID: "event-owner-changed", Severity: diag.Info, Title: "an event has another owner", Meaning: "No byte differs.",
		Why: "People want to know whom to ask.", Bad: "owner: nobody", Good: "owner: mind-team", Off: "Always: it harms nobody."}},
	{Inverse: "aggregate-changed", cells: cells{shifts, shifts, shifts, shifts}, Rule: diag.Rule{
		ID: "aggregate-changed", Severity: diag.Error, Title: "an event belongs to another aggregate", Meaning: "New facts go to other streams than old ones: the history of one thing is split in two.",
		Why: "Ordering, optimistic locking and idempotency all hang on the stream.", Bad: "aggregate: Invoice   # was Order", Good: "InvoiceOpened: a new event of Invoice", Off: offRecovery}},
	{Inverse: "partition-key-changed", cells: cells{shifts, shifts, shifts, shifts}, Rule: diag.Rule{
		ID: "partition-key-changed", Severity: diag.Error, Title: "an event is ordered by another key", Meaning: "Facts that stood in one order are spread over several partitions.",
		Why: "Consumers see effects before causes.", Bad: "key: sender.login   # was repository.id", Good: "key: repository.id", Off: offRecovery}},
	{Inverse: "aggregate-id-type-changed", cells: cells{shifts, shifts, shifts, shifts}, Rule: diag.Rule{
		ID: "aggregate-id-type-changed", Severity: diag.Error, Title: "the id of an aggregate has another type", Meaning: "Names of streams are made from it: old streams are not found under new ids.",
		Why: "Loading an aggregate gives an empty one, and no error.", Bad: "Order: {id: int64}   # was uuid", Good: "Order: {id: uuid}", Off: offRecovery}},
	{Inverse: "version-removed", Rule: diag.Rule{
		ID: "version-added", Severity: diag.Info, Title: "a version was added", Meaning: "What differs from the version before is judged change by change.",
		Why: "It is how events evolve.", Bad: "1: {fields: {text: string, lang: string}}   # an edit in place", Good: "1: {fields: {text: string}}\n2: {fields: {text: string, lang: string?}}", Off: "Always: it harms nobody."}},
	{Inverse: "version-added", cells: cells{breaks, safe, breaks, safe}, Rule: diag.Rule{
		ID: "version-removed", Severity: diag.Error, Title: "a version is gone from the files", Meaning: "Stored facts of the version have no decoder any more.",
		Why: "A log keeps what was written, and so must its schema.", Bad: "versions:\n  1: ...                       # 2 was deleted", Good: "versions:\n  1: ...\n  2: ...", Off: "When no fact of the version was ever stored."}},
	{Inverse: "version-skipped", Rule: diag.Rule{
		ID: "version-skipped", Severity: diag.Info, Title: "several versions were added at once", Meaning: "Facts of the versions between are rarely ever written.",
		Why: "One step is easier to read than two.", Bad: "2: ...\n3: ...   # both new", Good: "2: ...", Off: "When branches were merged."}},
	{NoInverse: "it compares a version with the one before; without the version there is nothing to compare", Rule: diag.Rule{
		ID: "version-without-change", Severity: diag.Warning, Title: "a new version is like the one before", Meaning: "Neither the shape nor an upcast rule differs.",
		Why: "Each version is code that is generated, tested and read for ever.", Bad: "2: {fields: {text: string}}   # v1 had the same", Good: "1: {fields: {text: string}}", Off: "When the meaning changed and the shape did not; say so in `doc:`."}},
	{Inverse: "draft-removed", Rule: diag.Rule{
		ID: "draft-added", Severity: diag.Info, Title: "a draft was added", Meaning: "It is not produced yet, and may still change.",
		Why: "Drafts are where mistakes are free.", Bad: "2: ...", Good: "2: {draft: true, ...}", Off: "Always: it harms nobody."}},
	{Inverse: "draft-added", Rule: diag.Rule{
		ID: "draft-removed", Severity: diag.Info, Title: "a draft was dropped", Meaning: "It was never released.",
		Why: "Drafts are where mistakes are free.", Bad: "2: {draft: true, ...}   # for years", Good: "1: ...", Off: "Always: it harms nobody."}},
	{Inverse: "version-withdrawn", Rule: diag.Rule{
		ID: "draft-released", Severity: diag.Info, Title: "a draft was released", Meaning: "From now on the version never changes.",
		Why: "Facts of it will be stored.", Bad: "2: {draft: true, ...}   # and produced", Good: "2: ...", Off: "Always: it harms nobody."}},
	{Inverse: "draft-released", cells: cells{shifts, safe, shifts, safe}, Rule: diag.Rule{
		ID: "version-withdrawn", Severity: diag.Error, Title: "a released version became a draft", Meaning: "Drafts may change; facts of this version are stored.",
		Why: "The next edit breaks them, and nothing will say so.", Bad: "2: {draft: true, ...}   # was released", Good: "3: {draft: true, ...}", Off: "When no fact of the version was ever stored."}},
	{Inverse: "upcast-changed", cells: cells{shifts, safe, shifts, safe}, Rule: diag.Rule{
		ID: "upcast-changed", Severity: diag.Error, Title: "the upcast of a released version changed", Meaning: "Old facts are turned into something else than before.",
		Why: "History is told differently from one deployment to the next: snapshots and read models disagree with their rebuild.", Bad: "source: {default: {origin: tool}}   # was conversation", Good: "3: a new version with the rule that is right", Off: "When the old rule was wrong, and read models are rebuilt."}},
	{Inverse: "successors-changed", cells: cells{shifts, safe, shifts, safe}, Rule: diag.Rule{
		ID: "successors-changed", Severity: diag.Error, Title: "old facts of an event become other events than before", Meaning: "`into:` or its rules differ.",
		Why: "Replay yields another history.", Bad: "upcast: {into: [OrderPlaced]}   # was [OrderPlaced, OrderPaid]", Good: "upcast: {into: [OrderPlaced, OrderPaid]}", Off: "When read models are rebuilt."}},
	{NoInverse: "the rule that mends it is the upcast itself", cells: cells{breaks, safe, safe, safe}, Rule: diag.Rule{
		ID: "upcaster-missing", Severity: diag.Error, Title: "a stored version cannot become the newest", Meaning: "A field of the newer version has no rule, or a field of the older one goes nowhere.",
		Why: "Facts of the older version cannot be replayed.", Bad: "2: {fields: {text: string, lang: string}}   # and no rule for lang", Good: "2:\n  fields: {text: string, lang: string}\n  upcast: {lang: {default: en}}", Off: ""}},
}

// projectionRules judge read models, which can be rebuilt.
var projectionRules = []Rule{
	{Inverse: "projection-removed", Rule: diag.Rule{
		ID: "projection-added", Severity: diag.Info, Title: "a projection was added", Meaning: "It is built from the beginning of history.",
		Why: "Building takes time.", Bad: "projections: {}", Good: "projections: {OrderList: ...}", Off: "Always: it harms nobody."}},
	{Inverse: "projection-added", Rule: diag.Rule{
		ID: "projection-removed", Severity: diag.Info, Title: "a projection was removed", Meaning: "Its table stays until someone drops it.",
		Why: "Readers of the table get data that grows stale.", Bad: "projections: {}   # OrderList is gone, its table is read", Good: "drop the table in the same change", Off: "When nobody reads the table."}},
	{Inverse: "projection-column-removed", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "projection-column-added", Severity: diag.Warning, Title: "a projection has a new column", Meaning: "Rows that exist lack the value until the projection is rebuilt.",
		Why: "Old and new rows differ for no reason that readers can see.", Bad: "deploy", Good: "deploy, then rebuild the projection", Off: "When null in old rows is right."}},
	{Inverse: "projection-column-added", Rule: diag.Rule{
		ID: "projection-column-removed", Severity: diag.Info, Title: "a projection lost a column", Meaning: "Nothing fills the column any more.",
		Why: "Queries that name it go on with old values.", Bad: "set: {text: text}   # lang is gone, a query still names it", Good: "remove the queries first", Off: "When no query names it."}},
	{Inverse: "projection-column-type-changed", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "projection-column-type-changed", Severity: diag.Warning, Title: "a column of a projection has another type", Meaning: "The table has to be made anew and filled from history.",
		Why: "Writing the new type into the old column fails, or is cut off.", Bad: "deploy", Good: "rebuild the projection under the new schema, then switch readers", Off: "When the database takes both."}},
	{Inverse: "projection-key-changed", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "projection-key-changed", Severity: diag.Warning, Title: "a projection has another key", Meaning: "Rows are found under the new key only after a rebuild.",
		Why: "Updates go to rows that are not there, and rows come twice.", Bad: "deploy", Good: "rebuild the projection", Off: "When the table is empty."}},
	{Inverse: "projection-order-changed", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "projection-order-changed", Severity: diag.Warning, Title: "a projection keeps its facts in another order", Meaning: "partition_by was added, removed, or names something else: facts that came one after the other may come at the same time.",
		Why: "Shards and dead letters of the live version are parted by the old key: only a version that is built anew has the new one throughout.", Bad: "partition_by: $tenant   # was: $stream", Good: "deploy; the version that is built anew has the new order; swap it in", Off: "Never: what waits behind a dead letter follows from it."}},
	{Inverse: "projection-creates-changed", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "projection-creates-changed", Severity: diag.Warning, Title: "other events begin the rows of a projection", Meaning: "creates was added, removed or turned round: rows that exist may lack in the new version, and the other way round.",
		Why: "The table shows rows that the declaration would not have made.", Bad: "Reworded: {set: {text: text}, creates: true}   # deployed, and nothing built anew", Good: "deploy, compare with evgen projections diff, and swap", Off: "When no event comes for a row that is not there."}},
	{Inverse: "projection-indexes-changed", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "projection-indexes-changed", Severity: diag.Warning, Title: "a projection has other indexes", Meaning: "Rows are the same; the table is made anew all the same, since a version never alters its table.",
		Why: "Queries that need the index are slow until the new version is swapped in.", Bad: "indexes: [[created_at]]   # and queries by it in the same release", Good: "deploy, swap, then release what queries by it", Off: "When the table is small."}},
	{Inverse: "projection-changed", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "projection-changed", Severity: diag.Warning, Title: "a projection does something else with its events", Meaning: "Rows that exist were made by the old rules.",
		Why: "A rebuild gives another result than the table shows.", Bad: "deploy", Good: "rebuild the projection", Off: "When old rows are right as they are."}},
}

// lockRules are about the lock, which holds what was released.
var lockRules = []diag.Rule{
	{
		ID: "released-version-edited", Severity: diag.Error, Title: "a released version was edited",
		Meaning: "The shape in the files differs from the one in the lock.",
		Why:     "Facts of the version are stored, and consumers were generated from it. Of the edits that public registries made to versions they call immutable, nearly half broke somebody.",
		Bad:     "1: {fields: {text: string, lang: string}}   # lang is new in a released version", Good: "1: {fields: {text: string}}\n2: {fields: {text: string, lang: string?}}",
	},
	{
		ID: "released-version-removed", Severity: diag.Error, Title: "a released version is gone",
		Meaning: "The lock holds a version that the files lack.", Why: "Its stored facts have no decoder any more.",
		Bad: "versions: {1: ...}   # 2 was released", Good: "retired: true keeps an event decodable and stops it from being produced",
	},
}
