// Package bad calls services.
package bad

import (
	"context"
	"net"
	"net/http"
	"net/smtp"

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
	_, _ = http.Get("https://example.com")   // want `^a projection talks to the network: list.ItemAdded -> http.Get$`
	_, _ = http.DefaultClient.Get("x")       // want `http.DefaultClient`
	_, _ = net.Dial("tcp", "x")              // want `net.Dial`
	_, _ = net.LookupHost("x")               // want `net.LookupHost`
	_ = smtp.SendMail("", nil, "", nil, nil) // want `smtp.SendMail`
	return notify(ctx)                       // want `list.ItemAdded -> notify -> http.Client.Do`
}

var client = &http.Client{}

func notify(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "x", nil)
	if err != nil {
		return err
	}
	_, err = client.Do(req)
	return err
}
