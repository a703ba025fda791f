package plan

import (
	"slices"
	"strings"
)

// List is an order in which a reader lists rows: that of an index, made total by the key.
type List struct {
	Name   string    // in cursors
	Method string    // of readers
	Var    string    // of what all databases share
	Pages  string    // of the statements of one database
	Index  []*Column // columns of the index
	Order  []*Column // the same, and then those of the key that are missing
}

// Lists are the orders that indexes serve, the key's first.
func (p *Projection) Lists() []*List {
	if p.Model.Go {
		return nil
	}
	key := p.Columns[:p.Keys]
	lists := []*List{{Name: "key", Method: "List", Var: p.Name + "List", Pages: "list" + p.Name, Index: key, Order: key}}
	for _, index := range p.Indexes {
		var names, fields []string
		for _, c := range index {
			names, fields = append(names, c.Model.Name), append(fields, c.Name)
		}
		l := &List{Name: strings.Join(names, ","), Method: "By" + strings.Join(fields, "And"), Index: index, Order: slices.Clone(index)}
		l.Var, l.Pages = p.Name+l.Method, "list"+p.Name+l.Method
		for _, c := range key {
			if !slices.Contains(l.Order, c) {
				l.Order = append(l.Order, c)
			}
		}
		lists = append(lists, l)
	}
	return lists
}
