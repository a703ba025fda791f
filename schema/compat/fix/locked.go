package fix

import (
	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// declaring is a file that declares the old event in full: its own, or one made of all its versions in the lock. It is
// nil where the lock does not have it.
func declaring(file *source.File, e *compat.EventResult) *source.File {
	if file == nil || file.Name != lock.FileName {
		return file
	}
	released, err := lock.Read(file.Bytes)
	if err != nil {
		return nil
	}
	docs, err := released.Documents()
	if err != nil {
		return nil
	}
	for _, d := range docs {
		for _, event := range d.Events {
			if d.Package.Value == e.Package && event.Name.Value == e.Name {
				alone := &syntax.Document{Package: d.Package, Events: []*syntax.EventDecl{event}}
				return source.NewFile(lock.FileName, syntax.Print(alone))
			}
		}
	}
	return nil
}
