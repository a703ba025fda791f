package english

import "strings"

// Class is what a name says.
type Class uint8

// The classes.
const (
	Thing   Class = iota // a noun: "UserUpdate", "OrderShipment"
	Fact                 // something that happened: "OrderPaid", "UserLoggedIn"
	Command              // something to do: "CreateUser"
	Process              // something going on: "UserCreating"
)

func (c Class) String() string { return [...]string{"thing", "fact", "command", "process"}[c] }

// follows are words that may stand behind the verb of a fact and bring what they like with them.
var follows = setOf(`
	about above across after again against along apart around as aside at away back because before behind below beneath between
	beyond but by despite down due during early earlier ever except first for forward from further in inside instead into late later like more near
	next of off on once only onto open or out outside over past per since than through throughout till to together too toward
	towards twice under until up upon using via when while with within without yet and not`)

// letters are nouns for what is sent or stored about a fact, not for the fact: "PaymentFailedEmail".
var letters = setOf(`
	alert callback command count dto email list log mail message notice notification payload query reminder report request response
	snapshot state status summary task update webhook`)

// polite are words before a command.
var polite = setOf("please do must should let can could would to kindly")

// verbs are base forms that begin or end the names of commands.
var verbs = setOf(`
	abort accept access acknowledge acquire activate adapt add adjust admit allocate amend announce append apply approve archive ask assign attach audit
	authenticate authorize award backup ban begin bill bind block book bounce bring broadcast build buy calculate call cancel capture change
	charge check choose claim clean clear click clone close collect commit compare complete compute configure confirm connect consume
	convert copy correct create credit cut deactivate debit decline decrease delete deliver demote deploy deprecate detach detect
	disable discard disconnect dismiss dispatch download draft drop edit embed emit enable end enqueue enrol enroll enter erase escalate
	evaluate exceed execute expire export extend fail fetch fill find finish fix flag flush follow forget fork forward freeze fulfil fulfill
	generate get give grant handle hide hold identify ignore import increase index initiate insert install invalidate invite invoice invoke issue join
	keep kick launch leave like link list load lock log login logout lose make mark merge migrate modify monitor move mute notify obtain
	open order override pair park pause pay pick pin place post prepare proceed process produce promote provision publish purchase purge push
	put query queue raise rank rate reach read rebuild receive recharge reconcile record recover redeem redirect reduce refresh refund register reject
	release reload remove rename renew reopen reorder repair repay replace reply report reprocess request resend reserve reset resize resolve
	respond restart restore resume retry return reverse review revoke rollback rotate run sanction save scan schedule search seed select sell send set
	settle share ship show shut sign signup skip split start stop store submit subscribe succeed suggest suppress suspend swap switch sync
	synchronize tag take terminate test throttle toggle trace track train transfer transmit trigger try unarchive unassign unban unblock undo
	uninstall unlink unlock unmute unpin unpublish unregister unsubscribe unsuspend update upgrade upload upsert use validate verify view visit void vote
	wait warn watch withdraw write`)

// nounsFirst are verbs that are nouns more often in names of events.
var nounsFirst = setOf("build change check commit credit debit draft index invoice issue link list log merge order page place post project rank rate record release request review store test transfer")

// processNouns end in -ing and are things.
var processNouns = setOf(`
	billing booking bring building casing ceiling clothing during evening everything filing funding hosting housing invoicing king landing listing lodging
	mailing mapping marketing meeting morning offering onboarding opening packing parking pending ping planning posting pricing processing rating
	recording ring routing sampling scheduling setting shipping sibling spring string training thing timing tracking trading voting warning wing`)

// Classify says what a name is. The verb of a fact stands last, or before a preposition, an adverb, or the object of an
// active verb: "ItemAddedToCart", "PaymentFailedPermanently", "UserChangedPassword". A participle that begins a
// name is an adjective: "PaidOrder" is a thing.
func Classify(name string) Class {
	words := lower(trim(Words(name)))
	switch {
	case len(words) == 0:
		return Thing
	case isFact(words):
		return Fact
	case isProcess(words):
		return Process
	case isCommand(words):
		return Command
	default:
		return Thing
	}
}

// trim takes versions and words such as Event from the end, which say nothing of the kind.
func trim(words []string) []string {
	for len(words) > 1 {
		last := words[len(words)-1]
		if !isVersion(last) && !noise[strings.ToLower(last)] {
			break
		}
		words = words[:len(words)-1]
	}
	return words
}

var noise = setOf("event events evt fact")

func lower(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ToLower(w)
	}
	return out
}

func isFact(words []string) bool {
	for i := len(words) - 1; i >= 0; i-- {
		if IsParticiple(words[i]) && goesWith(words, i) {
			return true
		}
	}
	return false
}

// goesWith reports whether the words around a participle make it the verb of the name.
func goesWith(words []string, verb int) bool {
	tail := words[verb+1:]
	switch {
	case len(tail) == 0:
		return true
	case follows[tail[0]] || isAdverb(tail[0]):
		return verb > 0 || len(tail) == 1 && follows[tail[0]]
	case verb == 0 || letters[tail[len(tail)-1]]:
		return false
	default:
		return !follows[words[verb-1]] && (len(tail) > 1 || !verbs[tail[0]])
	}
}

func isAdverb(word string) bool { return len(word) > 4 && strings.HasSuffix(word, "ly") }

func isCommand(words []string) bool {
	first, last := words[0], words[len(words)-1]
	return polite[first] || isVerb(first) && len(words) > 1 || isVerb(last)
}

func isVerb(word string) bool { return verbs[word] && !nounsFirst[word] }

func isProcess(words []string) bool {
	for _, w := range words {
		if len(w) > 4 && strings.HasSuffix(w, "ing") && !processNouns[w] {
			return true
		}
	}
	return false
}
