package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/examples/memory/page"
	"github.com/evgen/evgen/examples/memory/story"
	"github.com/evgen/evgen/examples/memory/system"
	"github.com/evgen/evgen/runtime"
)

// quickly is how long an embedding takes where nobody reads along.
const quickly = 450 * time.Millisecond

// pace is where a system's broker is and how long its embeddings take.
type pace struct {
	nats      string
	embedding time.Duration
}

func (p *pace) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.nats, "nats", "", "use the broker at `URL`")
	cmd.Flags().DurationVar(&p.embedding, "embedding", 2*time.Second, "an embedding takes so `LONG`")
}

func (a *app) systemCommand() *cobra.Command {
	var p pace
	var quick bool
	cmd := &cobra.Command{
		Use:   "system",
		Short: "Run all parts of a system, and tell what happens",
		Long: `System runs a relay, a broker, an embedder that is slow, sagas, a reaction and
read models in one process, lets people use them, stops and kills some, and ends
with a table of what was promised: exit status 1 if anything is lost, took place
twice, or was not brought to an end.

It keeps its memories, and the messages of its broker, where programs keep their
data, or beside the store that --store names. Interrupted or run again, it goes
on where it was.`,
		Example: "  memory system\n  memory system --quick --store postgres://app@db/memory",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if quick && !cmd.Flags().Changed("embedding") {
				p.embedding = quickly
			}
			return a.tell(cmd.Context(), p)
		},
	}
	p.flags(cmd)
	cmd.Flags().BoolVar(&quick, "quick", false, "let embeddings take "+quickly.String())
	return cmd
}

func (a *app) tell(ctx context.Context, p pace) error {
	settings, err := a.settings(p)
	if err != nil {
		return err
	}
	out := a.page()
	told := story.New(out, a.embedderAlone)
	s, err := system.Open(ctx, settings, told)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, told.Interrupted)()
	err = s.Run(ctx, func(ctx context.Context) error { return told.Tell(ctx, s) })
	closed := s.Close()
	if ctx.Err() != nil { // whatever was broken off the next run goes on with
		out.Line("Every part has stopped. The next run goes on where this one was.")
		return errors.Join(closed, out.Err())
	}
	if err == nil && a.store == "" {
		out.Note("\n  To look at it: go run ./examples/memory list --all --store %s", settings.Store)
	}
	return errors.Join(err, closed, out.Err())
}

// settings are those of the system that --store names, or of one of its own.
func (a *app) settings(p pace) (system.Settings, error) {
	s := system.Settings{Store: a.store, NATS: p.nats, Data: filepath.Dir(a.defaultFile()), Takes: p.embedding, Logger: a.logger()}
	if s.Store == "" {
		s.Store = filepath.Join(s.Data, "system.db")
	}
	if p.embedding <= 0 {
		return s, fmt.Errorf("--embedding %v: it takes some time", p.embedding)
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return s, fmt.Errorf("make a place for %s (choose another with --store): %w", s.Store, err)
	}
	return s, nil
}

// embedderAlone runs this program once more. The store, in whose name a password may
// stand, is told in the environment.
func (a *app) embedderAlone(ctx context.Context, beside *system.System) (*story.Alone, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	process := exec.CommandContext(ctx, program, "embedder", "--nats", beside.Broker.URL, "--embedding", beside.Takes.String())
	process.Env = append(os.Environ(), storeVariable+"="+beside.Store)
	process.Stderr = a.err
	return story.Launch(process)
}

func (a *app) embedderCommand() *cobra.Command {
	var p pace
	cmd := &cobra.Command{
		Use:   "embedder",
		Short: "Run the embedder of a system in a process of its own",
		Long: `Embedder embeds words that the broker of a system tells it of, until interrupted.
It shares the work with others of its kind, and takes over from them.`,
		Example: "  memory embedder --store memory.db --nats nats://127.0.0.1:4222",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.nats == "" {
				return errors.New("--nats is missing: where is the broker?")
			}
			return a.embed(cmd.Context(), p)
		},
	}
	p.flags(cmd)
	return cmd
}

func (a *app) embed(ctx context.Context, p pace) error {
	settings, err := a.settings(p)
	if err != nil {
		return err
	}
	if settings.Store, err = a.storeName(); err != nil {
		return err
	}
	out := a.page()
	s, err := system.Open(ctx, settings, beginnings{out})
	if err != nil {
		return err
	}
	return errors.Join(s.RunEmbedder(ctx), s.Close(), out.Err())
}

// beginnings prints what an embedder begins with.
type beginnings struct{ *page.Page }

// Begun implements [system.Noticed].
func (b beginnings) Begun(words runtime.Meta, _ string) {
	b.Line("%s", story.BeginsLine(words.Stream.ID()))
}

// Told implements [system.Noticed].
func (beginnings) Told(runtime.Meta) {}
