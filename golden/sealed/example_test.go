package sealed_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/golden/sealed/events/people/peoplesqlite"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitekeys"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// service is what a program holds that stores personal data.
type service struct {
	keys       *sqlitekeys.Keys
	keyring    *encryption.Keyring
	store      *sqlite.Store
	models     *sqlitemodel.DB
	registry   *runtime.Registry
	repository *runtime.Repository[[]string]
}

func openService(ctx context.Context, dir string, secret []byte) (*service, error) {
	keys, err := sqlitekeys.Open(ctx, filepath.Join(dir, "keys.db")) // or pgkeys.New(pool)
	if err != nil {
		return nil, err
	}
	master, err := encryption.NewMaster(encryption.MasterKey{Name: "2026", Key: secret})
	if err != nil {
		return nil, err
	}
	keyring := encryption.NewKeyring(keys, master)
	store, err := sqlite.Open(ctx, filepath.Join(dir, "events.db"), sqlite.WithSealing(keyring))
	if err != nil {
		return nil, err
	}
	registry, err := runtime.NewRegistry(people.Schema())
	if err != nil {
		return nil, err
	}
	var evolver people.PersonEvolver[[]string] = names{}
	registry = registry.Opening(keyring) // for runners, consumers and loads
	aggregate := people.PersonAggregate(evolver)
	aggregate.Decoder = registry
	repository, err := runtime.NewRepository(store, aggregate)
	if err != nil {
		return nil, err
	}
	models, err := sqlitemodel.Open(ctx, filepath.Join(dir, "models.db"))
	if err != nil {
		return nil, err
	}
	return &service{keys, keyring, store, models, registry, repository}, models.Setup(ctx)
}

// forget erases a person everywhere.
func (s *service) forget(ctx context.Context, person uuid.UUID) error {
	eraser := encryption.Eraser{
		Erasures: s.keys, Keyrings: []*encryption.Keyring{s.keyring}, Settle: encryption.Alone,
		Hooks: []encryption.Hook{{Name: "directory", Erase: func(ctx context.Context, of encryption.Subject) error {
			return projection.EraseSubject(ctx, s.models, peoplesqlite.Directory(), of.Tenant, of.ID)
		}}},
	}
	why := encryption.Erasure{By: "dpo@example.com", Why: "request 4711"}
	return eraser.Erase(ctx, why, encryption.Subject{ID: person.String()})
}

func Example() {
	dir, err := os.MkdirTemp("", "people")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	ctx, secret, person := context.Background(), make([]byte, 32), uuid.New()
	rand.Read(secret)
	s, err := openService(ctx, dir, secret)
	if err != nil {
		panic(err)
	}
	stream := people.PersonStream(person)
	ada := people.PersonRegistered{Name: "Ada", Email: "ada@example.com", Country: "UK"}
	if _, err := s.store.Append(ctx, stream, runtime.ExpectNew(), runtime.Root(), ada); err != nil {
		panic(err)
	}
	before, err := s.repository.Load(ctx, stream)
	fmt.Printf("%q %v\n", before.Data, err)
	fmt.Println(s.forget(ctx, person))
	after, err := s.repository.Load(ctx, stream)
	fmt.Printf("%q %v\n", after.Data, err)
	// Output:
	// ["Ada"] <nil>
	// <nil>
	// [""] <nil>
}
