package lint

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/english"
)

func eventPastTense() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "event-past-tense", Title: "events are named as facts, in the past tense", Severity: diag.Error,
			Meaning: "Looks for the verb in the name of each event that is not retired. A past participle at the end (`InvoicePaid`), before a preposition or an adverb (`ItemAddedToCart`, `PaymentFailedPermanently`) or before an object (`CustomerChangedAddress`) makes a fact. Commands (`CreateUser`), processes (`UserCreating`) and things (`UserUpdate`, `OrderShipment`) are found. The endings of English verbs are known, irregular ones too; words such as Embed or Speed are not taken for participles.",
			Why:     "An event records what has happened and cannot be refused any more. A name such as `CreateUser` invites handlers that decide, fail or answer, and readers who ask what to do about it. The name also stands in stored facts for ever.",
			Bad:     "events:\n  PleaseCreateUser: {versions: {1: {fields: {login: string}}}}\n",
			Good:    "events:\n  UserCreated: {versions: {1: {fields: {login: string}}}}\n",
			Off:     "For names that another team or a standard has chosen, list them under `allow`, or give the event a name of your own and keep theirs as `type:`. A released event gets a better name with `was:`.",
		},
		Options: []Option{allow()},
		check:   checkPastTense,
	}
}

func checkPastTense(p *pass) {
	for _, e := range p.events() {
		class := english.Classify(e.Name)
		if class == english.Fact || p.allows(e.Name) {
			continue
		}
		help := "say what has happened: OrderPaid, ItemAddedToCart"
		if better := english.Suggest(e.Name); better != "" {
			help = "say what has happened, for example " + better
		}
		p.report(placeOfEvent(e), help, "event %q is named as a %s, not as a fact", e.Name, class)
	}
}
