package history

import "github.com/evgen/evgen/runtime"

// customUpcastCustomV1 upcasts Custom from version 1 to 2. It must be pure: equal input gives equal
// output, without a clock, randomness or calls to services.
func customUpcastCustomV1(_ *runtime.Meta, old CustomV1) (CustomV2, error) {
	return CustomV2{B: old.A + "!"}, nil
}

// customUpcastThingMadeV1Handwritten upcasts the field handwritten of ThingMade from version 1 to
// 2. It must be pure: equal input gives equal output, without a clock, randomness or calls to
// services.
func customUpcastThingMadeV1Handwritten(_ *runtime.Meta, old ThingMadeV1) (int64, error) {
	return int64(len(old.Same)), nil
}
