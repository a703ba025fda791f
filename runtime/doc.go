// Package runtime is what generated code builds on: envelopes, causes, the store
// contract, the one decode path, aggregates and snapshots.
//
// In go events (generated structs) and a [Cause]; out come [Record]s as stored
// and [Envelope]s of the newest version. It never talks to an outside system
// (memstore, sqlite and others do, each in its own package), never decodes by
// another way than a [Decoder], starts no goroutine that outlives a call, and
// keeps no package-level state.
//
// # Using it
//
//	res, err := store.Append(ctx, orders.OrderStream(id), runtime.ExpectNew(), runtime.Root(), placed)
//
//	for env, err := range orders.Load(ctx, store, orders.OrderStream(id)) { ... }
//
//	repo, err := runtime.NewRepository(store, orders.OrderAggregate(evolver{}))
//	res, err := runtime.Execute(ctx, repo, orders.OrderStream(id), runtime.CausedBy(cmd), decide)
//
// # What generated code calls
//
// The package internal/sampleevents is written by hand, exactly as generated
// code looks. Of this package generated code uses:
//
//   - events.gen.go: every version of every event is a struct that implements
//     [Event] by value. The newest versions also implement the package's sealed
//     Event interface.
//   - upcast.gen.go: one [UpcastFunc] a step. The runtime walks the chain, so a
//     step knows only its own two versions, and a step into other events
//     appends whichever version of them its rules were written for.
//   - schema.gen.go: Schema() *[Schema], a literal that the linker lays out: type,
//     aliases and per version a digest, a [DecodeFunc] and an [UpcastFunc]; and the
//     compile-time check of the [Format].
//   - envelope.gen.go: stream constructors ([StreamOf], [StreamOfUUID]), Load
//     ([LoadAs]) and Decode ([Decode]), each of one line.
//   - <aggregate>_evolve.gen.go: the typed evolver interface, and an [Aggregate]
//     whose Evolve dispatches exhaustively with [Wrap].
package runtime
