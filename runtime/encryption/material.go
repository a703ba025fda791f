package encryption

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"sync"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

const (
	keySize   = 32 // of a subject's key and of all that is derived from it: AES-256
	nonceSize = 12
	idSize    = len(uuid.UUID{})
)

// material is a subject's key, ready for use.
type material struct {
	id   uuid.UUID
	aead cipher.AEAD
	// macs lends what makes nonces: of the same plaintext at the same place the
	// same, so that a repeated append is recognised by its bytes; of another one
	// another.
	macs sync.Pool
	// snapshot goes into the keys of snapshots.
	snapshot []byte
}

// newMaterial derives what is needed from a subject's key, which is random, by
// the expansion of HKDF (RFC 5869).
func newMaterial(id uuid.UUID, key []byte) (*material, error) {
	m := &material{id: id}
	fields, err := hkdf.Expand(sha256.New, key, "evgen field", keySize)
	if err != nil {
		return nil, err
	}
	nonces, err := hkdf.Expand(sha256.New, key, "evgen nonce", keySize)
	if err != nil {
		return nil, err
	}
	m.macs.New = func() any { return hmac.New(sha256.New, nonces) }
	if m.snapshot, err = hkdf.Expand(sha256.New, key, "evgen snapshot", keySize); err != nil {
		return nil, err
	}
	m.aead, err = newAEAD(fields)
	return m, err
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// newKey returns a random key.
func newKey() []byte {
	key := make([]byte, keySize)
	rand.Read(key) // never fails, see crypto/rand
	return key
}

// The form of a sealed value in a payload, where the text is the form's version,
// a point, and in base64 (standard alphabet, no padding): the id of the key, the
// nonce, and what AES-GCM made of the value's JSON.
const (
	sealedHead = `{"` + runtime.SealedMember + `":"1.`
	sealedTail = `"}`
)

var sealedText = base64.RawStdEncoding

// bound is what else is authenticated: a sealed value reads nowhere but at its
// place in its event.
func bound(dst []byte, w *walker) []byte {
	dst = append(dst, w.rec.ID[:]...)
	dst = appendText(dst, w.rec.Type)
	dst = binary.AppendUvarint(dst, uint64(w.rec.Version))
	return append(dst, w.place...)
}

// seal appends what stands in the payload for value.
func (m *material) seal(dst []byte, w *walker, value []byte) []byte {
	var room [256]byte
	data := bound(room[:0], w)
	mac := m.macs.Get().(hash.Hash)
	defer m.macs.Put(mac)
	mac.Reset()
	mac.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(data))))
	mac.Write(data)
	mac.Write(value)
	sealed := make([]byte, 0, idSize+sha256.Size+len(value)+m.aead.Overhead())
	sealed = append(sealed, m.id[:]...)
	nonce := mac.Sum(sealed[idSize:idSize])[:nonceSize]
	sealed = m.aead.Seal(sealed[:idSize+nonceSize], nonce, value, data)
	dst = append(dst, sealedHead...)
	dst = sealedText.AppendEncode(dst, sealed)
	return append(dst, sealedTail...)
}

// open appends the value that was sealed.
func (m *material) open(dst []byte, w *walker, s *sealed) ([]byte, error) {
	var room [256]byte
	value, err := m.aead.Open(dst, s.nonce, s.body, bound(room[:0], w))
	if err != nil {
		return dst, ErrTampered
	}
	return value, nil
}

// sealed is a sealed value, taken apart.
type sealed struct {
	key         uuid.UUID
	nonce, body []byte
}

// readSealed takes apart what stands for a sealed value. Nil without an error: it
// is a plain one.
func readSealed(value []byte) (*sealed, error) {
	if value[0] != '{' {
		return nil, nil
	}
	encoded, is, err := sealedForm(value)
	if !is || err != nil {
		return nil, err
	}
	all := make([]byte, 0, sealedText.DecodedLen(len(encoded)))
	all, err = sealedText.Strict().AppendDecode(all, encoded)
	if err != nil || len(all) < idSize+nonceSize {
		return nil, ErrTampered
	}
	return &sealed{uuid.UUID(all[:idSize]), all[idSize : idSize+nonceSize], all[idSize+nonceSize:]}, nil
}

// sealedForm returns the base64 in a sealed value; false: it is a plain one. What
// we wrote it sees at a glance; what has passed through other hands it reads.
func sealedForm(value []byte) (encoded []byte, is bool, err error) {
	if rest, ok := bytes.CutPrefix(value, []byte(sealedHead)); ok {
		if encoded, ok = bytes.CutSuffix(rest, []byte(sealedTail)); ok {
			return encoded, true, nil
		}
	}
	object, ok := members(nil, value)
	if !ok || len(object) != 1 || !object[0].is(runtime.SealedMember) {
		return nil, false, nil
	}
	text, ok := unquoted(object[0].value)
	encoded, known := bytes.CutPrefix([]byte(text), []byte("1."))
	if !ok || !known {
		return nil, true, ErrTampered
	}
	return encoded, true, nil
}
