package faults_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

// appendAndProject appends by three writers, says so, and keeps the read model, until
// it is killed. The argument holds the number of the first writer and a DSN.
func appendAndProject(argument string) error {
	number, dsn, _ := strings.Cut(argument, " ")
	first, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	ctx := context.Background()
	store, err := postgres.Open(ctx, dsn)
	if err != nil {
		return err
	}
	db, err := pgmodel.Open(ctx, dsn)
	if err != nil {
		return err
	}
	registry, err := testimony.Registry()
	if err != nil {
		return err
	}
	r, err := projection.NewRunner(store, db, registry, []projection.Projection[*pgmodel.Tx]{faults.Projection()},
		projection.WithLease(300*time.Millisecond), projection.WithPoll(20*time.Millisecond), projection.WithShards(2),
		projection.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	failed := make(chan error)
	go func() { failed <- r.Run(ctx) }()
	for i := range killWriters {
		go func() { failed <- appendForEver(ctx, store, first+i) }()
	}
	return <-failed
}

const killWriters = 3

// appendForEver says before each append what it intends, and behind it where that stands.
func appendForEver(ctx context.Context, store *postgres.Store, writer int) error {
	w := testimony.NewWitness(writer)
	for n := 0; ; n++ {
		part := w.Begin().Intend(stream(n%5), 1+n%3)
		said := &saying{writer: writer}
		if err := testimony.Intends(said, part); err != nil {
			return err
		}
		out, err := store.Append(ctx, part.Stream(), runtime.ExpectAny(), runtime.Root(), part.Events()...)
		if err != nil {
			return err
		}
		if err := testimony.Wrote(said, out); err != nil {
			return err
		}
	}
}

// saying writes lines, each by one call, with the writer in front.
type saying struct{ writer int }

func (s *saying) Write(line []byte) (int, error) {
	_, err := os.Stdout.Write(append([]byte(fmt.Sprint(s.writer, " ")), line...))
	return len(line), err
}

func TestKillOfAProcessThatAppendsAndProjectsLosesAndDoublesNothing(t *testing.T) {
	const kills = 12
	s := newSite(t)
	db := s.models(s.direct)
	var all []*testimony.Witness
	for k := range kills {
		family, err := faults.StartChild("append and project", fmt.Sprint(k*killWriters, " ", s.direct))
		must(t, err)
		heard := make(chan []*testimony.Witness)
		began := make(chan struct{})
		go func() { heard <- hear(t, family, k*killWriters, began) }()
		<-began
		timer := time.NewTimer(rand.N(400 * time.Millisecond))
		<-timer.C
		family.Kill()
		all = append(all, <-heard...)
	}
	v := s.told(all...)
	t.Logf("%d events, %d of unknown outcome, of which %d are there", v.Events, v.Unknown, v.Found)
	s.project(s.store, db)
	s.projected(db, s.truth().Last())
}

// hear returns witnesses of what the writers of a child said until it died. began is
// closed when it has written something.
func hear(t *testing.T, c *faults.Child, first int, began chan struct{}) []*testimony.Witness {
	all := make([]*testimony.Witness, killWriters)
	open := make([]*testimony.Unit, killWriters)
	for i := range all {
		all[i] = testimony.NewWitness(first + i)
	}
	c.Hear(func(line string) {
		number, rest, _ := strings.Cut(line, " ")
		writer, err := strconv.Atoi(number)
		if i := writer - first; err == nil && i >= 0 && i < killWriters {
			open[i], err = all[i].Hear(open[i], rest)
		} else {
			err = errors.Join(err, fmt.Errorf("writer %s", number))
		}
		if err != nil {
			t.Error(err)
		}
		if began != nil && strings.HasPrefix(rest, "wrote") {
			close(began)
			began = nil
		}
	})
	if began != nil {
		t.Error("a child wrote nothing")
		close(began)
	}
	return all
}
