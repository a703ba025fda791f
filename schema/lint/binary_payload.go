package lint

import (
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func binaryPayload() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "binary-payload", Title: "events refer to files, they do not carry them", Severity: diag.Warning,
			Meaning: "Looks for `bytes` that are not bounded by a small `max_length`, and for text that its name calls base64, a data URI or the content of a file. Digests, keys, nonces and signatures pass.",
			Why:     "A picture in an event is read at every replay, copied to every consumer, kept in every backup, and cannot be deleted when the law asks for it. Most brokers refuse messages above a megabyte. A blob store and the content's hash say the same and stay small.",
			Bad:     "events:\n  PhotoUploaded: {versions: {1: {fields: {image: bytes}}}}\n",
			Good:    "events:\n  PhotoUploaded: {versions: {1: {fields: {image_sha256: {type: bytes, max_length: 32}, bytes: int64}}}}\n",
			Off:     "For small opaque values, give them a `max_length`, or raise `max_bytes`.",
		},
		Options: []Option{{Name: "max_bytes", Doc: "length up to which `bytes` pass", Number: 256}, allow()},
		check:   checkBinary,
	}
}

func checkBinary(p *pass) {
	digests := setOf("hash digest checksum sha md5 sha1 sha256 sha512 crc signature nonce salt key fingerprint token etag iv hmac mac")
	p.eachField(func(s site, f *model.Field) {
		if p.allows(f.Name) || hasAny(tokens(f.Name), digests) {
			return
		}
		limit := limitsOf(f).MaxLength
		bounded := limit != nil && *limit <= p.limit("max_bytes")
		const help = "store the content elsewhere and refer to it by its hash: image_sha256"
		switch kind := inner(f.Type).Kind; {
		case bounded:
		case kind == model.Bytes:
			p.report(s.field(f), help, "field %q of %s carries bytes without a small bound", f.Name, s.what)
		case kind == model.String && namesBinary(f.Name):
			p.report(s.field(f), help, "field %q of %s carries binary data as text", f.Name, s.what)
		}
	})
}

// pointers say where data is.
var pointers = setOf("url uri href ref name type path")

func namesBinary(name string) bool {
	if hasAny(tokens(name), pointers) {
		return false
	}
	joined := "_" + strings.Join(tokens(name), "_") + "_"
	for _, part := range []string{"_base_64_", "_base64_", "_b_64_", "_b64_", "_data_uri_", "_data_url_", "_file_content_", "_file_contents_", "_image_data_", "_pdf_data_", "_blob_", "_binary_", "_file_data_"} {
		if strings.Contains(joined, part) {
			return true
		}
	}
	return false
}
