package blob

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/bits"
	"os"
)

// spool is a file without a name that an upload waits in while its type is
// found out. Its bytes are encrypted with a key that only this process' memory
// holds, so that nothing readable is left behind, however the process ends.
// CTR gives access to any place; the bytes need no authentication, since the
// file never leaves the process.
type spool struct {
	file  spoolFile
	block cipher.Block
	iv    [aes.BlockSize]byte
	out   cipher.Stream
	sum   hash.Hash
	size  int64
}

// spoolFile is the part of *os.File that the spool uses; the tests' fills up.
type spoolFile interface {
	io.Writer
	io.ReaderAt
	io.Closer
}

// openSpoolFile makes a file in a folder and takes its name away at once.
func openSpoolFile(dir string) (spoolFile, error) {
	file, err := os.CreateTemp(dir, "torg-upload-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func newSpool(file spoolFile) (*spool, error) {
	s := &spool{file: file, sum: sha256.New()}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	_, _ = rand.Read(s.iv[:])
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("blob: spool: %w", err)
	}
	s.block, s.out = block, cipher.NewCTR(block, s.iv[:])
	return s, nil
}

// Write appends bytes.
func (s *spool) Write(p []byte) (int, error) {
	locked := make([]byte, len(p))
	s.out.XORKeyStream(locked, p)
	n, err := s.file.Write(locked)
	s.sum.Write(p[:n])
	s.size += int64(n)
	return n, err
}

// ReadAt reads at any place.
func (s *spool) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.file.ReadAt(p, off)
	stream := cipher.NewCTR(s.block, s.counter(off/aes.BlockSize))
	var skip [aes.BlockSize]byte
	stream.XORKeyStream(skip[:off%aes.BlockSize], skip[:off%aes.BlockSize])
	stream.XORKeyStream(p[:n], p[:n])
	return n, err
}

// counter is the start value plus a number of blocks, as 128 bits.
func (s *spool) counter(blocks int64) []byte {
	high, low := binary.BigEndian.Uint64(s.iv[:8]), binary.BigEndian.Uint64(s.iv[8:])
	low, carry := bits.Add64(low, uint64(blocks), 0)
	out := binary.BigEndian.AppendUint64(nil, high+carry)
	return binary.BigEndian.AppendUint64(out, low)
}

// reader reads the whole spool from its beginning.
func (s *spool) reader() io.Reader { return io.NewSectionReader(s, 0, s.size) }

// digest is the SHA-256 of what was written, in hex.
func (s *spool) digest() string { return hex.EncodeToString(s.sum.Sum(nil)) }

// Close gives the space back.
func (s *spool) Close() error { return s.file.Close() }
