package journey

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/saga"
)

// honest is evidence of which nothing is wrong: two streams of notes, one of them with
// poison in the middle, their echoes, and a trip that was broken off.
func honest() *Evidence {
	e := &Evidence{Effects: map[string][]Effect{}, Letters: map[string][]Place{}, Carried: map[string]map[string][]Place{"JetStream": {}}}
	for number := 1; number <= 3; number++ {
		e.add("Note-1", Happening{Type: Noted, Number: number})
		e.add("Echo-1", Happening{Type: Echoed, Number: number})
	}
	e.add("Note-2", Happening{Type: Noted, Number: 4})
	e.add("Echo-2", Happening{Type: Echoed, Number: 4})
	e.add("Note-2", Happening{Type: Noted, Number: 5, Poison: true})
	e.add("Note-2", Happening{Type: Noted, Number: 6})
	e.Told = []int{1, 2, 3, 4, 5, 6, 13}
	e.book(13)
	for i := range e.Log {
		e.deliver(&e.Log[i], i)
	}
	return e
}

func (e *Evidence) add(stream string, h Happening) {
	version := int64(1)
	for i := range e.Log {
		if e.Log[i].Stream == stream {
			version++
		}
	}
	id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, stream, version))
	e.Log = append(e.Log, Entry{Place{stream, version, id}, h})
}

func (e *Evidence) book(number int) {
	id := fmt.Sprint(number)
	e.add("Trip-"+id, Happening{Type: Booked, Number: number})
	state, done := fateOf(number).story()
	for _, step := range done {
		var h Happening
		_, _ = fmt.Sscan(step, &h.Kind, &h.Step)
		h.Type, h.Number = Stepped, number
		e.add("Log-"+id, h)
	}
	e.Trips = append(e.Trips, Trip{ID: id, State: string(state), Done: done, Deeds: slices.Clone(done)})
}

func (e *Evidence) deliver(entry *Entry, i int) {
	e.Carried["JetStream"]["a"] = append(e.Carried["JetStream"]["a"], entry.Place)
	put := append(consumers(), echoing)
	for _, name := range put {
		switch {
		case !passes(map[string]int64{"Note-2": 2}, &entry.Place):
			e.Letters[name] = append(e.Letters[name], entry.Place)
		case name != echoing:
			e.Effects[name] = append(e.Effects[name], Effect{Place: entry.Place, Partition: "a", Tenure: fmt.Sprint("p/", 1+i/4)})
		}
	}
}

func TestHonestEvidenceIsNotDoubted(t *testing.T) {
	if err := honest().Judge().Err(); err != nil {
		t.Error(err)
	}
}

// Each lie about honest evidence is found out, and told by its name.
func TestEachLieIsFoundOut(t *testing.T) {
	const consumer = "kafka_file"
	for name, lie := range map[string]struct {
		tell  func(e *Evidence)
		area  string
		fault Fault
	}{
		"an append was lost": {func(e *Evidence) { e.Told = append(e.Told, 99) }, LogArea, Lost},
		"an append was written twice": {func(e *Evidence) {
			e.Log = append(e.Log, Entry{Place{"Note-9", 1, uuid.New()}, e.Log[0].Happening})
		}, LogArea, Doubled},
		"an effect is missing":       {func(e *Evidence) { e.Effects[consumer] = e.Effects[consumer][1:] }, consumer, Lost},
		"an effect took place twice": {func(e *Evidence) { e.Effects[consumer] = append(e.Effects[consumer], e.Effects[consumer][0]) }, consumer, Doubled},
		"an effect of another event": {func(e *Evidence) { e.Effects[consumer][2].Event = uuid.New() }, consumer, Invented},
		"effects changed places":     {func(e *Evidence) { swap(e.Effects[consumer], 0, 2) }, consumer, Disordered},
		"an effect behind poison": {func(e *Evidence) {
			e.Effects[consumer] = append(e.Effects[consumer], Effect{Place: e.Letters[consumer][1], Partition: "a", Tenure: "z"})
		}, consumer, Risen},
		"a zombie":                      {func(e *Evidence) { e.Effects[consumer][9].Tenure = e.Effects[consumer][0].Tenure }, consumer, Woken},
		"poison took another key along": {func(e *Evidence) { e.Letters[consumer] = append(e.Letters[consumer], e.Log[0].Place) }, consumer, Parked},
		"poison was dropped":            {func(e *Evidence) { e.Letters[consumer] = nil }, consumer, Lost},
		"a letter is there twice":       {func(e *Evidence) { e.Letters[echoing] = append(e.Letters[echoing], e.Letters[echoing][0]) }, echoing, Doubled},
		"the relay put something aside": {func(e *Evidence) { e.Letters[relayToNATS] = []Place{e.Log[0].Place} }, relayToNATS, Parked},
		"a broker has lost a message":   {func(e *Evidence) { cutCarried(e, 0, 1) }, "JetStream", Lost},
		"a broker has a message twice": {func(e *Evidence) {
			e.Carried["JetStream"]["a"] = append(e.Carried["JetStream"]["a"], e.Log[0].Place)
		}, "JetStream", Doubled},
		"a broker has messages in disorder": {func(e *Evidence) { swap(e.Carried["JetStream"]["a"], 0, 2) }, "JetStream", Disordered},
		"a stream is in two partitions": {func(e *Evidence) {
			e.Carried["JetStream"]["b"] = e.Carried["JetStream"]["a"][4:]
			e.Carried["JetStream"]["a"] = e.Carried["JetStream"]["a"][:4]
		}, "JetStream", Disordered},
		"an echo is missing":             {func(e *Evidence) { e.Log[1].Type = "nothing" }, echoing, Lost},
		"an echo came twice":             {func(e *Evidence) { e.add("Echo-1", Happening{Type: Echoed, Number: 3}) }, echoing, Doubled},
		"echoes changed places":          {func(e *Evidence) { e.Log[1].Number, e.Log[3].Number = 2, 1 }, echoing, Disordered},
		"an echo of poison":              {func(e *Evidence) { e.add("Echo-2", Happening{Type: Echoed, Number: 5}) }, echoing, Invented},
		"a booking led to nothing":       {func(e *Evidence) { e.Trips = nil }, sagaID, Lost},
		"a saga nobody booked":           {func(e *Evidence) { e.Trips = append(e.Trips, Trip{ID: "77"}) }, sagaID, Invented},
		"a saga has not ended":           {func(e *Evidence) { e.Trips[0].State = string(saga.Compensating) }, sagaID, Unended},
		"a saga has ended otherwise":     {func(e *Evidence) { e.Trips[0].State = string(saga.Completed) }, sagaID, Misled},
		"a compensation is missing":      {func(e *Evidence) { e.Trips[0].Done = e.Trips[0].Done[:len(e.Trips[0].Done)-1] }, sagaID, Lost},
		"compensations changed places":   {func(e *Evidence) { swap(e.Trips[0].Done, 3, 4) }, sagaID, Disordered},
		"a step was committed twice":     {func(e *Evidence) { e.add("Log-13", Happening{Type: Stepped, Kind: saga.Forward, Step: "car"}) }, sagaID, Doubled},
		"what was not done was undone":   {func(e *Evidence) { e.Trips[0].Deeds = append(e.Trips[0].Deeds, "compensate flight") }, sagaID, Invented},
		"what was done was not done":     {func(e *Evidence) { e.Trips[0].Deeds = e.Trips[0].Deeds[1:] }, sagaID, Lost},
		"what cannot be undone was said": {func(e *Evidence) { e.Trips[0].Done = append(e.Trips[0].Done, "compensate insurance") }, sagaID, Invented},
	} {
		t.Run(name, func(t *testing.T) {
			e := honest()
			lie.tell(e)
			if v := e.Judge(); v.Count(lie.area, lie.fault) == 0 {
				t.Errorf("not found: %v", v.Err())
			}
		})
	}
}

func swap[T any](all []T, i, j int) { all[i], all[j] = all[j], all[i] }

func cutCarried(e *Evidence, from, to int) {
	e.Carried["JetStream"]["a"] = slices.Delete(e.Carried["JetStream"]["a"], from, to)
}
