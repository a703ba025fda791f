// Package archive keeps records outside of their store: as lines of JSON, in files
// and in objects.
//
// In go records as a store keeps them; out come lines that hold every member of the
// envelope and the payload byte for byte, and the other way round. What is not a
// whole, valid record is refused with the number of its line. `evgen store export`
// and `evgen store import` write and read the same lines.
//
// An archive is a [Sink] in which segments lie, one for each stretch of positions:
//
//	<life of the store>/<first position>-<last position>.jsonl.gz
//	<life of the store>/<first position>-<last position>.jsonl.gz.sha256
//
// Of a store that had forgotten records before, the archive states that it lacks them:
//
//	<life of the store>/begin.forgotten.json
//
// A segment counts once its checksum is there, which is written last. It is never
// changed. [Projection] writes them, [Read] reads them back, and [Retain] lets a store
// forget what has been compared with them.
package archive
