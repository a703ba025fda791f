package audit

import (
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/schema/model"
)

// unsealed is the payload of rec as whoever may not open sealed fields reads it: an
// audit has no keys, and needs none to see that a record decodes.
func unsealed(rec *runtime.Record, seals *runtime.Seals) ([]byte, error) {
	if seals == nil {
		return rec.Data, nil
	}
	data, _, err := encryption.Withhold().Open(nil, rec, seals)
	return data, err
}

// sealsOf is the table that generated code has; nil if nothing is sealed.
func sealsOf(v *model.EventVersion) *runtime.Seals {
	t := plan.SealsOf(v.Struct)
	if t == nil {
		return nil
	}
	seals := &runtime.Seals{}
	for _, s := range t.Shapes {
		shape := runtime.SealShape{Tag: s.Tag}
		for _, b := range s.Branches {
			shape.Branches = append(shape.Branches, runtime.SealBranch{Tag: b.Tag, Shape: b.Shape})
		}
		for _, f := range s.Fields {
			shape.Fields = append(shape.Fields, runtime.SealField{
				Name: f.Model.JSON, Subject: f.Subject, OfStream: f.Model.OfStream, Erased: f.Erased, Around: f.Around, Inner: f.Inner,
			})
		}
		seals.Shapes = append(seals.Shapes, shape)
	}
	return seals
}
