package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a cluster of its own.
type Server struct {
	dir      string
	port     int
	settings []Setting
	owner    *owner
	running  *process
}

// defaults keep what matters about a real server, above all fsync, and nothing that a laptop would miss.
var defaults = []Setting{
	{"fsync", "on"},
	{"listen_addresses", "127.0.0.1"},
	{"max_connections", "200"},
	{"max_prepared_transactions", "20"},
	{"shared_buffers", "256MB"},
	{"max_wal_size", "4GB"},
	{"log_min_messages", "warning"},
}

// Launch starts a server for a program that measures; whoever calls it removes it.
func Launch(settings ...Setting) (*Server, error) {
	s, err := create(settings)
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	if err := s.Start(); err != nil {
		s.Remove()
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	return s, nil
}

// create makes the directory and the cluster in it.
func create(settings []Setting) (*Server, error) {
	owner, err := findOwner()
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pgtest")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, port: port, owner: owner, settings: slices.Concat(defaults, settings)}
	if err := owner.own(dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.initialize(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

func (s *Server) initialize() error {
	binary, err := find("initdb")
	if err != nil {
		return err
	}
	cmd := exec.Command(binary, "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	s.owner.run(cmd, s.dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// DSN returns the URL of a database on this server, for its superuser.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

// Address returns host and port.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Dir returns the data directory.
func (s *Server) Dir() string { return s.data() }

// Start starts the server, after recovery where it is needed, and blocks until it answers.
func (s *Server) Start() error {
	binary, err := find("postgres")
	if err != nil {
		return err
	}
	args := []string{"-D", s.data(), "-p", strconv.Itoa(s.port), "-k", s.dir}
	for _, setting := range s.settings {
		args = append(args, setting.String())
	}
	var log bytes.Buffer
	cmd := exec.Command(binary, args...)
	cmd.Stdout, cmd.Stderr = &log, &log
	s.owner.run(cmd, s.dir)
	if s.running, err = launch(cmd); err != nil {
		return err
	}
	if err := s.ready(); err != nil {
		s.running.kill()
		return fmt.Errorf("start postgres: %w\n%s", err, log.String())
	}
	return nil
}

// ready waits until the server takes queries, a minute at most.
func (s *Server) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.DSN("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.running.done:
			return fmt.Errorf("it ended: %w", err)
		case <-ctx.Done():
			return err
		case <-retry.C:
		}
	}
}

// Stop ends the server in order, breaking off open connections.
func (s *Server) Stop() { s.running.interrupt() }

// Kill ends the server and all its processes at once, without a word to the disk or to clients: kill -9.
func (s *Server) Kill() { s.running.kill() }

// Remove ends the server and deletes its directory.
func (s *Server) Remove() {
	if s.running != nil {
		s.running.kill()
	}
	_ = os.RemoveAll(s.dir)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// find looks for a server binary on PATH and where Debian and others keep them; the newest wins.
func find(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/", "/usr/pgsql-*/bin/", "/opt/homebrew/opt/postgresql@*/bin/"} {
		found, _ := filepath.Glob(pattern + name)
		if len(found) > 0 {
			return found[len(found)-1], nil
		}
	}
	return "", fmt.Errorf("%s is not installed: install PostgreSQL 15 or newer (apt-get install postgresql), or set %s to the DSN of a server", name, Env)
}
