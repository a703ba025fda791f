package downcast

import (
	"fmt"

	"github.com/evgen/evgen/schema/model"
)

// enum inverts the renames of an enum's values.
func (in *inverter) enum(v *model.TypeVersion, old, next *model.Enum) (*Plan, []Obstacle) {
	plan := &Plan{}
	back, why := renamedBack(v.Upcast.Enum, old, next)
	if why != "" {
		return nil, []Obstacle{{v.Type.Name, why, v.Upcast.Span}}
	}
	plan.Enum = back
	return plan, nil
}

// renamedBack turns renames around. It says why that cannot be done: two values became one, or the old enum is closed
// and lacks a value of the new one.
func renamedBack(renames []*model.EnumMap, old, next *model.Enum) ([]*model.EnumMap, string) {
	source := map[string]string{} // new literal to the old one that becomes it
	renamed := map[string]bool{}
	var back []*model.EnumMap
	for _, m := range renames {
		to := string(m.New.JSON)
		if first, twice := source[to]; twice {
			return nil, fmt.Sprintf("%s and %s both become %s", first, m.Old.JSON, to)
		}
		source[to], renamed[string(m.Old.JSON)] = string(m.Old.JSON), true
		back = append(back, &model.EnumMap{Old: m.New, New: m.Old, Span: m.Span})
	}
	for _, v := range old.Values {
		text := literal(old, v)
		if first, taken := source[text]; taken && !renamed[text] {
			return nil, fmt.Sprintf("%s becomes %s, which the old version has as well", first, text)
		}
	}
	for _, v := range next.Values {
		text := literal(next, v)
		if _, fromRename := source[text]; !fromRename && old.Closed && !has(old, text) {
			return nil, fmt.Sprintf("the old version is closed and has no value %s", text)
		}
	}
	return back, ""
}

func literal(e *model.Enum, v *model.EnumValue) string {
	if e.Kind == model.String {
		return fmt.Sprintf("%q", v.Text)
	}
	return fmt.Sprint(v.Int)
}

func has(e *model.Enum, text string) bool {
	for _, v := range e.Values {
		if literal(e, v) == text {
			return true
		}
	}
	return false
}
