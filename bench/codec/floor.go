package codec

// floor holds what AllocateCaptured makes, so that the compiler cannot leave it out.
type floor struct {
	event *Captured
	block []byte
	texts [2]*string
}

// AllocateCaptured makes what any decoder of the small event must at least allocate: the struct,
// one block for all strings, the two optional strings, the two lists and the filled map.
//
//go:noinline
func AllocateCaptured() (v *Captured, block []byte, s1, s2 *string) {
	f := floor{event: &Captured{Scores: make([]float64, 8), Tags: make([]string, 4), Labels: make(map[string]string)}}
	f.event.Labels["lang"], f.event.Labels["channel"], f.event.Labels["room"] = "en", "voice", "k\u00fcche"
	f.block = make([]byte, 600)
	f.texts = [2]*string{new(string), new(string)}
	return f.event, f.block, f.texts[0], f.texts[1]
}
