package runtime_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

func TestErrorsNameWhatAndWhere(t *testing.T) {
	stream, id := runtime.StreamOf("Order", "1"), uuid.MustParse("0190b3c4-0000-7000-8000-000000000001")
	m := runtime.Meta{ID: id, Type: "orders.OrderPlaced", Version: 3, Stream: stream, StreamVersion: 4, Position: 9}
	rec := runtime.Record{Meta: m, Data: []byte(`{"secret":1}`)}
	where := "event 0190b3c4-0000-7000-8000-000000000001 at position 9 (Order-1 version 4): "
	conflict := &runtime.ConflictError{Stream: stream, Expected: runtime.ExpectVersion(3), Actual: 5}
	for want, err := range map[string]error{
		"conflict on Order-1: expected version 3, found version 5":                                        conflict,
		"gave up on Order-1 after 8 attempts: " + conflict.Error():                                        &runtime.RetriesExhaustedError{Stream: stream, Attempts: 8, Last: conflict},
		"event " + id.String() + " is stored in Order-1 already: with another payload":                    &runtime.IdempotencyError{ID: id, Stream: stream, Reason: "with another payload"},
		`stream Order-1 does not belong to tenant "acme"`:                                                 &runtime.TenantError{Stream: stream, Tenant: "acme"},
		`stream id "x": has no '-' between category and id`:                                               &runtime.InvalidStreamError{Text: "x", Reason: "has no '-' between category and id"},
		"event 2 (orders.OrderPlaced): event orders.OrderPlaced is retired and can no longer be produced": &runtime.InvalidEventError{Index: 2, Type: m.Type, Err: &runtime.RetiredError{Type: m.Type}},
		where + `event type "orders.OrderPlaced" is unknown`:                                              &runtime.UnknownTypeError{Record: rec},
		where + "orders.OrderPlaced version 3 is newer than this build, which knows versions up to 2":     &runtime.NewerVersionError{Record: rec, Latest: 2},
		where + "orders.OrderPlaced has no version 3":                                                     &runtime.UnknownVersionError{Record: rec},
		where + "decode orders.OrderPlaced version 3: torn":                                               &runtime.DecodeError{Record: rec, Err: errors.New("torn")},
		"records after position 3 are no longer kept (the first is 7)":                                    &runtime.RetentionGapError{After: 3, FirstKept: 7},
		"store abc ends at position 3, before 7":                                                          &runtime.StoreRewoundError{After: 7, Head: 3, Incarnation: "abc"},
		`event type "orders.OrderPlaced" is declared twice`:                                               &runtime.DuplicateTypeError{Type: m.Type},
	} {
		if err.Error() != want {
			t.Errorf("%T says\n%s\nwant\n%s", err, err, want)
		}
	}
}
