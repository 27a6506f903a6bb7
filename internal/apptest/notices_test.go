package apptest_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/notify"
)

// nextDoor is a property register in which one of the players owns the ground next
// to the mother's, and a dead man what lies opposite.
type nextDoor struct{ number, name, mother string }

// Around implements neighbours.Surroundings.
func (nextDoor) Around(_ context.Context, ref string) (neighbours.Place, []neighbours.Place, error) {
	return neighbours.Place{Ref: ref, Address: "Fyrlia 4"}, []neighbours.Place{{Ref: "12/35"}, {Ref: "12/36", Opposite: true}}, nil
}

// Owners implements neighbours.Surroundings.
func (n nextDoor) Owners(context.Context, []string) (map[string][]neighbours.Owner, error) {
	return map[string][]neighbours.Owner{
		"12/34": {{Number: n.mother, Name: "Mor"}}, "12/44": {{Number: n.mother, Name: "Mor"}}, "12/54": {{Number: n.mother, Name: "Mor"}},
		"12/35": {{Number: n.number, Name: n.name}}, "12/36": {{Name: "Gamle Per", Deceased: true, Lines: []string{"Storgata 9", "9961 Torgøy"}}},
	}, nil
}

// noticed is a neighbour notice of the mother's, to the one whom Apart plays and to
// the estate of a dead man.
type noticed struct{ sent, begun, ready, neighbour, estate, code, drawing string }

func noticedOf(t *testing.T, h *apptest.Harness) (n noticed) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	mother, s := h.As(0, demo.Mother), h.App.Neighbours
	player, _ := h.Demo.Population().Player(0, demo.Apart)
	register := s.Around
	owner, _ := h.Demo.Population().Player(0, demo.Mother)
	s.Around = nextDoor{player.Number.Digits(), player.Name.Full(), owner.Number.Digits()}
	defer func() { s.Around = register }()
	begun, err := s.Begin(mother, neighbours.Source{Property: "12/34"})
	check(err)
	file, err := h.App.Blobs.Put(mother, bytes.NewReader(samplePDF("situasjonsplan")), blob.PutOptions{Name: "situasjonsplan.pdf"})
	check(err)
	begun, err = s.Write(mother, begun.ID, begun.Version, neighbours.Writing{
		Description: "En garasje i tre på 40 m², malt hvit, fem meter fra grensen.", Dispensations: "Reguleringsplanen § 3: mønehøyde", Contact: "Telefon 40 00 00 00", Files: []blob.Stored{file},
	})
	check(err)
	_, err = s.Send(mother, begun.ID, begun.Version)
	check(err)
	v, err := s.View(mother, begun.ID)
	check(err)
	n.sent, n.drawing = begun.ID, v.Documents[0].ID
	for _, l := range v.Lines {
		if l.Way == neighbours.ByHand {
			n.estate = l.ID
		} else {
			n.neighbour = l.ID
		}
	}
	_, err = s.Answer(h.As(0, demo.Apart), neighbours.Key{ID: n.neighbour}, neighbours.Reply{Answer: neighbours.Remarks, Text: "Den tar utsikten fra stuevinduet."})
	check(err)
	items, err := h.App.Notify.List(h.In("torgoy"), notify.Filter{Thread: "notice:" + n.sent})
	check(err)
	for _, item := range items {
		if _, code, ok := strings.Cut(item.Body.Action.URL, "/notice/"); ok {
			n.code = code
		}
	}
	second, err := s.Begin(mother, neighbours.Source{Property: "12/44"})
	check(err)
	_, err = s.AskExemption(mother, second.ID, "Ingen av naboene ser garasjen.")
	check(err)
	n.begun = second.ID
	third, err := s.Begin(mother, neighbours.Source{Property: "12/54"})
	check(err)
	file, err = h.App.Blobs.Put(mother, bytes.NewReader(samplePDF("fasader")), blob.PutOptions{Name: "fasader.pdf"})
	check(err)
	_, err = s.Write(mother, third.ID, third.Version, neighbours.Writing{Description: "En bod i tre på 12 m².", Files: []blob.Stored{file}})
	check(err)
	n.ready = third.ID
	return n
}
