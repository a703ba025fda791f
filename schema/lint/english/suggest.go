package english

import "strings"

// Suggest returns the name of the fact that a command, process or thing may stand for, or "": "CreateUser" gives
// "UserCreated", "OrderShipment" gives "OrderShipped".
func Suggest(name string) string {
	words := trim(Words(name))
	for len(words) > 1 && polite[strings.ToLower(words[0])] {
		words = words[1:]
	}
	if len(words) == 0 {
		return ""
	}
	last := strings.ToLower(words[len(words)-1])
	first := strings.ToLower(words[0])
	switch {
	case len(words) > 1 && isVerb(first):
		return strings.Join(words[1:], "") + title(Past(first))
	case IsParticiple(first) && len(words) > 1:
		return strings.Join(words[1:], "") + words[0]
	case len(words) > 1 && nominal[last] != "":
		return strings.Join(words[:len(words)-1], "") + title(nominal[last])
	case len(words) > 1 && verbs[last]:
		return strings.Join(words[:len(words)-1], "") + title(Past(last))
	case len(words) > 1 && gerundOf(last) != "":
		return strings.Join(words[:len(words)-1], "") + title(Past(gerundOf(last)))
	default:
		return ""
	}
}

// gerundOf returns the verb that a word in -ing is made of, if it is a known one.
func gerundOf(word string) string {
	stem, ok := strings.CutSuffix(word, "ing")
	if !ok || stem == "" {
		return ""
	}
	for _, verb := range []string{stem, stem + "e", stem[:len(stem)-1]} {
		if verbs[verb] {
			return verb
		}
	}
	return ""
}

// title writes "logged in" as LoggedIn.
func title(phrase string) string {
	var b strings.Builder
	for _, w := range strings.Fields(phrase) {
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}
