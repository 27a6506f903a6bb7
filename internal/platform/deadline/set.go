package deadline

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/torg-no/torg/internal/platform/clock"
)

//go:embed rules/*.toml
var shipped embed.FS

// Set is the rules that apply, in all their versions. It is not changed once it
// is made.
type Set struct {
	versions map[string][]Rule // ordered by version
}

// Shipped returns the rules of Norwegian law that come with the program.
func Shipped() (*Set, error) { return Load(shipped) }

// Load reads rules/*.toml of a file system.
func Load(files fs.FS) (*Set, error) {
	names, err := fs.Glob(files, "rules/*.toml")
	if err != nil {
		return nil, fmt.Errorf("deadline: list rules: %w", err)
	}
	var all []Rule
	for _, name := range names {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("deadline: read %s: %w", name, err)
		}
		rules, err := Parse(content)
		if err != nil {
			return nil, fmt.Errorf("deadline: %s: %w", name, err)
		}
		all = append(all, rules...)
	}
	return NewSet(all...)
}

// NewSet puts rules together. The versions of one key count without gaps and
// their days do not overlap.
func NewSet(rules ...Rule) (*Set, error) {
	s := &Set{versions: map[string][]Rule{}}
	for _, r := range rules {
		s.versions[r.Key] = append(s.versions[r.Key], r)
	}
	for key, list := range s.versions {
		slices.SortFunc(list, func(a, b Rule) int { return a.Version - b.Version })
		for i, r := range list {
			if r.Version != i+1 {
				return nil, fmt.Errorf("deadline: the versions of %q are not 1, 2, 3 …", key)
			}
			if i > 0 && (list[i-1].To.IsZero() || !list[i-1].To.Before(r.From)) {
				return nil, fmt.Errorf("deadline: versions %d and %d of %q are valid on the same day", i, i+1, key)
			}
		}
	}
	return s, nil
}

// Overlay returns a set in which the rules of another replace those with the
// same key, as when a municipality has promised its residents a shorter limit.
func (s *Set) Overlay(other *Set) *Set {
	merged := maps.Clone(s.versions)
	maps.Copy(merged, other.versions)
	return &Set{versions: merged}
}

// On returns the version of a rule that matters follow which came in on a day.
func (s *Set) On(key string, day clock.Date) (Rule, error) {
	for _, r := range s.versions[key] {
		if r.Applies(day) {
			return r, nil
		}
	}
	return Rule{}, fmt.Errorf("deadline: no rule %q is valid on %s", key, day)
}

// Version returns one version of a rule, as it was written down with a matter.
func (s *Set) Version(key string, version int) (Rule, error) {
	list := s.versions[key]
	if version < 1 || version > len(list) {
		return Rule{}, fmt.Errorf("deadline: rule %q has no version %d", key, version)
	}
	return list[version-1], nil
}

// Keys returns the names of all rules, sorted.
func (s *Set) Keys() []string { return slices.Sorted(maps.Keys(s.versions)) }

// All returns every version of every rule, by key.
func (s *Set) All() []Rule {
	var all []Rule
	for _, key := range s.Keys() {
		all = append(all, s.versions[key]...)
	}
	return all
}
