package syntax

func printProjection(p *ProjectionDecl) outPair {
	var indexes []out
	for _, index := range p.Indexes {
		o := listOf(index)
		o.form = series
		indexes = append(indexes, o)
	}
	return outPair{p.Name.Value, mapping(block,
		outPair{"doc", optional(p.Doc)}, outPair{"handler", optional(p.Handler)}, outPair{"partition_by", optional(p.PartitionBy)},
		outPair{"key", printColumns(p.Key)}, outPair{"indexes", list(series, indexes)}, outPair{"on", bareKeyed(printHandlers(p.On))},
	)}
}

func printColumns(columns []*ColumnDecl) out {
	var pairs []outPair
	for _, c := range columns {
		pairs = append(pairs, outPair{c.Name.Value, printLiteral(c.From)})
	}
	return mapping(compact, pairs...).orAbsent()
}

// printHandlers writes a list of events when none of them says what changes.
func printHandlers(handlers []*OnDecl) out {
	var pairs []outPair
	var names []Text
	changes := false
	for _, h := range handlers {
		o := mapping(compact, outPair{"creates", choice(h.Creates)}, outPair{"set", printColumns(h.Set)}, outPair{"add", printColumns(h.Add)})
		if h.Delete.Value {
			o = raw("delete")
		}
		changes = changes || h.Delete.Value || len(o.present()) > 0
		pairs = append(pairs, outPair{h.Event.Value, o})
		names = append(names, h.Event)
	}
	if !changes {
		o := listOf(names)
		o.form = series
		return o
	}
	return mapping(block, pairs...)
}

func printConsumer(c *ConsumerDecl) outPair {
	reads := listOf(c.Reads)
	reads.form = series
	return outPair{c.Name.Value, mapping(compact, outPair{"doc", optional(c.Doc)}, outPair{"go", optional(c.Go)}, outPair{"reads", reads}, outPair{"team", optional(c.Team)})}
}

func printReaction(r *ReactionDecl) outPair {
	on := oneOrList(r.On)
	if on.form == absent {
		on.form = series
	}
	return outPair{r.Name.Value, mapping(compact, outPair{"doc", optional(r.Doc)}, outPair{"go", optional(r.Go)}, outPair{"on", bareKeyed(on)}, outPair{"emits", oneOrList(r.Emits)})}
}

func printSaga(s *SagaDecl) outPair {
	steps := out{form: column}
	for _, step := range s.Steps {
		retry := mapping(compact, outPair{"max", printLiteral(step.RetryMax)}, outPair{"backoff", optional(step.Backoff)},
			outPair{"base", optional(step.RetryBase)}, outPair{"cap", optional(step.RetryCap)}).orAbsent()
		steps.items = append(steps.items, mapping(compact,
			outPair{"name", optional(step.Name)}, outPair{"do", choice(step.Do)}, outPair{"compensate", optional(step.Compensate)},
			outPair{"timeout", optional(step.Timeout)}, outPair{"retry", retry},
			outPair{"await", printAwaited(step.Await)}, outPair{"refuse", printAwaited(step.Refuse)}))
	}
	if len(steps.items) == 0 {
		steps.form = series
	}
	return outPair{s.Name.Value, mapping(block,
		outPair{"doc", optional(s.Doc)}, outPair{"go", optional(s.Go)}, outPair{"start", optional(s.Start)}, outPair{"correlate", optional(s.Correlate)},
		outPair{"timeout", optional(s.Timeout)}, outPair{"emits", oneOrList(s.Emits)}, outPair{"steps", steps},
	)}
}

func printAwaited(list []*AwaitDecl) out {
	var pairs []outPair
	for _, d := range list {
		pairs = append(pairs, outPair{d.Event.Value, optional(d.Key)})
	}
	return mapping(compact, pairs...).orAbsent()
}
