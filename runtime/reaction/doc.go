// Package reaction lets events lead to events: choreography.
//
// In goes a function from a fact to what follows from it; out comes a projection
// whose effect is those events, for a runner of runtime/projection to run. In the
// store's own database the events are appended by the transaction that moves the
// checkpoint, so that each is there exactly once, whoever crashes, and an owner that
// has lost its lease emits nothing. Elsewhere ([Through]) their ids make sure of it.
//
// An emitted event belongs to the chain of its fact: it has the fact's correlation,
// tenant, actor and trace, and the fact as its cause. Its id follows from the
// reaction, the fact and its place among what the fact leads to, so that nothing that
// is done again adds anything. Hops are counted along the chain, so that a loop of
// reactions ends ([LoopError]).
//
// What reactions have emitted stays. So they are no read models that are built anew:
// there is one version for ever, which other code takes over where it stands, and
// projection.Rebuild and projection.Reset refuse. [Restart] goes back on purpose.
package reaction
