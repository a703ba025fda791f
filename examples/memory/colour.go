package main

import (
	"os"

	"github.com/evgen/evgen/examples/memory/page"
)

// palette is plain unless standard output is a terminal that may have colour:
// see https://no-color.org.
func (s surroundings) palette() page.Palette {
	file, ok := s.out.(*os.File)
	if !ok || s.env("NO_COLOR") != "" || s.env("TERM") == "dumb" {
		return page.Palette{}
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return page.Palette{}
	}
	return page.Colour()
}
