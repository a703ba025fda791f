// Package system is the example as a small system: memories, a relay to a broker, an
// embedder that reads from it, sagas, a reaction and read models, all in one process,
// each of which can be stopped and started by itself.
//
// In goes the name of a store; out come the running parts and [Figures] of what they
// have done. It prints nothing, and starts nothing before [System.Run].
package system

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/evgen/evgen/examples/memory/broker"
	"github.com/evgen/evgen/examples/memory/embedder"
	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/library"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/projection"
)

// Settings say where a system is and how it works.
type Settings struct {
	// Store is a file, or the address of a database, as for [library.Open].
	Store string
	// NATS is the URL of a broker. Without one it runs in this process, and keeps its
	// messages beside the store if that is a file, or else in Data.
	NATS, Data string
	// Takes is how long an embedding takes.
	Takes  time.Duration
	Logger *slog.Logger
}

// Silence is how long a message may be worked on without a sign of life before the
// broker delivers it again: less than the work takes.
func (s Settings) Silence() time.Duration { return max(s.Takes/3, time.Millisecond) }

// Noticed is told what the embedder of this process does.
type Noticed interface {
	Begun(words runtime.Meta, text string)
	Told(words runtime.Meta)
}

// ErrBroker says that the messages of a broker are not those of the store: they were
// removed, or another store's relay has written them.
var ErrBroker = errors.New("the broker does not belong to the store")

// System is an open system. It must be made by [Open].
type System struct {
	Settings
	Library *library.Library
	Vectors *embedder.Vectors
	Broker  *broker.Broker

	noticed  Noticed
	make     map[Name]func() (runnable, error)
	running  map[Name]*part
	embedder embedder.Embedder
	// base bounds everything that runs; fail ends it for a reason.
	base context.Context
	fail context.CancelCauseFunc
}

// Open opens a system and makes what is missing of it. Close it. Errors: [ErrBroker],
// and those of [library.Make].
func Open(ctx context.Context, settings Settings, noticed Noticed) (*System, error) {
	s := &System{Settings: settings, noticed: noticed, running: map[Name]*part{}}
	err := s.open(ctx)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.make = map[Name]func() (runnable, error){
		Relay: s.relay, ReadModels: s.readModels, Reaction: s.reaction, Sagas: s.sagas, Embedder: s.embedderHere,
	}
	return s, nil
}

func (s *System) open(ctx context.Context) (err error) {
	if s.Library, err = library.Make(ctx, s.Store, s.Logger); err != nil {
		return err
	}
	if err := s.Library.SetupSagas(ctx); err != nil {
		return err
	}
	if s.Vectors, err = embedder.Open(ctx, s.Store); err != nil {
		return err
	}
	if s.NATS != "" {
		s.Broker, err = broker.Connect(ctx, s.NATS)
	} else {
		s.Broker, err = s.startBroker(ctx)
	}
	if err != nil {
		return err
	}
	return s.compareBroker(ctx)
}

func (s *System) startBroker(ctx context.Context) (*broker.Broker, error) {
	dir, err := s.brokerDir(ctx)
	if err != nil {
		return nil, err
	}
	return broker.Start(ctx, dir)
}

// compareBroker compares what the broker holds with what the relay has written.
func (s *System) compareBroker(ctx context.Context) error {
	messages, err := s.Broker.Messages(ctx)
	if err != nil {
		return err
	}
	head, _, err := s.Library.Events.Head(ctx)
	if err != nil {
		return err
	}
	lags, err := projection.Lag(ctx, s.Library.Models, head)
	if err != nil {
		return err
	}
	known, written := false, runtime.Position(0)
	for _, lag := range lags {
		if lag.Version.ID == library.RelayID {
			known, written = true, head-lag.Events
		}
	}
	if messages == 0 && written > 0 || messages > 0 && !known {
		return fmt.Errorf("%w: %d messages at %s, and the relay has come to %d", ErrBroker, messages, s.Broker.URL, written)
	}
	return nil
}

// brokerDir is where the broker of this process keeps the messages of the store.
func (s *System) brokerDir(ctx context.Context) (string, error) {
	if !library.IsAddress(s.Store) {
		file := strings.TrimPrefix(s.Store, "sqlite:")
		return strings.TrimSuffix(file, filepath.Ext(file)) + "-broker", nil
	}
	_, life, err := s.Library.Events.Head(ctx)
	if err != nil {
		return "", err
	}
	return filepath.Join(s.Data, fmt.Sprintf("broker-%v", life)), nil
}

// Close closes what [Open] has opened. Nothing may run.
func (s *System) Close() error {
	var errs []error
	if s.Broker != nil {
		s.Broker.Close()
	}
	if s.Vectors != nil {
		errs = append(errs, s.Vectors.Close())
	}
	if s.Library != nil {
		errs = append(errs, s.Library.Close())
	}
	return errors.Join(errs...)
}

// Mind returns the memories, on which somebody acts.
func (s *System) Mind(actor string) (*mind.Mind, error) {
	return mind.New(s.Library.Events, s.Library, mind.WithActor(actor))
}

// Run starts all parts, calls use, and stops them. The ctx of use ends when a part
// fails. It blocks until everything has ended.
func (s *System) Run(ctx context.Context, use func(context.Context) error) error {
	using, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	// parts are stopped one after the other, also when ctx ends
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	s.base, s.fail = base, fail
	err := s.startAll()
	if err == nil {
		err = use(using)
	}
	stopped := s.stopAll()
	if cause := context.Cause(using); err != nil && cause != nil && ctx.Err() == nil {
		return cause // the part that failed, rather than who waited for it
	}
	return errors.Join(err, stopped)
}

func (s *System) startAll() error {
	for _, name := range Parts() {
		if err := s.Start(name); err != nil {
			return err
		}
	}
	return nil
}

// stopAll stops those who bring work before those who do it.
func (s *System) stopAll() error {
	var errs []error
	for _, name := range Parts() {
		errs = append(errs, s.Stop(name))
	}
	return errors.Join(errs...)
}

// Start starts a part that does not run.
func (s *System) Start(name Name) error {
	run, err := s.make[name]()
	if err != nil {
		return fmt.Errorf("start the %s: %w", name, err)
	}
	s.running[name] = start(s.base, name, run, s.fail)
	return nil
}

// Stop stops a part, which finishes what it is at, and waits for that.
func (s *System) Stop(name Name) error {
	p := s.running[name]
	if p == nil {
		return nil
	}
	delete(s.running, name)
	return p.end()
}

func (s *System) relay() (runnable, error) {
	runner, err := s.Library.Relay(s.Broker.Sink())
	if err != nil {
		return nil, err
	}
	return runner.Run, nil
}

func (s *System) readModels() (runnable, error) {
	runner, err := s.Library.Runner()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return s.Library.Run(ctx, runner) }, nil
}

func (s *System) reaction() (runnable, error) {
	runner, err := s.Library.Reaction()
	if err != nil {
		return nil, err
	}
	return runner.Run, nil
}

func (s *System) sagas() (runnable, error) {
	m, err := s.Mind("system")
	if err != nil {
		return nil, err
	}
	starter, worker, err := s.Library.Saga(m.Consolidation())
	if err != nil {
		return nil, err
	}
	return together(starter.Run, worker.Run), nil
}

// consumerName is that of the embedder in the broker.
const consumerName = "embedder"

func (s *System) embedderHere() (runnable, error) {
	m, err := s.Mind("embedder")
	if err != nil {
		return nil, err
	}
	source, err := s.Broker.Source(consumerName, s.Silence())
	if err != nil {
		return nil, err
	}
	work := embedder.Work{
		Takes: s.Takes, Begun: s.noticed.Begun,
		Tell: func(ctx context.Context, words runtime.Meta, embedding memory.MemoryEmbedded) error {
			err := m.Embed(ctx, words, embedding)
			if err == nil {
				s.noticed.Told(words)
			}
			return err
		},
	}
	s.embedder, err = s.Vectors.Embedder(source, work, delivery.WithLogger(s.Logger))
	if err != nil {
		return nil, err
	}
	return s.embedder.Run, nil
}

// RunEmbedder runs the embedder alone, until ctx ends: in a process of its own,
// beside a system with the same store and broker.
func (s *System) RunEmbedder(ctx context.Context) error {
	run, err := s.embedderHere()
	if err != nil {
		return err
	}
	return run(ctx)
}
