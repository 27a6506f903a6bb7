package layers

// told are the ids that a source has told of, by a hash of each, with the line: a file
// of a gigabyte has five million, and a map of them would take most of the memory of an
// import. Two of a million ids have the same hash once in 37 million imports, and are
// then told as one id used twice.
type told struct {
	parts [256]toldPart
}

// toldPart is a table with open addressing, which grows by itself so that no moment
// needs twice the memory. A key of 0 is a free place.
type toldPart struct {
	keys  []uint64
	lines []uint32
	n     int
}

// put enters an id. When it is there already it tells the line.
func (t *told) put(key uint64, line int) (before int, twice bool) {
	if key == 0 {
		key = 1
	}
	p := &t.parts[key>>56]
	if 4*(p.n+1) > 3*len(p.keys) {
		p.grow()
	}
	at := p.find(key)
	if p.keys[at] == key {
		return int(p.lines[at]), true
	}
	p.keys[at], p.lines[at] = key, uint32(line) // #nosec G115 -- a line of a file
	p.n++
	return 0, false
}

// find is where a key is, or where it would go.
func (p *toldPart) find(key uint64) int {
	mask := len(p.keys) - 1
	at := int(key>>16) & mask // #nosec G115 -- only some of its bits
	for p.keys[at] != 0 && p.keys[at] != key {
		at = (at + 1) & mask
	}
	return at
}

func (p *toldPart) grow() {
	old := *p
	size := max(64, 2*len(old.keys))
	p.keys, p.lines = make([]uint64, size), make([]uint32, size)
	for i, key := range old.keys {
		if key != 0 {
			at := p.find(key)
			p.keys[at], p.lines[at] = key, old.lines[i]
		}
	}
}
