package runtime

// The formats of generated code that this runtime works with. Generated code
// contains
//
//	const (
//		_ = runtime.Format(runtime.MaxFormat - 1) // the runtime is new enough for this code
//		_ = runtime.Format(1 - runtime.MinFormat) // this code is new enough for the runtime
//	)
//
// where 1 is the format it was generated in; a misfit is a negative constant
// and does not compile.
const (
	MinFormat = 1
	MaxFormat = 1
)

// Format is a difference of format numbers that must not be negative.
type Format uint
