package delivery

import (
	"maps"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// On its way through a runner a record stands at the offset of its message; where it
// stands in its store, and what could not be read, go along as headers, so that a
// dead letter has them too.
const (
	// headerAhead says how far the position in the store is ahead of the offset: the same
	// number for many records, which then share one map.
	headerAhead       = "evgen-ahead"
	headerPosition    = "evgen-position" // the position itself, in dead letters of former releases
	headerUnreadable  = "evgen-unreadable"
	headerContentType = "evgen-content-type"
)

// unreadableCategory is that of the streams under which unreadable messages are kept.
const unreadableCategory = "unreadable"

// carrier makes deliveries of one partition records for the runner.
type carrier struct {
	format    Format
	partition string
	// ahead is what the last record's headers say, shared are those headers if they say
	// nothing else. A map of its own for each record made up a tenth of all garbage.
	ahead  int64
	shared map[string]string
}

func (c *carrier) carry(d *Delivery) runtime.Record {
	rec, err := c.format.Decode(&d.Message)
	if err != nil {
		return unreadable(c.partition, d, err)
	}
	rec.Headers = c.headers(rec.Headers, int64(rec.Position)-int64(d.Offset))
	rec.Position = runtime.Position(d.Offset)
	return rec
}

func (c *carrier) headers(own map[string]string, ahead int64) map[string]string {
	if len(own) == 0 && c.shared != nil && c.ahead == ahead {
		return c.shared
	}
	headers := make(map[string]string, len(own)+1)
	maps.Copy(headers, own)
	headers[headerAhead] = strconv.FormatInt(ahead, 10)
	if len(own) == 0 {
		c.ahead, c.shared = ahead, headers
	}
	return headers
}

// unreadable keeps all of a message that is no record: under a stream of its own, or
// that of its key if it names one, so that what follows there waits.
func unreadable(partition string, d *Delivery, reason error) runtime.Record {
	stream, err := runtime.ParseStreamID(d.Key)
	if err != nil {
		stream = runtime.StreamOf(unreadableCategory, partition+"-"+strconv.FormatInt(int64(d.Offset), 10))
	}
	headers := make(map[string]string, len(d.Attributes)+2)
	for _, a := range d.Attributes {
		headers[a.Name] = a.Value
	}
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
	name, base := headerAhead, int64(rec.Position)
	if _, known := rec.Headers[headerAhead]; !known {
		name, base = headerPosition, 0
	}
	ahead, err := strconv.ParseInt(rec.Headers[name], 10, 64)
	if err != nil {
		return rec, &MessageError{AttrPosition, err}
	}
	rec.Position = runtime.Position(base + ahead)
	if len(rec.Headers) == 1 {
		rec.Headers = nil
		return rec, nil
	}
	rec.Headers = maps.Clone(rec.Headers)
	delete(rec.Headers, name)
	return rec, nil
}

// again decodes what could not be read once.
func again(f Format, rec runtime.Record) (runtime.Record, error) {
	m := Message{Key: rec.Stream.String(), Type: rec.Type, ContentType: rec.Headers[headerContentType], Data: rec.Data}
	for _, name := range slices.Sorted(maps.Keys(rec.Headers)) {
		if name != headerUnreadable && name != headerContentType {
			m.Attributes = append(m.Attributes, Attribute{name, rec.Headers[name]})
		}
	}
	return f.Decode(&m)
}
