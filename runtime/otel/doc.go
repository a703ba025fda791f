// Package otel tells OpenTelemetry what stores, projections, relays, consumers and
// sagas do: spans and metrics, by the hooks that those have. Nothing is told unless a
// program hands the observers of this package over.
//
// # Traces
//
// The header "traceparent" of an event leads from cause to effect: [Trace] writes it
// into the cause of an append, relays carry it as an attribute of CloudEvents, and
// whoever handles the event continues that trace. Where several are handled at once
// they may come of several traces: the span then is a trace of its own, with a link to
// each. Steps of sagas, and their compensations, continue the trace of the event that
// began the saga. Nothing is told of work none of whose causes was sampled.
//
// Spans hold names, ids and counts, no payload and no texts of errors: those may
// repeat it.
//
// # Metrics
//
// What happens is counted as it happens ([Observer]), and what stands is read from
// the ledger when metrics are collected ([Observer.Watch] and the like). Names and
// units of messaging are those of the semantic conventions; others begin with "evgen.".
//
// The package knows OpenTelemetry's interfaces alone: which SDK, which exporter and
// which sampler is the program's to say.
package otel
