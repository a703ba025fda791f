// Package operate opens event stores and read models as operators name them.
//
// In goes the text of --store, such as postgres://app@db/shop or a path; out
// comes an open store. It never creates a file that it was only asked to read,
// and never shows a password, in names or in errors.
package operate

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Place says where a store is.
type Place struct {
	// file is the path of a SQLite file; empty for PostgreSQL.
	file string
	// url and schema say where in PostgreSQL. An empty schema is the default one.
	url    string
	schema string
	// role and partitions are for migrations.
	role       string
	partitions int64
	// name is what people may see.
	name    string
	secrets []string
}

// forms says how a place can be written.
const forms = "write postgres://USER@HOST/DATABASE, sqlite:PATH, or the path of a file"

// Errors of a place.
var (
	// ErrNoPlace says that none was named.
	ErrNoPlace = errors.New("no store was named: use --store or set EVGEN_STORE; " + forms)
	// ErrNoFile says that the file of a SQLite store is not there.
	ErrNoFile = errors.New("there is no such file; evgen store migrate makes one")
	// ErrSchemaOfFile refuses a schema beside a file.
	ErrSchemaOfFile = errors.New("--schema is for PostgreSQL; a file has no schemas")
)

// Parse reads text; relative paths are seen from dir. schema is that of PostgreSQL, or empty.
func Parse(text, schema, dir string) (Place, error) {
	scheme, _, isURL := strings.Cut(text, "://")
	switch {
	case text == "":
		return Place{}, ErrNoPlace
	case isURL && slices.Contains([]string{"postgres", "postgresql"}, scheme):
		return parsePostgres(text, schema)
	case isURL:
		return Place{}, fmt.Errorf("there is no kind of store %q: %s", scheme, forms)
	case areKeywords(text):
		return Place{}, errors.New("keywords and values are not understood: " + forms)
	case schema != "":
		return Place{}, ErrSchemaOfFile
	}
	file := strings.TrimPrefix(text, "sqlite:")
	if file == "" {
		return Place{}, fmt.Errorf("sqlite: lacks a path: %s", forms)
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	return Place{file: file, name: strings.TrimPrefix(text, "sqlite:")}, nil
}

// areKeywords recognises "host=db user=app password=...", which would pass for a path.
func areKeywords(text string) bool {
	for _, word := range strings.Fields(text) {
		key, _, ok := strings.Cut(word, "=")
		if ok && slices.Contains([]string{"host", "hostaddr", "port", "user", "password", "dbname", "sslmode"}, key) {
			return true
		}
	}
	return false
}

// parsePostgres never quotes text: what is wrong with it may be the password.
func parsePostgres(text, schema string) (Place, error) {
	u, err := url.Parse(text)
	if err != nil {
		return Place{}, errors.New("the URL cannot be read; write special characters of a password as %XX, such as %23 for #")
	}
	p := Place{url: text, schema: schema}
	if password, ok := u.User.Password(); ok {
		p.secrets = append(p.secrets, password, url.QueryEscape(password), url.PathEscape(password))
	}
	query := u.Query()
	for _, key := range []string{"password", "sslpassword"} {
		p.secrets = append(p.secrets, query[key]...)
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if u.User.Username() != "" {
		shown.User = url.User(u.User.Username())
	}
	p.name = shown.String()
	return p, nil
}

// WithRole returns p whose migrations grant a role in PostgreSQL what a program
// needs: to read and to append.
func (p Place) WithRole(name string) Place { p.role = name; return p }

// WithPartitions returns p whose first migration, in PostgreSQL, stores events by
// ranges of so many positions.
func (p Place) WithPartitions(positions int64) Place { p.partitions = positions; return p }

// String names the place, without password.
func (p Place) String() string { return p.name }

// IsFile reports whether the place is a SQLite file.
func (p Place) IsFile() bool { return p.file != "" }

// Schema is that of PostgreSQL.
func (p Place) Schema() string {
	if p.schema == "" {
		return "evgen"
	}
	return p.schema
}

// exists demands the file, if the place is one.
func (p Place) exists() error {
	if !p.IsFile() {
		return nil
	}
	info, err := os.Stat(p.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("open %s: %w", p, ErrNoFile)
	case err != nil:
		return fmt.Errorf("open %s: %w", p, errors.Unwrap(err))
	case info.IsDir():
		return fmt.Errorf("open %s: it is a directory", p)
	}
	return nil
}

// hidden is an error whose text shows no secret; errors.Is and errors.As see through it.
type hidden struct {
	error
	text string
}

func (h *hidden) Error() string { return h.text }

func (h *hidden) Unwrap() error { return h.error }

// hide takes the secrets of p out of the text of err.
func (p Place) hide(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, secret := range p.secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "xxxxx")
		}
	}
	if text == err.Error() {
		return err
	}
	return &hidden{err, text}
}
