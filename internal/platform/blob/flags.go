package blob

import (
	"slices"
	"strings"
)

// Flag is something about a file that its reader should know.
type Flag string

// The flags.
const (
	// FlagActive: a script, a program to start or a file inside a PDF or an office
	// document. It is only saved, never shown in the browser.
	FlagActive Flag = "active"
	// FlagEncrypted: what is inside is locked, and no scanner has seen it.
	FlagEncrypted Flag = "encrypted"
	// FlagMismatch: name or declaration told another type than the content.
	FlagMismatch Flag = "mismatch"
	// FlagPosition: the picture tells where it was taken.
	FlagPosition Flag = "position"
	// FlagPositionRemoved: where the picture was taken has been removed from it.
	FlagPositionRemoved Flag = "position_removed"
)

// Flags is a set of flags: its words, in order, separated by spaces.
type Flags string

// Has reports whether a flag is in the set.
func (f Flags) Has(flag Flag) bool { return slices.Contains(f.List(), flag) }

// List returns the flags in order.
func (f Flags) List() []Flag {
	var list []Flag
	for word := range strings.FieldsSeq(string(f)) {
		list = append(list, Flag(word))
	}
	return list
}

// With returns the set with more flags in it.
func (f Flags) With(more ...Flag) Flags {
	list := append(f.List(), more...)
	slices.Sort(list)
	words := make([]string, 0, len(list))
	for _, flag := range slices.Compact(list) {
		words = append(words, string(flag))
	}
	return Flags(strings.Join(words, " "))
}

// Notice is what is said of a document where it is listed.
type Notice struct {
	Key     string // message key
	Warning bool   // it calls for care, rather than for patience
}

// Notices returns what those who see the list of documents should know of one.
// Of what nobody scanned the staff are told, not the uploader; of what waits, was
// refused or is risky both.
func (d Document) Notices(staff bool) []Notice {
	var list []Notice
	switch d.Scan {
	case Unscanned:
		if staff {
			list = append(list, Notice{Key: "blob.state.unscanned", Warning: true})
		}
	case Scanning:
		list = append(list, Notice{Key: "blob.state.scanning"})
	case Refused, TooLarge:
		list = append(list, Notice{Key: "blob.state." + string(d.Scan), Warning: true})
	case Clean:
	}
	for _, flag := range d.Flags.List() {
		switch flag {
		case FlagActive, FlagEncrypted:
			list = append(list, Notice{Key: "blob.flag." + string(flag), Warning: true})
		case FlagMismatch:
			if staff {
				list = append(list, Notice{Key: "blob.flag.mismatch", Warning: true})
			}
		case FlagPosition, FlagPositionRemoved:
			if !staff {
				list = append(list, Notice{Key: "blob.flag." + string(flag)})
			}
		}
	}
	return list
}

// Inline reports whether a browser may show the document in its window.
func (d Document) Inline() bool {
	switch d.MediaType {
	case JPEG, PNG:
		return true
	case PDF:
		return !d.Flags.Has(FlagActive) && !d.Flags.Has(FlagEncrypted)
	}
	return false
}
