package journey_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/soak/journey"
)

// natsRole is the role of a process that is a server of NATS.
const natsRole = "a broker of a journey"

// natsServer is one in a process of its own, which stores in files.
type natsServer struct {
	dir  string
	port int

	mu    sync.Mutex
	child *faults.Child
	heard sync.WaitGroup
}

var _ journey.Broker = (*natsServer)(nil)

func newNATS(t *testing.T) *natsServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, "find a port", err)
	n := &natsServer{dir: t.TempDir(), port: l.Addr().(*net.TCPAddr).Port}
	check(t, "find a port", l.Close())
	check(t, "start NATS", n.Start())
	t.Cleanup(n.Kill)
	return n
}

// Addresses implements [journey.Broker].
func (n *natsServer) Addresses() []string {
	return []string{fmt.Sprintf("nats://127.0.0.1:%d", n.port)}
}

// Start implements [journey.Broker].
func (n *natsServer) Start() error {
	child, err := faults.StartChild(natsRole, fmt.Sprint(n.port, " ", n.dir))
	if err != nil {
		return err
	}
	ready := make(chan struct{})
	var once sync.Once
	n.heard.Add(1)
	go func() {
		defer n.heard.Done()
		defer once.Do(func() { close(ready) })
		child.Hear(func(string) { once.Do(func() { close(ready) }) })
	}()
	<-ready
	n.mu.Lock()
	defer n.mu.Unlock()
	n.child = child
	return nil
}

// Kill implements [journey.Broker].
func (n *natsServer) Kill() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.child.Kill()
	n.heard.Wait()
}

// playNATS is a server of NATS until it is killed, or nobody listens any more.
func playNATS(argument string) error {
	var port int
	var dir string
	if _, err := fmt.Sscan(argument, &port, &dir); err != nil {
		return err
	}
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: dir, NoLog: true, NoSigs: true, SyncAlways: true,
	})
	if err != nil {
		return err
	}
	s.Start()
	if !s.ReadyForConnections(time.Minute) {
		return fmt.Errorf("NATS does not start on port %d", port)
	}
	out := bufio.NewWriter(os.Stdout)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for ; ; <-tick.C {
		if _, err := fmt.Fprintln(out, "alive"); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

// kafkaServer keeps all that it has in memory. So it cannot be killed: being taken
// away means that all its links are cut, and none can be made. Besides, what the
// broker of runtime/kafka's tests does not model no soak shows either, but for one
// thing: see succeed.
type kafkaServer struct {
	*kfake.Cluster
	// producers are those that have begun a transaction, by their transactional ids.
	producers map[string]int64

	mu    sync.Mutex
	dark  bool
	links map[net.Conn]bool
}

var _ journey.Broker = (*kafkaServer)(nil)

func newKafka(t *testing.T) *kafkaServer {
	t.Helper()
	k := &kafkaServer{producers: map[string]int64{}, links: map[net.Conn]bool{}}
	var err error
	k.Cluster, err = kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, journey.Topic), kfake.GroupMinSessionTimeout(time.Second), kfake.ListenFn(k.listen))
	check(t, "new cluster", err)
	t.Cleanup(k.Close)
	k.Control(k.succeed)
	client, err := kgo.NewClient(kgo.SeedBrokers(k.ListenAddrs()...))
	check(t, "new client", err)
	defer client.Close()
	for shard := range 2 { // a broker would make them with their first offset
		req := kmsg.NewPtrOffsetCommitRequest()
		req.Group = fmt.Sprintf("evgen.%s.%s.%d", journey.Topic, journey.RelayToKafka, shard)
		partition := kmsg.NewOffsetCommitRequestTopicPartition()
		req.Topics = []kmsg.OffsetCommitRequestTopic{{Topic: journey.Topic, Partitions: []kmsg.OffsetCommitRequestTopicPartition{partition}}}
		_, err := req.RequestWith(context.Background(), client)
		check(t, "make a group", err)
	}
	return k
}

// succeed makes up for what kfake does not model: a broker that gives a transactional
// id to somebody else rolls back first what is open under it. The cluster lets the new
// owner go on in the old one's transaction, and commits the messages of both. It does
// roll back if the request names the producer, as one does that recovers.
func (k *kafkaServer) succeed(req kmsg.Request) (kmsg.Response, error, bool) {
	switch r := req.(type) {
	case *kmsg.ProduceRequest:
		if batch := (kmsg.RecordBatch{}); r.TransactionID != nil && batch.ReadFrom(r.Topics[0].Partitions[0].Records) == nil {
			k.producers[*r.TransactionID] = batch.ProducerID
		}
	case *kmsg.AddOffsetsToTxnRequest:
		k.producers[r.TransactionalID] = r.ProducerID
	case *kmsg.InitProducerIDRequest:
		if r.TransactionalID == nil || r.ProducerID >= 0 {
			break
		}
		if id, known := k.producers[*r.TransactionalID]; known {
			r.ProducerID, r.ProducerEpoch = id, 0
		}
	}
	return nil, nil, false
}

// What a relay has written and not committed is not there when another one has taken over.
func TestKafkaRollsBackWhatAFormerOwnerLeftOpen(t *testing.T) {
	k := newKafka(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var owners []*kgo.Client
	for i := range 2 {
		client, err := kgo.NewClient(kgo.SeedBrokers(k.ListenAddrs()...), kgo.DefaultProduceTopic(journey.Topic), kgo.TransactionalID("owner"))
		check(t, "new client", err)
		defer client.Close()
		owners = append(owners, client)
		check(t, "begin", client.BeginTransaction())
		check(t, "produce", client.ProduceSync(ctx, kgo.StringRecord(fmt.Sprint("by ", i))).FirstErr())
	}
	check(t, "commit", owners[1].EndTransaction(ctx, kgo.TryCommit))
	if err := owners[0].EndTransaction(ctx, kgo.TryCommit); err == nil {
		t.Error("the former owner commits")
	}
	reader, err := kgo.NewClient(kgo.SeedBrokers(k.ListenAddrs()...), kgo.ConsumeTopics(journey.Topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	check(t, "new reader", err)
	defer reader.Close()
	var read []string
	for len(read) == 0 {
		fetches := reader.PollFetches(ctx)
		check(t, "read", fetches.Err())
		fetches.EachRecord(func(r *kgo.Record) { read = append(read, string(r.Value)) })
	}
	if fmt.Sprint(read) != "[by 1]" {
		t.Errorf("read %q", read)
	}
}

// Addresses implements [journey.Broker].
func (k *kafkaServer) Addresses() []string { return k.ListenAddrs() }

// Start implements [journey.Broker].
func (k *kafkaServer) Start() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.dark = false
	return nil
}

// Kill implements [journey.Broker].
func (k *kafkaServer) Kill() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.dark = true
	for link := range k.links {
		_ = link.Close()
	}
}

func (k *kafkaServer) listen(network, address string) (net.Listener, error) {
	l, err := net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	return &gate{l, k}, nil
}

// gate is closed while its server is away.
type gate struct {
	net.Listener
	server *kafkaServer
}

// Accept implements [net.Listener].
func (g *gate) Accept() (net.Conn, error) {
	for {
		conn, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if g.server.admit(conn) {
			return &link{conn, g.server}, nil
		}
		_ = conn.Close()
	}
}

func (k *kafkaServer) admit(conn net.Conn) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.dark {
		k.links[conn] = true
	}
	return !k.dark
}

// link is known to the server until it is closed.
type link struct {
	net.Conn
	server *kafkaServer
}

// Close implements [net.Conn].
func (l *link) Close() error {
	l.server.mu.Lock()
	delete(l.server.links, l.Conn)
	l.server.mu.Unlock()
	return l.Conn.Close()
}
