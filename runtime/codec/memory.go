package codec

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unsafe"
)

// This file and no other converts between typed Go memory and the untyped pointers that the
// interpreter works on. What it relies on:
//
//   - a pointer to a field is base+offset with the offset that the compiler gave (unsafe.Offsetof);
//   - types of one layout may stand for each other: a named string for string, []Named for
//     []string, *T for unsafe.Pointer, map[string][]T for map[string][]byte (the first case of the
//     unsafe.Pointer rules);
//   - a non-empty interface is two words, a type word that is equal for equal dynamic types, and
//     a data word that points to the value, or is the value if the type is one pointer wide. The
//     second form is told by the nil data word of its zero value (see linkUnion);
//   - pointers to values on a caller's stack are only ever passed down, never stored in the heap,
//     which is what makes hide sound.
//
//   - what is put at a pointer lies within the capacity of the slice that withRoom gave.
//
// It is tested with -race and -d=checkptr.

// Pointer points to a Go value that a descriptor describes.
type Pointer = unsafe.Pointer

// Memory allocates and moves values of one Go type. Of is its only implementation.
type Memory interface {
	// grow returns room for capacity values, the first length of them copied from old.
	grow(old Pointer, length, capacity int) Pointer
	// readMap reads the members of a JSON object into the map[string]T at p.
	readMap(d *decoder, elem *value, p Pointer) *Error
	// appendMap writes the entries of the map[string]T at p, each with a comma before it.
	appendMap(dst []byte, elem *value, p Pointer) ([]byte, *Error)
	// visitMap calls visit for each entry of the map[string]T at p in byte order of the keys.
	visitMap(p Pointer, visit func(key string, p Pointer))
	// mapLen returns the number of entries of the map[string]T at p, -1 for a nil map.
	mapLen(p Pointer) int
	// clear sets the T at p to its zero value.
	clear(p Pointer)
	// size returns the size of T.
	size() uintptr
}

// Of gives the interpreter the memory operations of T. Its value is Of[T]{}.
type Of[T any] struct{}

func (Of[T]) size() uintptr { return unsafe.Sizeof(*new(T)) }

func (Of[T]) clear(p Pointer) { clear(unsafe.Slice((*T)(p), 1)) }

func (Of[T]) grow(old Pointer, length, capacity int) Pointer {
	if capacity == 0 {
		return Pointer(new(struct{}))
	}
	s := make([]T, capacity)
	copy(s, unsafe.Slice((*T)(old), length))
	return Pointer(unsafe.SliceData(s))
}

func (Of[T]) readMap(d *decoder, elem *value, p Pointer) *Error {
	m := make(map[string]T)
	for first := true; ; first = false {
		key, more, err := d.mapKey(first)
		if err != nil {
			return err
		}
		if !more {
			break
		}
		at, before := d.pos, len(m)
		var v T
		if err := d.value(elem, hide(Pointer(&v))); err != nil {
			return err.in(keySegment(key))
		}
		if m[key] = v; len(m) == before {
			d.pos = at
			return d.duplicate(key)
		}
	}
	*(*map[string]T)(p) = m
	return nil
}

func (Of[T]) appendMap(dst []byte, elem *value, p Pointer) ([]byte, *Error) {
	m := *(*map[string]T)(p)
	if len(m) <= fewEntries && unsafe.Sizeof(*new(T)) <= 64 {
		return appendFew(dst, elem, m)
	}
	kept := keyLists.Get().(*[]string)
	keys := sortedKeys(m, (*kept)[:0])
	dst, err := appendKeyed(dst, elem, m, keys)
	*kept = emptied(keys)
	keyLists.Put(kept)
	return dst, err
}

// An entry is one of a small map, taken out with its value to be sorted: to look it up again by its
// key would take longer.
type entry[T any] struct {
	key   string
	value T
}

const fewEntries = 8

// appendFew sorts by insertion, the best for so few.
func appendFew[T any](dst []byte, elem *value, m map[string]T) ([]byte, *Error) {
	var few [fewEntries]entry[T]
	n := 0
	for k, v := range m {
		i := n % fewEntries
		for ; i > 0 && k < few[i-1].key; i-- {
			few[i] = few[i-1]
		}
		few[i] = entry[T]{k, v}
		n++
	}
	var err *Error
	for i := range n {
		e := &few[i]
		if dst, err = appendEntry(dst, e.key, elem, hide(Pointer(&e.value))); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func appendKeyed[T any](dst []byte, elem *value, m map[string]T, keys []string) ([]byte, *Error) {
	var err *Error
	for _, k := range keys {
		v := m[k]
		if dst, err = appendEntry(dst, k, elem, hide(Pointer(&v))); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func sortedKeys[T any](m map[string]T, room []string) []string {
	for k := range m {
		room = append(room, k)
	}
	slices.Sort(room)
	return room
}

func (Of[T]) visitMap(p Pointer, visit func(key string, p Pointer)) {
	m := *(*map[string]T)(p)
	for _, k := range sortedKeys(m, nil) {
		v := m[k]
		visit(k, Pointer(&v))
	}
}

func (Of[T]) mapLen(p Pointer) int {
	m := *(*map[string]T)(p)
	if m == nil {
		return -1
	}
	return len(m)
}

// at views the memory at p as a T.
func at[T any](p Pointer) *T { return (*T)(p) }

// add returns the address n bytes after p, which must lie in the same value.
func add(p Pointer, n uintptr) Pointer { return unsafe.Add(p, n) }

// hide keeps p from escaping: encoding a value held on the stack must not move it to the heap.
// Sound only because no callee stores the pointer beyond the call. Escape analysis does not follow
// an offset, and the sum compiles to nothing.
//
//go:nocheckptr
func hide(p Pointer) Pointer { return unsafe.Add(nil, uintptr(p)) }

// stringOver views b as a string; b must not change afterwards.
func stringOver(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytesOver views s as bytes, which must not be changed.
func bytesOver(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// withRoom returns dst with a capacity of at least n more bytes. Whole words are put into it that may
// reach behind what they end up to be: to append each part costs more than to make it.
func withRoom(dst []byte, n int) []byte {
	if cap(dst)-len(dst) < n {
		return grown(dst, n)
	}
	return dst
}

// grown is kept apart because inlined it would take the registers of every caller.
//
//go:noinline
func grown(dst []byte, n int) []byte { return slices.Grow(dst, n) }

// behind returns the address behind dst, which must have room.
func behind(dst []byte) Pointer { return unsafe.Add(Pointer(unsafe.SliceData(dst)), len(dst)) }

func put1(p Pointer, i int, c byte) { *(*byte)(unsafe.Add(p, i)) = c }
func put2(p Pointer, i int, w uint16) {
	binary.LittleEndian.PutUint16((*[2]byte)(unsafe.Add(p, i))[:], w)
}
func put4(p Pointer, i int, w uint32) {
	binary.LittleEndian.PutUint32((*[4]byte)(unsafe.Add(p, i))[:], w)
}
func put8(p Pointer, i int, w uint64) {
	binary.LittleEndian.PutUint64((*[8]byte)(unsafe.Add(p, i))[:], w)
}

func get4(p Pointer, i int) uint32 {
	return binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(p, i))[:])
}

// get8 returns the eight bytes at p+i.
func get8(p Pointer, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(p, i))[:])
}

// copyPlain copies s, in words, up to the first byte that a JSON string cannot hold as it is, or to
// less than eight bytes from the end, where the last word holds one. It returns how many bytes it
// copied, and the union of the bits it looked at. dst must have room for
// s and a word. It is a loop of its own, without bounds checks and calls, because it is a third of
// what writing an event is.
func copyPlain(dst Pointer, s string) (n int, seen uint64) {
	p, last := Pointer(unsafe.StringData(s)), len(s)-8
	if last < 0 {
		w := shortWord(s)
		put8(dst, 0, w)
		if specials(w) != 0 {
			return 0, w
		}
		return len(s), w
	}
	for ; n <= last; n += 8 {
		w := get8(p, n)
		put8(dst, n, w)
		seen |= w
		if stop := specials(w); stop != 0 {
			return n + bits.TrailingZeros64(stop)>>3, seen
		}
	}
	w := get8(p, last)
	seen |= w
	if specials(w) != 0 {
		return n, seen // as this word begins before n, its first special may, too
	}
	put8(dst, last, w)
	return len(s), seen
}

// shortWord returns s, which has at most seven bytes, with spaces behind it.
func shortWord(s string) uint64 {
	p, n := Pointer(unsafe.StringData(s)), len(s)
	pad := uint64(spaces) << (n * 8)
	if n >= 4 {
		return uint64(get4(p, 0)) | uint64(get4(p, n-4))<<(n*8-32) | pad
	}
	if n == 0 {
		return spaces
	}
	return uint64(s[0]) | uint64(s[n/2])<<(n/2*8) | uint64(s[n-1])<<(n*8-8) | pad
}

// asciiEnd returns the first place from i on that holds a byte beyond ASCII.
func asciiEnd(s []byte, i int) int {
	p, last := Pointer(unsafe.SliceData(s)), len(s)-8
	for ; i <= last; i += 8 {
		if high := get8(p, i) & highBits; high != 0 {
			return i + bits.TrailingZeros64(high)>>3
		}
	}
	for i < len(s) && s[i] < 0x80 {
		i++
	}
	return i
}

// A padded string has at least fifteen bytes of its own memory behind it, so that it can be copied in
// blocks: a call of memmove costs more than the few bytes of a name.
type padded string

const paddedBlock = 16

func padString(s string) padded {
	room := append(make([]byte, 0, len(s)+paddedBlock), s...)
	return padded(stringOver(room))
}

// appendPadded appends s.
func appendPadded(dst []byte, s padded) []byte {
	dst = withRoom(dst, len(s)+paddedBlock)
	to, from := behind(dst), Pointer(unsafe.StringData(string(s)))
	for i := 0; i < len(s); i += paddedBlock {
		*(*[paddedBlock]byte)(unsafe.Add(to, i)) = *(*[paddedBlock]byte)(unsafe.Add(from, i))
	}
	return dst[:len(dst)+len(s)]
}

// sliceWords is the layout of every slice.
type sliceWords struct {
	data     Pointer
	len, cap int
}

// oneOrManyWords is the layout of every OneOrMany.
type oneOrManyWords struct {
	values sliceWords
	single bool
}

// ifaceWords is the layout of every non-empty interface.
type ifaceWords struct {
	kind, data Pointer
}

// pointee returns the address of the dynamic value. Direct says that the type is held in the data
// word itself.
func (w *ifaceWords) pointee(direct directness) Pointer {
	if direct {
		return Pointer(&w.data)
	}
	return w.data
}

// directness says that a type is stored in an interface's data word itself.
type directness bool

// PrototypeList is the zero values of a union's branches. Prototypes is its only implementation.
type PrototypeList interface{ words() []ifaceWords }

// Prototypes holds a zero value of each branch of the union interface U.
type Prototypes[U any] []U

func (p Prototypes[U]) words() []ifaceWords {
	if unsafe.Sizeof(*new(U)) != unsafe.Sizeof(ifaceWords{}) {
		return nil
	}
	return unsafe.Slice((*ifaceWords)(Pointer(unsafe.SliceData(p))), len(p))
}
