package compat_test

import (
	"testing"

	"github.com/evgen/evgen/schema/compat"
)

func TestSettingsAreFoundByName(t *testing.T) {
	for name, want := range map[string]compat.Level{
		"backward": compat.LevelBackward, "full": compat.LevelFull, "forward": compat.LevelForward, "none": compat.LevelNone,
	} {
		if got, ok := compat.LevelNamed(name); got != want || !ok {
			t.Errorf("%s: %d %t", name, got, ok)
		}
	}
	if _, ok := compat.LevelNamed("sideways"); ok {
		t.Error("a level that does not exist is known")
	}
	if got, ok := compat.ReadersNamed("strict", "closed"); !ok || got != (compat.Readers{Unknown: compat.Strict, Enums: compat.Closed}) {
		t.Errorf("%+v %t", got, ok)
	}
	if _, ok := compat.ReadersNamed("strict", "ajar"); ok {
		t.Error("a reader that does not exist is known")
	}
}
