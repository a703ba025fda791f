package compat

// LevelNamed returns the level that evgen.yaml names: backward, full, forward or none.
func LevelNamed(name string) (Level, bool) {
	for l, n := range levelNames {
		if n == name {
			return l, true
		}
	}
	return LevelBackward, false
}

var (
	unknownFieldsNames = map[string]UnknownFields{"tolerant": Tolerant, "strict": Strict}
	unknownValuesNames = map[string]UnknownValues{"open": Open, "closed": Closed}
)

// ReadersNamed returns the reader model that evgen.yaml names: tolerant or strict, and open or closed.
func ReadersNamed(fields, enums string) (Readers, bool) {
	f, known := unknownFieldsNames[fields]
	v, knownToo := unknownValuesNames[enums]
	return Readers{Unknown: f, Enums: v}, known && knownToo
}
