package english

import "strings"

// irregularPast are the participles of common verbs that do not add -ed.
var irregularPast = map[string]string{
	"begin": "begun", "bind": "bound", "break": "broken", "bring": "brought", "build": "built", "buy": "bought", "catch": "caught",
	"choose": "chosen", "cut": "cut", "do": "done", "draw": "drawn", "drive": "driven", "fall": "fallen", "feed": "fed", "find": "found",
	"forget": "forgotten", "freeze": "frozen", "get": "got", "give": "given", "go": "gone", "grow": "grown", "hide": "hidden",
	"hit": "hit", "hold": "held", "keep": "kept", "lay": "laid", "lead": "led", "leave": "left", "lend": "lent", "lose": "lost",
	"make": "made", "meet": "met", "override": "overridden", "pay": "paid", "put": "put", "quit": "quit", "read": "read",
	"rebuild": "rebuilt", "repay": "repaid", "reset": "reset", "resend": "resent", "rewrite": "rewritten", "rise": "risen",
	"run": "run", "see": "seen", "sell": "sold", "send": "sent", "set": "set", "show": "shown", "shut": "shut", "spend": "spent",
	"split": "split", "steal": "stolen", "take": "taken", "teach": "taught", "tell": "told", "throw": "thrown", "undo": "undone", "upset": "upset",
	"win": "won", "withdraw": "withdrawn", "withhold": "withheld", "write": "written",
}

// doubling are verbs of several syllables that double their last letter all the same, and verbs that end in a vowel and
// a consonant which is not doubled.
var (
	doubling    = setOf("admit begin commit compel control defer equip forget format incur infer occur omit patrol permit prefer propel rebel recur refer regret remit rerun reship resubmit submit transfer transmit unplug unship unsub")
	notDoubling = setOf("edit visit audit limit enter open render register trigger order deliver cancel")
)

// nominal are nouns that stand for what happened, and the participle that says so.
var nominal = map[string]string{
	"acceptance": "accepted", "access": "accessed", "acknowledgement": "acknowledged", "activation": "activated", "addition": "added",
	"approval": "approved", "arrival": "arrived", "assignment": "assigned", "authentication": "authenticated", "cancellation": "cancelled",
	"change": "changed", "closure": "closed", "completion": "completed", "confirmation": "confirmed", "creation": "created",
	"deactivation": "deactivated", "deletion": "deleted", "delivery": "delivered", "departure": "departed", "deployment": "deployed",
	"dismissal": "dismissed", "expiration": "expired", "expiry": "expired", "failure": "failed", "installation": "installed",
	"login": "logged in", "logout": "logged out", "migration": "migrated", "modification": "modified", "notification": "notified",
	"payment": "paid", "placement": "placed", "publication": "published", "purchase": "purchased", "registration": "registered",
	"rejection": "rejected", "removal": "removed", "renewal": "renewed", "request": "requested", "reservation": "reserved",
	"resolution": "resolved", "sale": "sold", "shipment": "shipped", "signup": "signed up", "submission": "submitted",
	"subscription": "subscribed", "success": "succeeded", "suspension": "suspended", "termination": "terminated",
	"transmission": "transmitted", "verification": "verified", "view": "viewed", "withdrawal": "withdrawn",
}

// Past returns the past participle of a verb in its base form, in lower case: "ship" gives "shipped".
func Past(verb string) string {
	verb = strings.ToLower(verb)
	switch {
	case irregularPast[verb] != "":
		return irregularPast[verb]
	case strings.HasSuffix(verb, "e"):
		return verb + "d"
	case strings.HasSuffix(verb, "y") && len(verb) > 1 && !isVowel(verb[len(verb)-2]):
		return verb[:len(verb)-1] + "ied"
	case doubles(verb):
		return verb + verb[len(verb)-1:] + "ed"
	default:
		return verb + "ed"
	}
}

// doubles reports whether the last letter is doubled: consonant, vowel, consonant in one syllable, or by list.
func doubles(verb string) bool {
	n := len(verb)
	if doubling[verb] {
		return true
	}
	if n < 3 || notDoubling[verb] || strings.ContainsRune("wxy", rune(verb[n-1])) {
		return false
	}
	vowels := 0
	for i := range n {
		if isVowel(verb[i]) {
			vowels++
		}
	}
	return vowels == 1 && !isVowel(verb[n-1]) && isVowel(verb[n-2])
}

func isVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }
