package english

import "strings"

// irregular are past participles and past forms that do not end in -ed. Those that are nouns more often than verbs in
// names (run, bid, cost, cast, lead, ground) are left out.
var irregular = setOf(`
	arisen arose ate awoke awoken beaten became become been begot began begun behaved bent besought bitten bled blown bore
	borne born bought bound bred broke broken brought built burnt burst came caught chose chosen clung come crept cut dealt done dove
	drank drawn dreamt drew driven drove drunk dug eaten fallen fed fell felt fled flew flown flung forbidden forbade foregone
	foreseen forgave forgiven forgot forgotten forsaken fought found froze frozen gave given gone got gotten grew grown
	heard held hid hidden hit hung hurt kept knelt knew known laid lain leapt learnt led left lent let lit lost made meant
	met mistaken mown overcame overcome overtaken overthrown paid partaken proven put quit ran rang read rid ridden risen rode
	rose rung said sang sank sat saw sawn seen sent set sewn shaken shaven shod shone shook shorn shot shown shrank shrunk
	shut slain slept slid slung slit smelt sold sought sown spat sped spelt spent spilt split spoilt spoke spoken sprang
	sprung spun stole stolen stood struck strung stuck stung sunk swam swept swollen swore sworn swum swung taken taught
	thought threw thriven thrown thrust told took torn trodden undergone understood undertaken unwound upheld upset went wept wet
	withdrawn withdrew withheld withstood woke woken won wore worn wound woven written wrote wrung
	broadcast outbid outrun outsold sublet proofread prepaid`)

// prefixes make verbs of verbs: reset, undone, overridden.
var prefixes = []string{"re", "un", "over", "under", "mis", "auto", "de", "pre"}

// prefixedNouns begin like such verbs and are none.
var prefixedNouns = setOf("preset unread unknown unborn default reputed unmet unhurt unpaid undershot overshot")

// notParticiples end in -ed and are not.
var notParticiples = setOf(`
	bed bloodshed biped cred embed flatbed hatred hundred infrared kindred med moped naked newlywed quadruped red reembed rugged
	sacred seabed shred sled speed sunbed testbed unembed watershed wed wicked wretched zed
	unrelated related`)

// pastOfEE are the participles among the words in -eed: the others are need, feed, speed, proceed and the like.
var pastOfEE = setOf("agreed decreed disagreed freed guaranteed pedigreed refereed teed treed")

// particles are written together with their verb at times: "Rolledback", "Loggedin".
var particles = []string{"back", "in", "out", "up", "down", "off", "on", "over", "away"}

// IsParticiple reports whether a word is the past participle, or a past form, of a verb: "paid", "Shipped", "overridden".
// Letter case does not matter.
func IsParticiple(word string) bool {
	word = strings.ToLower(word)
	return isIrregular(word) || isRegular(word) || hasParticle(word)
}

func isIrregular(word string) bool {
	if irregular[word] || word == "unpaid" {
		return true
	}
	for _, prefix := range prefixes {
		if verb, ok := strings.CutPrefix(word, prefix); ok && irregular[verb] && !prefixedNouns[word] {
			return true
		}
	}
	return false
}

func isRegular(word string) bool {
	switch {
	case len(word) < 4 || !strings.HasSuffix(word, "ed") || notParticiples[word]:
		return false
	case strings.HasSuffix(word, "eed"):
		return pastOfEE[word]
	default:
		return true
	}
}

func hasParticle(word string) bool {
	for _, p := range particles {
		if verb, ok := strings.CutSuffix(word, p); ok && isRegular(verb) {
			return true
		}
	}
	return false
}
