// Package goname turns names of a schema into Go identifiers.
//
// In: any text that people use as a name. Out: an exported CamelCase
// identifier, or "" when the text holds no letter or digit to build one from.
// It knows nothing of scopes; package plan finds collisions.
package goname

import (
	"strings"
	"unicode"
)

// initialisms are written in capitals, as Go's own style has them.
var initialisms = map[string]string{
	"acl": "ACL", "api": "API", "ascii": "ASCII", "cpu": "CPU", "css": "CSS", "dns": "DNS", "eof": "EOF",
	"guid": "GUID", "html": "HTML", "http": "HTTP", "https": "HTTPS", "id": "ID", "ids": "IDs", "ip": "IP", "json": "JSON",
	"qps": "QPS", "ram": "RAM", "rpc": "RPC", "sha": "SHA", "sla": "SLA", "smtp": "SMTP", "sql": "SQL",
	"ssh": "SSH", "tcp": "TCP", "tls": "TLS", "ttl": "TTL", "udp": "UDP", "ui": "UI", "uid": "UID",
	"uri": "URI", "url": "URL", "urls": "URLs", "utf8": "UTF8", "uuid": "UUID", "vm": "VM", "xml": "XML", "xss": "XSS",
}

// Exported returns the exported identifier for a name: "memory_id" is MemoryID, "tcp-A" is TCPA, "createdAt" is
// CreatedAt, "2fa" is X2fa.
func Exported(name string) string {
	var b strings.Builder
	for _, word := range words(name) {
		if up, ok := initialisms[strings.ToLower(word)]; ok {
			b.WriteString(up)
			continue
		}
		r := []rune(word)
		b.WriteRune(unicode.ToUpper(r[0]))
		b.WriteString(string(r[1:]))
	}
	return startExported(b.String())
}

// startExported prefixes X where the text would not be an exported identifier:
// it starts with a digit or with a letter that has no upper case.
func startExported(s string) string {
	if s == "" {
		return ""
	}
	if first := []rune(s)[0]; !unicode.IsUpper(first) {
		return "X" + s
	}
	return s
}

// words splits a name at everything that is neither letter nor digit, and where lower case turns into upper case.
func words(name string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, string(word))
			word = nil
		}
	}
	var prev rune
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
		case unicode.IsUpper(r) && (unicode.IsLower(prev) || unicode.IsDigit(prev)):
			flush()
			word = append(word, r)
		default:
			word = append(word, r)
		}
		prev = r
	}
	flush()
	return out
}

// Snake returns the snake_case form of a name, for file names: "MemoryCreated" is memory_created, "HTTPServer" is http_server.
func Snake(name string) string {
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			b.WriteByte('_')
			continue
		}
		if unicode.IsUpper(r) && i > 0 && startsWord(runes, i) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// startsWord reports whether the upper-case letter at i begins a word: it follows a small letter or digit, or
// ends a run of capitals.
func startsWord(r []rune, i int) bool {
	prev := r[i-1]
	if unicode.IsLower(prev) || unicode.IsDigit(prev) {
		return true
	}
	return unicode.IsUpper(prev) && i+1 < len(r) && unicode.IsLower(r[i+1])
}

// IsIdentifier reports whether s is an exported Go identifier.
func IsIdentifier(s string) bool {
	for i, r := range s {
		if i == 0 && !unicode.IsUpper(r) {
			return false
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
			return false
		}
	}
	return s != ""
}
