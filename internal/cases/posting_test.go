package cases

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/identity"
)

func TestPosting_digestTellsPostingsApart(t *testing.T) {
	t.Parallel()
	kari := identity.With(t.Context(), identity.Actor{Kind: identity.Resident, PersonID: "kari"})
	p := Posting{Text: "Hei", Key: "k"}
	first := p.digest(kari, EntryAnswered)
	if first == "" || first != p.digest(kari, EntryAnswered) {
		t.Fatal("the same posting has two digests, or none")
	}
	if (Posting{Text: "Hei"}).digest(kari, EntryAnswered) != "" {
		t.Error("a posting without a key has a digest")
	}
	ola := identity.With(t.Context(), identity.Actor{Kind: identity.Resident, PersonID: "ola"})
	behalf := identity.With(t.Context(), identity.Actor{Kind: identity.Resident, PersonID: "kari", OnBehalfOf: "mor"})
	for name, other := range map[string]string{
		"another person's":  p.digest(ola, EntryAnswered),
		"for somebody":      p.digest(behalf, EntryAnswered),
		"another kind":      p.digest(kari, EntryNoted),
		"another text":      Posting{Text: "Hei!", Key: "k"}.digest(kari, EntryAnswered),
		"another key":       Posting{Text: "Hei", Key: "l"}.digest(kari, EntryAnswered),
		"parts moved about": Posting{Text: "i", Key: "kHe"}.digest(kari, EntryAnswered),
		"with a file":       Posting{Text: "Hei", Key: "k", Files: []blob.Stored{{Name: "a", Size: 1}}}.digest(kari, EntryAnswered),
		"with a mention":    Posting{Text: "Hei", Key: "k", Mentions: []string{"per"}}.digest(kari, EntryAnswered),
	} {
		if other == first {
			t.Errorf("%s posting has the digest of the first", name)
		}
	}
}

func TestAid_insertsAtTheEnd(t *testing.T) {
	t.Parallel()
	a := Aid{Snippets: []Snippet{{ID: "1", Field: FieldReasons, Text: "Ny."}, {ID: "2", Field: FieldBasis, Text: "§ 1"}}}
	for _, test := range []struct{ field, id, written, want string }{
		{FieldReasons, "1", "", "Ny."},
		{FieldReasons, "1", "Gammel. \n", "Gammel.\n\nNy."},
		{FieldReasons, "2", "Gammel.", "Gammel."}, // it is for another field
		{FieldReasons, "", "Gammel.", "Gammel."},
	} {
		if got := a.insert(test.field, test.id, test.written); got != test.want {
			t.Errorf("%+v gives %q", test, got)
		}
	}
}

func TestWantedOf_readsTheBoxesOfTheList(t *testing.T) {
	t.Parallel()
	want := []Wanted{{"a", 3}, {"b", -1}, {"c", -1}, {"", -1}}
	if diff := cmp.Diff(want, wantedOf([]string{"a:3", "b", "c:0", ":x"})); diff != "" {
		t.Error(diff)
	}
}

func TestLetter_isSignedByBoth(t *testing.T) {
	t.Parallel()
	l := letter{department: "Oppvekst", d: Decision{DeciderName: "Kari"}}
	if n := len(l.signers()); n != 1 {
		t.Errorf("%d sign", n)
	}
	l.d.ApproverName = "Ola"
	if s := l.signers(); len(s) != 2 || s[1].Name != "Ola" {
		t.Errorf("signed by %v", s)
	}
}
