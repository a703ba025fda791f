package kafka_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime/delivery"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/kafka"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
)

// Two consumers of one group would have a part of the messages each, and neither be told.
func TestGroupOfAnotherConsumerIsRefused(t *testing.T) {
	b, store, to := newBroker(t, 2), memstore.New(), newRows(t)
	relay(t, store, to.Database, b.sink(t))
	background(t, consumer(t, b.source(t, ""), to).Run)
	add(t, store, 1, "a")
	await.Until(t, "a row", func() bool { return len(to.all(t)) == 1 })
	other, err := delivery.NewConsumer(b.source(t, ""), newRows(t).Database, registry(t), projection.Projection[sqliteTx]{
		ID: "audit", Types: []string{orders.TypeOrderShipped}, Handler: to,
	}, delivery.WithLogger(quiet()))
	check(t, "new consumer", err)
	within, cancel := context.WithTimeout(t.Context(), await.Patience)
	defer cancel()
	var refused *kafka.MembershipError
	if err := other.Run(within); !errors.As(err, &refused) || !errors.Is(err, kerr.InconsistentGroupProtocol) || !strings.Contains(err.Error(), "a group of its own") {
		t.Errorf("run: %v", err)
	}
	add(t, store, 5, "a", "b", "c")
	await.Until(t, "all rows", func() bool { return len(to.all(t)) == 16 })
}

// A broker that does not answer, or has no such topic, is waited for: the log says so, and
// so does the lag, by which readiness goes. Who stands by then is as ready as who works.
func TestConsumerWaitsForItsTopicAndSaysSo(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "others"))
	check(t, "new cluster", err)
	t.Cleanup(cluster.Close)
	b, to, log := &broker{Cluster: cluster}, newRows(t), &await.Log{}
	b.client, err = kgo.NewClient(b.opts()...)
	check(t, "new client", err)
	t.Cleanup(b.client.Close)
	c, other := consumer(t, b.source(t, ""), to, delivery.WithLogger(log.Logger())), consumer(t, b.source(t, ""), to)
	stop, stopOther := background(t, c.Run), background(t, other.Run)
	await.Until(t, "the other one waits, too", func() bool { _, err := other.Lag(t.Context()); return errors.Is(err, projection.ErrUnavailable) })
	await.Until(t, "a line in the log", func() bool { return log.Has("topic " + topic + ": UNKNOWN_TOPIC_OR_PARTITION") })
	if _, err := c.Lag(t.Context()); !errors.Is(err, projection.ErrUnavailable) {
		t.Errorf("lag: %v", err)
	}
	made := kmsg.NewCreateTopicsRequestTopic()
	made.Topic, made.NumPartitions, made.ReplicationFactor = topic, 1, 1
	req := kmsg.NewPtrCreateTopicsRequest()
	req.Topics = []kmsg.CreateTopicsRequestTopic{made}
	_, err = req.RequestWith(t.Context(), b.client)
	check(t, "create the topic", err)
	await.Until(t, "a partition", func() bool {
		lags, err := c.Lag(t.Context())
		others, failed := other.Lag(t.Context())
		return errors.Join(err, failed) == nil && len(lags)+len(others) == 1
	})
	check(t, "stop", stop())
	check(t, "stop the other one", stopOther())
}

func TestConsumerWithoutABrokerStopsAtOnce(t *testing.T) {
	source, err := kafka.NewSource(topic, kafka.Membership{Group: "mailer"}, kgo.SeedBrokers("127.0.0.1:1"))
	check(t, "new source", err)
	within, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	check(t, "run", consumer(t, source, newRows(t)).Run(within))
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it ended after %s", took)
	}
}
