package codec

// allocateCaptured makes what any decoder of the small event must at least allocate: the struct,
// one block for all strings, the two optional strings, the two lists and the filled map.
func allocateCaptured() (*Captured, []byte, *string, *string) {
	v := &Captured{Scores: make([]float64, 8), Tags: make([]string, 4), Labels: make(map[string]string)}
	v.Labels["lang"], v.Labels["channel"], v.Labels["room"] = "en", "voice", "k\u00fcche"
	return v, make([]byte, 600), new(string), new(string)
}
