package syntax

import (
	"strconv"

	"github.com/evgen/evgen/schema/syntax/tree"
)

func (p *parser) projection(name Text, n *tree.Node) *ProjectionDecl {
	d := &ProjectionDecl{Name: name, Span: name.Span}
	p.Block(n, "a projection", []tree.Key{
		{Name: "doc", Read: p.anyText(&d.Doc)},
		{Name: "handler", Read: func(pair tree.Pair) { p.word(&d.Handler, pair, "go") }},
		{Name: "partition_by", Read: p.text(&d.PartitionBy)},
		{Name: "key", Read: p.columns(&d.Key)},
		{Name: "indexes", Read: func(pair tree.Pair) { p.indexes(d, pair) }},
		{Name: "on", Read: func(pair tree.Pair) { p.handlers(d, pair) }},
	})
	p.requireKeys(n, name.Span, "projection "+strconv.Quote(name.Value), "on")
	return d
}

func (p *parser) columns(into *[]*ColumnDecl) func(tree.Pair) {
	return func(pair tree.Pair) {
		for _, c := range p.Pairs(pair.Value, pair.Quoted()) {
			*into = append(*into, &ColumnDecl{Name: keyText(c.Key), From: p.literalNode(c.Value)})
		}
	}
}

func (p *parser) indexes(d *ProjectionDecl, pair tree.Pair) {
	for _, n := range p.Items(pair.Value, pair.Quoted()) {
		index := []Text{}
		for _, c := range p.Items(n, "an index") {
			p.appendText(&index, c, "a column of an index")
		}
		d.Indexes = append(d.Indexes, index)
	}
}

// handlers reads `on:`: a list of events for hand-written projections, else a mapping of events to changes.
func (p *parser) handlers(d *ProjectionDecl, pair tree.Pair) {
	if pair.Value.Kind == tree.Sequence {
		var events []Text
		p.texts(&events)(pair)
		for _, e := range events {
			d.On = append(d.On, &OnDecl{Event: e, Span: e.Span})
		}
		return
	}
	for _, h := range p.Pairs(pair.Value, pair.Quoted()) {
		d.On = append(d.On, p.handler(h))
	}
}

func (p *parser) handler(pair tree.Pair) *OnDecl {
	on := &OnDecl{Event: keyText(pair.Key), Span: pair.Key.Span}
	switch n := pair.Value; {
	case n.Kind == tree.Scalar && n.Text == "delete":
		on.Delete = Flag{Value: true, Span: n.Span}
	case n.Kind == tree.Mapping && len(n.Pairs) > 0:
		p.Block(n, "a change of a projection", []tree.Key{
			{Name: "creates", Read: p.choice(&on.Creates)},
			{Name: "set", Read: p.columns(&on.Set)},
			{Name: "add", Read: p.columns(&on.Add)},
		})
	default:
		p.Report.Add(badHandler(n))
		on.Delete = Flag{Value: true, Span: n.Span} // so that one fault does not cause others
	}
	return on
}

func (p *parser) consumer(name Text, n *tree.Node) *ConsumerDecl {
	d := &ConsumerDecl{Name: name, Span: name.Span}
	p.Block(n, "a consumer", []tree.Key{
		{Name: "doc", Read: p.anyText(&d.Doc)},
		{Name: "go", Read: p.text(&d.Go)},
		{Name: "team", Read: p.text(&d.Team)},
		{Name: "reads", Read: p.texts(&d.Reads)},
	})
	p.requireKeys(n, name.Span, "consumer "+strconv.Quote(name.Value), "reads")
	return d
}

func (p *parser) reaction(name Text, n *tree.Node) *ReactionDecl {
	d := &ReactionDecl{Name: name, Span: name.Span}
	p.Block(n, "a reaction", []tree.Key{
		{Name: "doc", Read: p.anyText(&d.Doc)},
		{Name: "go", Read: p.text(&d.Go)},
		{Name: "on", Read: p.textOrTexts(&d.On)},
		{Name: "emits", Read: p.textOrTexts(&d.Emits)},
	})
	p.requireKeys(n, name.Span, "reaction "+strconv.Quote(name.Value), "on")
	return d
}

func (p *parser) saga(name Text, n *tree.Node) *SagaDecl {
	d := &SagaDecl{Name: name, Span: name.Span}
	p.Block(n, "a saga", []tree.Key{
		{Name: "doc", Read: p.anyText(&d.Doc)},
		{Name: "go", Read: p.text(&d.Go)},
		{Name: "start", Read: p.text(&d.Start)},
		{Name: "correlate", Read: p.text(&d.Correlate)},
		{Name: "timeout", Read: p.text(&d.Timeout)},
		{Name: "emits", Read: p.textOrTexts(&d.Emits)},
		{Name: "steps", Read: func(pair tree.Pair) {
			for _, s := range p.Items(pair.Value, pair.Quoted()) {
				d.Steps = append(d.Steps, p.sagaStep(s))
			}
		}},
	})
	p.requireKeys(n, name.Span, "saga "+strconv.Quote(name.Value), "start", "correlate", "steps")
	return d
}

func (p *parser) sagaStep(n *tree.Node) *SagaStepDecl {
	s := &SagaStepDecl{Span: n.Span}
	p.Block(n, "a step of a saga", []tree.Key{
		{Name: "name", Read: p.text(&s.Name)},
		{Name: "do", Read: p.choice(&s.Do)},
		{Name: "compensate", Read: p.text(&s.Compensate)},
		{Name: "timeout", Read: p.text(&s.Timeout)},
		{Name: "retry", Read: func(pair tree.Pair) {
			p.Block(pair.Value, pair.Quoted(), []tree.Key{
				{Name: "max", Read: p.count(&s.RetryMax)},
				{Name: "backoff", Read: func(pair tree.Pair) { p.word(&s.Backoff, pair, "exponential", "fixed") }},
				{Name: "base", Read: p.text(&s.RetryBase)},
				{Name: "cap", Read: p.text(&s.RetryCap)},
			})
		}},
		{Name: "await", Read: p.awaited(&s.Await)},
		{Name: "refuse", Read: p.awaited(&s.Refuse)},
	})
	p.requireKeys(n, n.Span, "a step of a saga", "name")
	return s
}

// awaited reads a mapping of events to the paths of their correlation keys.
func (p *parser) awaited(into *[]*AwaitDecl) func(tree.Pair) {
	return func(section tree.Pair) {
		for _, pair := range p.Pairs(section.Value, section.Quoted()) {
			d := &AwaitDecl{Event: keyText(pair.Key)}
			p.text(&d.Key)(pair)
			*into = append(*into, d)
		}
	}
}
