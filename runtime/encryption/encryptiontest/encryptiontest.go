// Package encryptiontest is the suite that every store of keys passes.
package encryptiontest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
)

// Store is a store of keys, with all that operators need of it.
type Store interface {
	encryption.Keys
	encryption.Erasures
	encryption.Custody
}

// Run runs the suite. open returns an empty store.
func Run(t *testing.T, open func(t *testing.T) Store) {
	for _, c := range []struct {
		name string
		run  func(t *testing.T, s Store)
	}{
		{"EnsureMakesOneKeyForAll", ensureOnce},
		{"TenantsAreApart", tenantsApart},
		{"AFreshKeyThatFailsIsNotKept", freshFails},
		{"PagesAreInTheOrderOfIDs", pages},
		{"ErasureIsFinal", erasureFinal},
		{"ErasureOfTheUnknownIsKept", erasureUnknown},
		{"ErasuresArePendingUntilFinished", pending},
		{"RenewalKeepsTheErasure", renewal},
		{"WhatIsErasedLaterIsFinishedByItself", finishesItsOwn},
		{"ConcurrentErasureWinsOverEnsure", racing},
		{"RewrapReplacesOnlyWhatItSaw", rewrap},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

var ada = encryption.Subject{Tenant: "acme", ID: "ada'; DROP TABLE keys"}

func fresh(s encryption.Subject, wrapped string) func() (encryption.Key, error) {
	return func() (encryption.Key, error) {
		id, err := uuid.NewV7()
		return encryption.Key{ID: id, Subject: s, Wrapped: []byte(wrapped), CreatedAt: runtime.Timestamp(time.Now())}, err
	}
}

func ensure(t *testing.T, s Store, subject encryption.Subject) encryption.Key {
	t.Helper()
	k, err := s.Ensure(t.Context(), subject, fresh(subject, "key of "+subject.ID))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func erase(t *testing.T, s Store, subject encryption.Subject, why string) {
	t.Helper()
	at := runtime.Timestamp(time.Now())
	if err := s.Erase(t.Context(), subject, encryption.Erasure{At: at, By: "operator", Why: why}); err != nil {
		t.Fatal(err)
	}
}

// finish finishes the erasure of the keys that a subject has now.
func finish(t *testing.T, s Store, subject encryption.Subject) {
	t.Helper()
	var ids []uuid.UUID
	for _, k := range keysOf(t, s, subject) {
		ids = append(ids, k.ID)
	}
	if err := s.Finish(t.Context(), ids...); err != nil {
		t.Fatal(err)
	}
}

func keysOf(t *testing.T, s Store, subject encryption.Subject) []encryption.Key {
	t.Helper()
	keys, err := s.KeysOf(t.Context(), subject)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func ensureOnce(t *testing.T, s Store) {
	const callers = 8
	ids := make([]uuid.UUID, callers)
	var all sync.WaitGroup
	for i := range callers {
		all.Add(1)
		go func() {
			defer all.Done()
			k, err := s.Ensure(context.Background(), ada, fresh(ada, fmt.Sprint("from ", i)))
			if err != nil {
				t.Error(err)
			}
			ids[i] = k.ID
		}()
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] || id == uuid.Nil {
			t.Fatalf("keys %v", ids)
		}
	}
	k := ensure(t, s, ada)
	if k.ID != ids[0] || k.Subject != ada || k.Erased != nil || k.CreatedAt.IsZero() || !bytes.HasPrefix(k.Wrapped, []byte("from ")) {
		t.Errorf("%+v", k)
	}
}

func tenantsApart(t *testing.T, s Store) {
	other := encryption.Subject{Tenant: "other", ID: ada.ID}
	if ensure(t, s, ada).ID == ensure(t, s, other).ID {
		t.Error("two tenants share a key")
	}
	erase(t, s, ada, "1")
	if ensure(t, s, other).Erased != nil {
		t.Error("erased for another tenant, too")
	}
}

func freshFails(t *testing.T, s Store) {
	failed := errors.New("no randomness")
	_, err := s.Ensure(t.Context(), ada, func() (encryption.Key, error) { return encryption.Key{}, failed })
	if !errors.Is(err, failed) || len(keysOf(t, s, ada)) != 0 {
		t.Errorf("%v, keys %v", err, keysOf(t, s, ada))
	}
}

func pages(t *testing.T, s Store) {
	var want []uuid.UUID
	for i := range 5 {
		want = append(want, ensure(t, s, encryption.Subject{ID: fmt.Sprint(i)}).ID)
	}
	erase(t, s, encryption.Subject{ID: "3"}, "1")
	page, err := s.Page(t.Context(), want[1], 3)
	if err != nil || len(page) != 3 {
		t.Fatalf("%v %v", page, err)
	}
	for i, k := range page {
		if k.ID != want[i+1] || k.Subject.ID != fmt.Sprint(i+1) || (k.Erased != nil) != (i == 2) {
			t.Errorf("key %d: %+v", i, k)
		}
	}
	if page, err = s.Page(t.Context(), uuid.Max, 3); err != nil || len(page) != 0 {
		t.Errorf("behind the last: %v %v", page, err)
	}
}

func erasureFinal(t *testing.T, s Store) {
	id := ensure(t, s, ada).ID
	erase(t, s, ada, "first")
	erase(t, s, ada, "second")
	k := ensure(t, s, ada)
	if k.ID != id || k.Wrapped != nil || k.Erased == nil || k.Erased.Why != "first" || k.Erased.By != "operator" || k.Erased.At.IsZero() {
		t.Errorf("%+v %+v", k, k.Erased)
	}
	if err := s.Rewrap(t.Context(), id, nil, []byte("back")); err != nil {
		t.Log(err) // may be refused, may be without effect
	}
	if k := ensure(t, s, ada); k.Wrapped != nil {
		t.Errorf("an erased key is back: %+v", k)
	}
}

func erasureUnknown(t *testing.T, s Store) {
	erase(t, s, ada, "first")
	if k := ensure(t, s, ada); k.Erased == nil || k.Wrapped != nil {
		t.Errorf("%+v", k)
	}
}

func pending(t *testing.T, s Store) {
	bob := encryption.Subject{ID: "bob"}
	for _, subject := range []encryption.Subject{ada, bob} {
		ensure(t, s, subject)
		erase(t, s, subject, "1")
	}
	finish(t, s, ada)
	left, err := s.Pending(t.Context())
	if err != nil || len(left) != 1 || left[0] != bob {
		t.Errorf("pending %v, %v", left, err)
	}
	if k := keysOf(t, s, ada); len(k) != 1 || !k[0].Erased.Finished {
		t.Errorf("%+v", k)
	}
}

func renewal(t *testing.T, s Store) {
	if _, err := s.Renew(t.Context(), ada, fresh(ada, "new")); !errors.Is(err, encryption.ErrActive) {
		t.Errorf("renewing the unknown: %v", err)
	}
	old := ensure(t, s, ada)
	if _, err := s.Renew(t.Context(), ada, fresh(ada, "new")); !errors.Is(err, encryption.ErrActive) {
		t.Errorf("renewing what is not erased: %v", err)
	}
	erase(t, s, ada, "1")
	if _, err := s.Renew(t.Context(), ada, fresh(ada, "new")); !errors.Is(err, encryption.ErrPending) {
		t.Errorf("renewing what hooks have still to clear: %v", err)
	}
	finish(t, s, ada)
	renewed, err := s.Renew(t.Context(), ada, fresh(ada, "new"))
	if err != nil {
		t.Fatal(err)
	}
	if k := ensure(t, s, ada); k.ID != renewed.ID || k.ID == old.ID || string(k.Wrapped) != "new" {
		t.Errorf("newest %+v", k)
	}
	if k := keysOf(t, s, ada); len(k) != 2 || k[0].ID != old.ID || k[0].Erased == nil {
		t.Errorf("keys %+v", k)
	}
	erase(t, s, ada, "2")
	if k := keysOf(t, s, ada); k[0].Erased.Why != "1" || k[1].Erased == nil || k[1].Erased.Why != "2" {
		t.Errorf("keys after a second erasure %+v", k)
	}
}

// Hooks of a first erasure are slow: what is erased after a renewal has to be gone on with, although they end later.
func finishesItsOwn(t *testing.T, s Store) {
	first := ensure(t, s, ada).ID
	erase(t, s, ada, "1")
	finish(t, s, ada)
	if _, err := s.Renew(t.Context(), ada, fresh(ada, "new")); err != nil {
		t.Fatal(err)
	}
	if err := s.Finish(t.Context(), keysOf(t, s, ada)[1].ID); err != nil {
		t.Fatal(err)
	}
	if k := ensure(t, s, ada); k.Erased != nil {
		t.Errorf("finished what is not erased: %+v", k)
	}
	erase(t, s, ada, "2")
	if err := s.Finish(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if left, err := s.Pending(t.Context()); err != nil || len(left) != 1 || left[0] != ada {
		t.Errorf("pending %v, %v", left, err)
	}
}

func racing(t *testing.T, s Store) {
	for i := range 20 {
		subject := encryption.Subject{ID: fmt.Sprint(i)}
		var both sync.WaitGroup
		both.Add(2)
		go func() {
			defer both.Done()
			if _, err := s.Ensure(context.Background(), subject, fresh(subject, "late")); err != nil {
				t.Error(err)
			}
		}()
		go func() {
			defer both.Done()
			if err := s.Erase(context.Background(), subject, encryption.Erasure{At: time.Now()}); err != nil {
				t.Error(err)
			}
		}()
		both.Wait()
		for _, k := range keysOf(t, s, subject) {
			if k.Erased == nil {
				t.Errorf("a key has survived the erasure: %+v", k)
			}
		}
	}
}

func rewrap(t *testing.T, s Store) {
	k := ensure(t, s, ada)
	if err := s.Rewrap(t.Context(), k.ID, []byte("something else"), []byte("wrong")); err != nil {
		t.Fatal(err)
	}
	if err := s.Rewrap(t.Context(), k.ID, k.Wrapped, []byte("right")); err != nil {
		t.Fatal(err)
	}
	if k := ensure(t, s, ada); string(k.Wrapped) != "right" {
		t.Errorf("wrapped %q", k.Wrapped)
	}
}
