package encryption

// cache keeps at most about size values: those that were used last. It has two
// generations; what is used moves to the young one, and when that is full the old
// one is forgotten.
type cache[K comparable, V any] struct {
	half       int
	young, old map[K]V
}

func newCache[K comparable, V any](size int) cache[K, V] {
	return cache[K, V]{half: max(size/2, 1), young: map[K]V{}, old: map[K]V{}}
}

func (c *cache[K, V]) get(k K) (V, bool) {
	v, ok := c.young[k]
	if ok {
		return v, true
	}
	if v, ok = c.old[k]; ok {
		c.put(k, v)
	}
	return v, ok
}

func (c *cache[K, V]) put(k K, v V) {
	if _, there := c.young[k]; !there && len(c.young) >= c.half {
		c.old, c.young = c.young, make(map[K]V, c.half)
	}
	c.young[k] = v
}

// remove forgets all values that match.
func (c *cache[K, V]) remove(match func(K, V) bool) {
	for _, m := range []map[K]V{c.young, c.old} {
		for k, v := range m {
			if match(k, v) {
				delete(m, k)
			}
		}
	}
}
