package codec

// Unknown holds the members of an object that its type does not declare, in the order of reading.
type Unknown []Member

// Member is one undeclared member.
type Member struct {
	Name  string
	Value JSON
}

// Get returns the value of the named member, and whether it is there.
func (u Unknown) Get(name string) (JSON, bool) {
	for i := range u {
		if u[i].Name == name {
			return u[i].Value, true
		}
	}
	return nil, false
}

// Set replaces the value of the named member, or adds it at the end. A name that the type declares
// is refused when the object is written. The slice that u held before may be changed.
func (u *Unknown) Set(name string, v JSON) {
	for i := range *u {
		if (*u)[i].Name == name {
			(*u)[i].Value = v
			return
		}
	}
	*u = append(*u, Member{Name: name, Value: v})
}

// Delete removes the named member, and reports whether it was there.
func (u *Unknown) Delete(name string) bool {
	for i := range *u {
		if (*u)[i].Name == name {
			*u = append((*u)[:i:i], (*u)[i+1:]...)
			return true
		}
	}
	return false
}
