package compat

import "github.com/evgen/evgen/schema/diag"

// sagaRules judge processes that may be under way, by what workers do with those that the old declaration began.
var sagaRules = []Rule{
	{NoInverse: "a saga that is new has none under way", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "saga-removed", Severity: diag.Warning, Title: "a saga was removed", Meaning: "Nothing goes on with those that are under way.",
		Why: "They stand where they are: what they have done is neither finished nor undone.", Bad: "sagas: {}   # Fulfil is gone, and 12 are under way", Good: "keep it until evgen sagas list shows none under way", Off: "When none is under way."}},
	{Inverse: "saga-steps-changed", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "saga-steps-changed", Severity: diag.Error, Title: "steps of a saga were removed, renamed or reordered", Meaning: "Sagas under way stand at steps, and have done steps, that are not the first ones of the declaration any more.",
		Why: "A worker of the new program does not start while such sagas are under way: it could neither go on nor undo what they did. If all that is gone are the last steps, it starts and leaves these sagas alone, as those of a newer program.", Bad: "steps: [{name: pack}, {name: charge}]   # was charge, pack", Good: "steps: [{name: charge}, {name: pack}, {name: tell}]   # appended", Off: "When none is under way, or as a saga of another name beside the old one, which ends by itself."}},
	{NoInverse: "to take the step away again is saga-steps-changed", Rule: diag.Rule{
		ID: "saga-steps-appended", Severity: diag.Info, Title: "a saga has more steps", Meaning: "Sagas under way take them, too.",
		Why: "What they have begun is done only when the new steps are.", Bad: "steps: [{name: charge}, {name: tell}]   # for new sagas only", Good: "steps: [{name: charge}, {name: tell}]   # for all that are not completed", Off: "Always: it harms nobody."}},
	{Inverse: "saga-key-changed", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "saga-key-changed", Severity: diag.Error, Title: "a saga has another correlation key", Meaning: "Sagas under way are known by the old key.",
		Why: "The events that they await do not find them, and a second start event begins the same process again under the new key.", Bad: "correlate: order_number   # was $stream_id", Good: "a saga of another name with the new key; remove the old one when it has ended everywhere", Off: "When none is under way, or both keys have the same values."}},
	{Inverse: "saga-start-changed", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "saga-start-changed", Severity: diag.Error, Title: "another event begins a saga", Meaning: "Sagas under way were begun by an event that the steps do not take any more.",
		Why: "Their next step fails for good, and so do the compensations: they end in compensation_failed.", Bad: "start: OrderPaid   # was OrderPlaced", Good: "a saga of another name with the new start event; remove the old one when it has ended everywhere", Off: "When none is under way."}},
	{Inverse: "saga-await-added", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "saga-await-removed", Severity: diag.Error, Title: "a step of a saga does not wait for an event any more", Meaning: "The event reaches no saga that waits for it.",
		Why: "Those that wait go on waiting until they are out of time, and are undone then; without a timeout they wait for ever.", Bad: "await: {PaymentSettled: order}   # was PaymentReceived", Good: "await: {PaymentReceived: order, PaymentSettled: order}", Off: "When none waits for it."}},
	{Inverse: "saga-await-removed", cells: cells{shifts, safe, safe, safe}, Rule: diag.Rule{
		ID: "saga-await-added", Severity: diag.Warning, Title: "a step of a saga waits for another event, too", Meaning: "Sagas under way are brought the event from the new program on.",
		Why: "What came before that, they do not see.", Bad: "await: {PaymentSettled: order}   # while PaymentSettled is recorded already", Good: "release the declaration, then what records the event", Off: "When no such event was recorded for a saga that is under way."}},
}
