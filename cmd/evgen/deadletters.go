package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/runtime/projection"
)

func deadlettersCommand(inv *invocation) *cobra.Command {
	m := &modeling{operation: &operation{invocation: inv}}
	cmd := &cobra.Command{
		Use:   "deadletters",
		Short: "Look at events that a read model could not take in, and decide about them",
		Long: `An event on which a projection fails becomes a dead letter, and so does whatever
follows under the same key: the order of a key is kept, other keys go on. A letter
is

  retrying   tried again by itself, ever more seldom
  dead       out of attempts: it waits for a decision
  parked     behind another letter of its key

A retry decodes the stored event with the upcasters of the service that is running:
deploy what mends it first.`,
		Example: `  evgen deadletters list --store postgres://app@db/shop
  evgen deadletters show 17
  evgen deadletters retry --all --projection memory_list`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	m.addModels(cmd)
	cmd.AddCommand(
		deadlettersListCommand(m),
		deadlettersShowCommand(m),
		deadlettersRetryCommand(m),
		deadlettersDropCommand(m),
	)
	return cmd
}

// letters is which letters a command is about.
type letters struct {
	query projection.LetterQuery
	state choice
}

func (q *letters) addFlags(cmd *cobra.Command) {
	q.state = oneOf("", string(projection.Retrying), string(projection.Dead), string(projection.Parked))
	flags := cmd.Flags()
	flags.StringVar(&q.query.Projection, "projection", "", "only letters of projection `ID`, or of all partitions of a consumer")
	flags.IntVar(&q.query.Version, "version", 0, "only letters of version `N` of it")
	flags.StringVar(&q.query.Key, "key", "", "only letters of `KEY`: of one stream, mostly")
	flags.Var(&q.state, "state", "only letters in this state")
	mustComplete(cmd, "state", q.state.complete)
}

// selected are the queries for what the flags say: one, or one for each partition of a
// consumer. Errors: [projection.ErrUnknownProjection].
func (q *letters) selected(ctx context.Context, models *operate.Models) ([]projection.LetterQuery, error) {
	selected := q.query
	selected.State = projection.LetterState(q.state.value)
	if selected.Projection == "" {
		return []projection.LetterQuery{selected}, nil
	}
	ids, err := operate.Named(ctx, models, selected.Projection)
	if err != nil {
		return nil, err
	}
	var all []projection.LetterQuery
	for _, id := range ids {
		selected.Projection = id
		all = append(all, selected)
	}
	return all, nil
}

func readLetters(ctx context.Context, models *operate.Models, q projection.LetterQuery) ([]projection.Letter, error) {
	var found []projection.Letter
	err := models.Ledger(ctx, func(l projection.Ledger) (err error) {
		found, err = l.Letters(ctx, q)
		return err
	})
	return found, err
}

// letterIDs reads the numbers of letters.
func letterIDs(words []string) ([]int64, error) {
	var ids []int64
	for _, word := range words {
		id, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not the number of a dead letter", word)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// named returns the letters with those numbers, all of which must be there.
func namedLetters(ctx context.Context, models *operate.Models, ids []int64) ([]projection.Letter, error) {
	found, err := readLetters(ctx, models, projection.LetterQuery{IDs: ids})
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, id := range ids {
		if !slices.ContainsFunc(found, func(l projection.Letter) bool { return l.ID == id }) {
			missing = append(missing, strconv.FormatInt(id, 10))
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("there is no dead letter %s; nothing was done", strings.Join(missing, ", "))
	}
	return found, nil
}
