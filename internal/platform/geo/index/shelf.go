package index

// Place is where something lies on a layer's shelf.
type Place uint32

// A shelf has boards of so many bytes, and so many boards as a Place can tell.
const (
	boardBits  = 17
	boardBytes = 1 << boardBits
	maxBoards  = 1 << (32 - boardBits)
)

// shelf keeps pieces of bytes in few large ones. What is larger than a board has a
// board of its own.
type shelf struct{ boards [][]byte }

// put keeps a piece; false when the shelf is full.
func (s *shelf) put(data []byte) (Place, bool) {
	last := len(s.boards) - 1
	if last < 0 || len(s.boards[last]) == boardBytes || len(s.boards[last])+len(data) > boardBytes {
		s.trim()
		if len(s.boards) == maxBoards {
			return 0, false
		}
		// Small layers have small boards, which grow.
		room := boardBytes
		if last < 0 {
			room = 0
		}
		s.boards = append(s.boards, make([]byte, 0, max(room, len(data))))
		last++
	}
	at := Place(last<<boardBits | len(s.boards[last])) // #nosec G115 -- within its 32 bits
	s.boards[last] = append(s.boards[last], data...)
	return at, true
}

// trim gives back what is left over of the last board.
func (s *shelf) trim() {
	last := len(s.boards) - 1
	if last < 0 || cap(s.boards[last])-len(s.boards[last]) <= len(s.boards[last])/16 {
		return
	}
	exact := make([]byte, len(s.boards[last]))
	copy(exact, s.boards[last])
	s.boards[last] = exact
}

func (s *shelf) at(p Place) []byte {
	return s.boards[p>>boardBits][p&(boardBytes-1):]
}
