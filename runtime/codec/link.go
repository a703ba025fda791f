package codec

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// A linker holds the linked form of a table, made once on first use.
type linker struct {
	once    sync.Once
	program atomic.Pointer[program]
}

// linked returns the program of t.
func (t *Table) linked() *program {
	if p := t.link.program.Load(); p != nil {
		return p
	}
	t.link.once.Do(func() { t.link.program.Store(link(t)) })
	return t.link.program.Load()
}

// builtins are the shapes of the IDs below First.
var builtins = [First]shape{
	String:       {op: String, memory: Of[string]{}},
	Bool:         {op: Bool, memory: Of[bool]{}},
	Int32:        {op: Int32, memory: Of[int32]{}},
	Int64:        {op: Int64, memory: Of[int64]{}},
	Uint32:       {op: Uint32, memory: Of[uint32]{}},
	Uint64:       {op: Uint64, memory: Of[uint64]{}},
	Int64Text:    {op: Int64Text, memory: Of[int64]{}},
	Uint64Text:   {op: Uint64Text, memory: Of[uint64]{}},
	Float32:      {op: Float32, memory: Of[float32]{}},
	Float64:      {op: Float64, memory: Of[float64]{}},
	Bytes:        {op: Bytes, memory: Of[[]byte]{}},
	UUID:         {op: UUID, memory: Of[[16]byte]{}},
	URI:          {op: URI, memory: Of[string]{}, checked: true},
	Email:        {op: Email, memory: Of[string]{}, checked: true},
	Timestamp:    {op: Timestamp, memory: Of[time.Time]{}},
	UnixSeconds:  {op: UnixSeconds, memory: Of[time.Time]{}},
	UnixMillis:   {op: UnixMillis, memory: Of[time.Time]{}},
	UnixMicros:   {op: UnixMicros, memory: Of[time.Time]{}},
	DateType:     {op: DateType, memory: Of[Date]{}},
	TimeType:     {op: TimeType, memory: Of[TimeOfDay]{}},
	DurationType: {op: DurationType, memory: Of[Duration]{}},
	JSONType:     {op: JSONType, memory: Of[[]byte]{}},
}

// link turns a table into a program: shapes are made first, so that types may refer to each other
// in any order, then filled.
func link(t *Table) *program {
	p := &program{shapes: make([]*shape, max(len(t.Types), int(First)))}
	l := linking{table: t, program: p}
	for id := range builtins {
		if builtins[id].op != Invalid {
			s := builtins[id]
			s.size = s.memory.size()
			p.shapes[id] = &s
		}
	}
	for id := int(First); id < len(t.Types); id++ {
		p.shapes[id] = l.outline(t.Types[id])
		if _, foreign := t.Types[id].(*Import); !foreign {
			l.own = append(l.own, p.shapes[id])
		}
	}
	for id := int(First); id < len(t.Types); id++ {
		l.fill(p.shapes[id], t.Types[id])
	}
	settleChecked(l.own)
	return p
}

// linking is the state of one link. The first fault is kept in the program.
type linking struct {
	table   *Table
	program *program
	own     []*shape // without the imported ones, which others may be using already
}

func (l *linking) fault(format string, args ...any) {
	if l.program.err == nil {
		l.program.err = &Error{Op: OpLink, Type: l.table.Package, Code: CodeDescriptor, Offset: -1, Message: fmt.Sprintf(format, args...)}
	}
}

// outline makes the shape of a type with all that does not refer to other types.
func (l *linking) outline(t Type) *shape {
	switch t := t.(type) {
	case *Struct:
		if t.Memory != nil && t.Memory.size() != t.Size {
			l.fault("%s has size %d and Memory for %d", t.Name, t.Size, t.Memory.size())
		}
		return &shape{op: opStruct, name: t.Name, size: t.Size, memory: t.Memory, object: &object{qualified: l.table.Package + "." + t.Name}}
	case *List:
		return &shape{op: opList, size: Of[[]byte]{}.size(), memory: Of[[]byte]{}}
	case *Map:
		return &shape{op: opMap, size: Of[Pointer]{}.size(), memory: Of[Pointer]{}}
	case *OneOrManyOf:
		return &shape{op: opOneOrMany, size: Of[oneOrManyWords]{}.size(), memory: Of[oneOrManyWords]{}}
	case *Enum:
		return outlineEnum(t)
	case *ScalarSum:
		return &shape{op: opScalarSum, name: t.Name, size: Of[Scalar]{}.size(), memory: Of[Scalar]{}, allow: t.Allow}
	case *Union:
		return &shape{op: opUnion, name: t.Name, size: Of[ifaceWords]{}.size(), memory: t.Memory, union: &union{}, checked: true}
	case *Text:
		return &shape{op: opText, name: t.Name, size: t.Size, memory: t.Memory, text: t}
	case *Import:
		return l.imported(t)
	}
	l.fault("a type of the table is nil")
	return &shape{}
}

// outlineEnum gives an enum the opcode of its base type.
func outlineEnum(t *Enum) *shape {
	s := &shape{op: String, name: t.Name, memory: Of[string]{}, enum: t, checked: t.Closed}
	if len(t.Strings) == 0 {
		s.op, s.memory = Int64, Of[int64]{}
	}
	s.size = s.memory.size()
	return s
}

// imported finds the shape of another package's type. Go packages form no cycles, so neither do
// the links of their tables.
func (l *linking) imported(t *Import) *shape {
	other := t.Table.linked()
	if other.err != nil {
		l.fault("import of %s.%s: %v", t.Table.Package, t.Name, other.err)
	}
	for id := int(First); id < len(t.Table.Types); id++ {
		s := other.shapes[id]
		_, again := t.Table.Types[id].(*Import)
		if s.name == t.Name && !again {
			return s
		}
	}
	l.fault("import of %s.%s: no such type", t.Table.Package, t.Name)
	return &shape{}
}

// fill links what a shape refers to.
func (l *linking) fill(s *shape, t Type) {
	switch t := t.(type) {
	case *Struct:
		l.fillStruct(s.object, t)
	case *List:
		s.elem = l.elem(t.Elem, "list")
	case *Map:
		s.elem = l.elem(t.Elem, "map")
	case *OneOrManyOf:
		s.elem = l.elem(t.Elem, "one_or_many")
	case *Union:
		l.fillUnion(s.union, t)
	}
}

func (l *linking) fillStruct(o *object, t *Struct) {
	o.unknown, o.keep = t.Unknown, t.Keep
	o.fields = make([]field, len(t.Fields))
	o.index = make(map[string]int, len(t.Fields))
	o.required = make([]uint64, (len(t.Fields)+63)/64)
	for i := range t.Fields {
		d := &t.Fields[i]
		f := &o.fields[i]
		f.name, f.offset, f.sensitive = d.Name, d.Offset, d.Sensitive
		f.head = padString("," + string(quoted(d.Name)) + ":")
		f.key = string(f.head[1:])
		f.value = l.use(d.Type, d.Presence, d.Checks, t.Name+"."+d.Name)
		if d.Presence == Required || d.Presence == Nullable {
			setBit(o.required, i)
		}
		if _, twice := o.index[d.Name]; twice {
			l.fault("%s names %q twice", t.Name, d.Name)
		}
		o.index[d.Name] = i
		if end := f.offset + f.slotSize; end > t.Size {
			l.fault("%s.%s ends at byte %d of %d", t.Name, d.Name, end, t.Size)
		}
	}
}

func (l *linking) elem(e Elem, where string) *value {
	if e.Presence == Optional || e.Presence == MaybeNull {
		l.fault("an element of a %s cannot be optional", where)
	}
	v := l.use(e.Type, e.Presence, e.Checks, "element of "+where)
	if v.slot == nil {
		l.fault("%s is held by a %s and has no Memory", v.shape.name, where)
		v.slot = Of[Pointer]{}
	}
	return &v
}

// inPlace are the shapes whose Go type has a nil of its own.
func inPlace(op opcode) bool {
	return op == opList || op == opMap || op == opUnion || op == Bytes || op == JSONType
}

// use links one use of a type.
func (l *linking) use(id ID, presence Presence, checks []Check, where string) value {
	if int(id) >= len(l.program.shapes) || l.program.shapes[id] == nil {
		l.fault("%s has type %d, which does not exist", where, id)
		return value{shape: &shape{}}
	}
	s := l.program.shapes[id]
	v := value{op: s.op, presence: presence, shape: s, slot: s.memory, slotSize: s.size}
	switch {
	case presence == MaybeNull:
		v.slotSize++
		if s.memory == nil {
			l.fault("%s holds a %s, which has no Memory", where, s.name)
		}
	case presence != Required && !inPlace(s.op):
		v.boxed, v.slot, v.slotSize = true, Of[Pointer]{}, Of[Pointer]{}.size()
		if s.memory == nil {
			l.fault("%s points to a %s, which has no Memory", where, s.name)
		}
	}
	v.checks = l.checks(s, checks, where)
	return v
}

// fillUnion pairs branches with the type words of their prototypes.
func (l *linking) fillUnion(u *union, t *Union) {
	u.name, u.tag = t.Name, t.Tag
	var words []ifaceWords
	if t.Prototypes != nil {
		words = t.Prototypes.words()
	}
	if len(words) != len(t.Branches) && len(words) != len(t.Branches)+1 {
		l.fault("union %s has %d branches and %d prototypes", t.Name, len(t.Branches), len(words))
		return
	}
	u.branches = make([]branch, len(t.Branches))
	u.index = make(map[string]int, len(t.Branches))
	for i, b := range t.Branches {
		u.branches[i] = l.branch(t, b, words[i])
		if _, twice := u.index[b.Tag]; twice {
			l.fault("union %s has two branches %q", t.Name, b.Tag)
		}
		u.index[b.Tag] = i
	}
	if len(words) > len(t.Branches) {
		u.other = &branch{kind: words[len(t.Branches)].kind}
	}
}

func (l *linking) branch(t *Union, b Branch, w ifaceWords) branch {
	out := branch{tag: b.Tag, kind: w.kind, direct: w.data == nil}
	out.head = "{" + string(quoted(t.Tag)) + ":" + string(quoted(b.Tag))
	if int(b.Type) >= len(l.program.shapes) || l.program.shapes[b.Type] == nil || l.program.shapes[b.Type].object == nil {
		l.fault("branch %q of union %s is no struct", b.Tag, t.Name)
		return out
	}
	out.shape = l.program.shapes[b.Type]
	switch {
	case w.kind == nil:
		l.fault("prototype of branch %q of union %s is nil", b.Tag, t.Name)
	case out.shape.memory == nil:
		l.fault("branch %q of union %s has no Memory", b.Tag, t.Name)
	}
	return out
}

// settleChecked marks the shapes and values in which Validate has work, so that it passes by the
// rest. Recursive types make this a fixed point.
func settleChecked(shapes []*shape) {
	for changed := true; changed; {
		changed = false
		for _, s := range shapes {
			if !s.checked && s.needsCheck() {
				s.checked, changed = true, true
			}
		}
	}
	for _, s := range shapes {
		if s.elem != nil {
			s.elem.checked = s.elem.needsCheck()
		}
		if s.object != nil {
			for i := range s.object.fields {
				f := &s.object.fields[i]
				f.checked = f.needsCheck()
			}
		}
	}
}

func (v *value) needsCheck() bool { return len(v.checks) > 0 || v.shape.checked }

func (s *shape) needsCheck() bool {
	if s.elem != nil && s.elem.needsCheck() {
		return true
	}
	if s.object == nil {
		return false
	}
	for i := range s.object.fields {
		if s.object.fields[i].needsCheck() {
			return true
		}
	}
	return false
}
