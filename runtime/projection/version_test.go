package projection_test

import (
	"testing"

	"github.com/evgen/evgen/runtime/projection"
)

func TestNamesOfConsumersMayHoldDots(t *testing.T) {
	for id, want := range map[string][2]string{
		"mailer.p0": {"mailer", "p0"}, "orders.order-mails.EVENTS": {"orders.order-mails", "EVENTS"}, "memory_list": {"memory_list", ""},
	} {
		v := projection.Version{ID: id}
		if consumer, partition := v.Partition(); consumer != want[0] || partition != want[1] {
			t.Errorf("%s is %q of %q", id, partition, consumer)
		}
	}
}
