// Package journey holds all that lies behind a store under everything that breaks it:
// relays, brokers, consumers, reactions and sagas, in processes of their own.
//
// In go a server of PostgreSQL, brokers that can be killed, and a [Plan]. Writers
// append; relays bring what they have written to JetStream and to Kafka; consumers make
// rows of it, in PostgreSQL and in a SQLite file; a reaction answers, and sagas take
// steps of which some fail. Meanwhile processes, brokers and database are killed with
// kill -9 and begin anew, links are cut at COMMIT, and processes sleep past their leases
// and wake. Out comes a [Report]: figures, and the [Verdict] of judges who read what is
// left by plain SQL, and from the brokers, and share no code with what they judge.
package journey
