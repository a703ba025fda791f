package delivery

import (
	"maps"
	"strconv"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// On its way through a runner a record stands at the offset of its message; where it
// stands in its store, and what could not be read, go along as headers, so that a
// dead letter has them too.
const (
	headerPosition    = "evgen-position"
	headerUnreadable  = "evgen-unreadable"
	headerContentType = "evgen-content-type"
)

// unreadableCategory is that of the streams under which unreadable messages are kept.
const unreadableCategory = "unreadable"

// carried makes a delivery a record for the runner.
func carried(f Format, partition string, d *Delivery) runtime.Record {
	rec, err := f.Decode(&d.Message)
	if err != nil {
		return unreadable(partition, d, err)
	}
	headers := make(map[string]string, len(rec.Headers)+1)
	maps.Copy(headers, rec.Headers)
	headers[headerPosition] = strconv.FormatInt(int64(rec.Position), 10)
	rec.Headers, rec.Position = headers, runtime.Position(d.Offset)
	return rec
}

// unreadable keeps all of a message that is no record: under a stream of its own, or
// that of its key if it names one, so that what follows there waits.
func unreadable(partition string, d *Delivery, reason error) runtime.Record {
	stream, err := runtime.ParseStreamID(d.Key)
	if err != nil {
		stream = runtime.StreamOf(unreadableCategory, partition+"-"+strconv.FormatInt(int64(d.Offset), 10))
	}
	headers := make(map[string]string, len(d.Attributes)+2)
	maps.Copy(headers, d.Attributes)
	headers[headerUnreadable], headers[headerContentType] = reason.Error(), d.ContentType
	rec := runtime.Record{Data: append([]byte{}, d.Data...)}
	rec.ID = uuid.NewSHA1(uuid.NameSpaceOID, []byte(partition+"/"+strconv.FormatInt(int64(d.Offset), 10)))
	rec.Type, rec.Stream, rec.Position, rec.Headers = d.Type, stream, runtime.Position(d.Offset), headers
	return rec
}

// restored returns a carried record as it was in its store. What could not be read
// is tried again: the format may have learned to.
func restored(f Format, rec runtime.Record) (runtime.Record, error) {
	if _, bad := rec.Headers[headerUnreadable]; bad {
		return again(f, rec)
	}
	position, err := strconv.ParseInt(rec.Headers[headerPosition], 10, 64)
	if err != nil {
		return rec, &MessageError{AttrPosition, err}
	}
	rec.Position = runtime.Position(position)
	if len(rec.Headers) == 1 {
		rec.Headers = nil
		return rec, nil
	}
	rec.Headers = maps.Clone(rec.Headers)
	delete(rec.Headers, headerPosition)
	return rec, nil
}

// again decodes what could not be read once.
func again(f Format, rec runtime.Record) (runtime.Record, error) {
	attributes := maps.Clone(rec.Headers)
	m := Message{Key: rec.Stream.String(), Type: rec.Type, ContentType: attributes[headerContentType], Data: rec.Data, Attributes: attributes}
	delete(attributes, headerUnreadable)
	delete(attributes, headerContentType)
	return f.Decode(&m)
}
