// Package good speaks of the network only; a consumer may talk.
package good

import (
	"context"
	"net"
	"net/http"
	"net/url"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/analysis/testdata/ledger/ledgerread"
	"github.com/evgen/evgen/runtime"
)

type (
	added   = runtime.Envelope[ledger.ItemAdded]
	removed = runtime.Envelope[ledger.ItemRemoved]
)

type list struct{}

var _ ledgerread.ListHandler[*ledgerread.Tx] = list{}

func (list) Tables() []string { return nil }

func (list) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e added) error {
	u, err := url.Parse("https://example.com")
	if err != nil {
		return err
	}
	ip := net.ParseIP("::1")
	tx.Queue("insert", u.Host, ip.String(), http.StatusText(http.StatusOK), http.CanonicalHeaderKey("x"))
	return nil
}

type call struct{ client *http.Client }

var _ ledgerread.CallHandler = call{}

func (c call) ItemRemoved(ctx context.Context, e removed) error {
	_, err := c.client.Get("https://example.com/" + e.Data.ID)
	return err
}
