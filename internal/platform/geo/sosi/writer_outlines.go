package sosi

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// Surfaces that lie side by side share the curve between them: it is written once, and
// one of them refers to it the other way round (SOSI del 1, REF with a minus). Outlines
// are parted where three curves meet, which nobody knows before all of them have been
// seen; so they wait in the file of elements, each corner as a line, after
//
//	*5
//
// which is how many there are, and a lone * stands where the references go.

// mostCorners is how many corners are remembered: some 70 MB. Where there are more,
// each outline is a curve of its own.
const mostCorners = 2_000_000

// outlines are the curves around surfaces.
type outlines struct {
	// corners are those of all outlines, by their places.
	corners map[uint64]corner
	many    bool // there are too many of them
	limit   int
	// written are the curves in the file, by how they begin.
	written map[uint64]curve
	serial  int64    // of the last curve
	refs    []string // of the surface that comes next
}

// corner is what lies on both sides of a corner along an outline, as far as it is the
// same for all outlines through it.
type corner struct{ one, other uint32 }

// node is a corner at which outlines part, or one begins.
var node = corner{math.MaxUint32, math.MaxUint32}

// curve is one that is in the file.
type curve struct {
	serial int64
	places uint64 // what its corners come to, in either direction
	ahead  bool   // it was written from the end that its name comes from
}

func newOutlines() *outlines {
	return &outlines{corners: map[uint64]corner{}, written: map[uint64]curve{}, limit: mostCorners}
}

// hash is a number for a place.
func hash(p orb.Point) uint64 {
	return mixed(math.Float64bits(p[0]) ^ mixed(math.Float64bits(p[1])+0x9e3779b97f4a7c15))
}

// mixed spreads a number over all bits (the finisher of SplitMix64).
func mixed(v uint64) uint64 {
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}

// side is a number for what lies beside a corner, and never that of a node.
func side(h uint64) uint32 { return uint32(h>>32) &^ 1 } // #nosec G115 -- half of the bits are enough

// plain reports whether an outline can be parted: closed, of corners that differ from
// the next.
func plain(ring []orb.Point) bool {
	if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
		return false
	}
	for i := 1; i < len(ring); i++ {
		if ring[i] == ring[i-1] {
			return false
		}
	}
	return true
}

// meet remembers an outline. Where it begins is a node: it is read back from there.
func (o *outlines) meet(ring orb.Ring) {
	if o.many || !plain(ring) {
		return
	}
	n := len(ring) - 1
	hashes := make([]uint64, n)
	for i, p := range ring[:n] {
		hashes[i] = hash(p)
	}
	for i, h := range hashes {
		c := corner{side(hashes[(i+n-1)%n]), side(hashes[(i+1)%n])}
		if c.one > c.other {
			c.one, c.other = c.other, c.one
		}
		if was, met := o.corners[h]; i == 0 || met && was != c {
			c = node
		}
		o.corners[h] = c
	}
	if len(o.corners) > o.limit {
		o.corners, o.many = nil, true
	}
}

// cut parts an outline at its nodes; each piece ends where the next begins.
func (o *outlines) cut(ring []orb.Point) (pieces [][2]int) {
	if o.many || !plain(ring) {
		return [][2]int{{0, len(ring) - 1}}
	}
	from := 0
	for i := 1; i < len(ring); i++ {
		if i == len(ring)-1 || o.corners[hash(ring[i])] == node {
			pieces = append(pieces, [2]int{from, i})
			from = i
		}
	}
	return pieces
}

// known is how a piece is told from others, from whichever end it is seen: by how it leaves the
// end whose number is the lower. What it comes to tells apart what is named alike.
func known(piece []orb.Point) (name, places uint64, ahead bool) {
	last := len(piece) - 1
	first, back := mixed(hash(piece[0])+3*hash(piece[1])), mixed(hash(piece[last])+3*hash(piece[last-1]))
	for _, p := range piece {
		places += hash(p)
	}
	return min(first, back), places, first <= back
}

// outline takes an outline whose corners wait as lines, and gives what is to be written
// of it: the curves that are not in the file yet. What refers to it is kept for the
// surface.
func (o *outlines) outline(lines [][]byte, write func(serial int64, lines [][]byte)) error {
	ring, err := placesOf(lines)
	if err != nil {
		return err
	}
	shares := !o.many && plain(ring)
	var refs []string
	for _, piece := range o.cut(ring) {
		name, places, ahead := known(ring[piece[0] : piece[1]+1])
		is, found := o.written[name]
		if found = found && shares && is.places == places; !found {
			o.serial++
			is = curve{o.serial, places, ahead}
			if shares {
				o.written[name] = is
			}
			write(is.serial, lines[piece[0]:piece[1]+1])
		}
		sign := ""
		if is.ahead != ahead {
			sign = "-"
		}
		refs = append(refs, ":"+sign+strconv.FormatInt(is.serial, 10))
	}
	if len(o.refs) > 0 { // a hole
		refs[0] = "(" + refs[0]
		refs[len(refs)-1] += ")"
	}
	o.refs = append(o.refs, refs...)
	return nil
}

// placesOf reads lines of coordinates, north before east.
func placesOf(lines [][]byte) (ring []orb.Point, err error) {
	for _, line := range lines {
		north, east, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
		var p orb.Point
		var wrong [2]error
		p[0], wrong[0] = strconv.ParseFloat(east, 64)
		p[1], wrong[1] = strconv.ParseFloat(north, 64)
		if err := errors.Join(wrong[:]...); err != nil {
			return nil, fmt.Errorf("sosi: read an outline: %w", err)
		}
		ring = append(ring, p)
	}
	return ring, nil
}

// references writes REF of the surface: the outline, then each hole in brackets.
func (o *outlines) references() string {
	var b strings.Builder
	b.WriteString("..REF")
	for i, ref := range o.refs {
		if i > 0 && i%8 == 0 {
			b.WriteString("\n")
		} else {
			b.WriteString(" ")
		}
		b.WriteString(ref)
	}
	b.WriteString("\n")
	o.refs = nil
	return b.String()
}

// around writes what stands for an outline, or for the references to it: see outlines.
func (w *Writer) around(mark []byte, in *bufio.Reader, out io.Writer) error {
	count := bytes.TrimSpace(mark[1:])
	if len(count) == 0 {
		_, err := io.WriteString(out, w.outlines.references())
		return err
	}
	n, err := strconv.Atoi(string(count))
	if err != nil {
		return fmt.Errorf("sosi: read an outline: %w", err)
	}
	lines := make([][]byte, 0, min(n, 4096))
	for range n {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return fmt.Errorf("sosi: read an outline: %w", err)
		}
		lines = append(lines, slices.Clone(line))
	}
	var failed error
	err = w.outlines.outline(lines, func(serial int64, part [][]byte) {
		var b bytes.Buffer
		b.WriteString(".KURVE " + strconv.FormatInt(serial, 10) + ":\n..OBJTYPE Flateavgrensning\n..IDENT\n...NAVNEROM " + outline + "\n..NØ\n")
		for _, line := range part {
			b.Write(w.units(line))
		}
		_, err := out.Write(b.Bytes())
		failed = errors.Join(failed, err)
	})
	return errors.Join(err, failed)
}
