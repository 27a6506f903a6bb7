package cases

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/forms"
)

func sample() Case {
	at := time.Date(2026, 11, 23, 8, 0, 0, 123_000, time.UTC)
	return Case{
		ID: "c1", Year: 2026, Number: 7, Kind: "kindergarten", Status: Received, Department: "d1", Applicant: "p1", ApplicantName: "Kari Ærfugl",
		Subject: "p2", SubjectName: "Ådne Ærfugl", Restricted: true, Lang: "nn", Submission: "s1", ReceivedAt: at, UpdatedAt: at, Version: 1,
	}
}

func asMap(t *testing.T, v any) map[string]any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestInfoOf_leavesOutWhatIsNotThereAndWhatIsOurs(t *testing.T) {
	t.Parallel()
	want := map[string]any{
		"id": "c1", "number": "2026/7", "kind": "kindergarten", "status": "received", "department": "d1", "lang": "nn", "version": 1.0,
		"applicant": map[string]any{"id": "p1", "name": "Kari Ærfugl"}, "subject": map[string]any{"id": "p2", "name": "Ådne Ærfugl"},
		"received_at": "2026-11-23T08:00:00.000123Z", "updated_at": "2026-11-23T08:00:00.000123Z",
	}
	if diff := cmp.Diff(want, asMap(t, infoOf(sample()))); diff != "" {
		t.Error(diff)
	}
}

func TestInfoOf_tellsOfADecidedCase(t *testing.T) {
	t.Parallel()
	c := sample()
	c.Status, c.Outcome, c.Answer, c.Assignee, c.AssigneeName = Closed, OutcomeGranted, Accepted, "w1", "Ola"
	c.DecidedAt, c.ClosedAt = c.ReceivedAt.Add(time.Hour), c.ReceivedAt.Add(2*time.Hour)
	got := asMap(t, infoOf(c))
	for name, want := range map[string]any{
		"outcome": "granted", "answer": "accepted", "decided_at": "2026-11-23T09:00:00.000123Z", "closed_at": "2026-11-23T10:00:00.000123Z",
		"assignee": map[string]any{"id": "w1", "name": "Ola"},
	} {
		if diff := cmp.Diff(want, got[name]); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestDetailsOf_isWholeWithoutNulls(t *testing.T) {
	t.Parallel()
	empty := asMap(t, detailsOf(View{Case: sample()}, Sent{}))
	for _, name := range []string{"journal", "documents", "sent"} {
		if list, ok := empty[name].([]any); !ok || len(list) != 0 {
			t.Errorf("%s of an empty case: %v", name, empty[name])
		}
	}
	if _, there := empty["decision"]; there {
		t.Error("a decision before it is made")
	}
	v := View{
		Case:      sample(),
		Entries:   []Entry{{Seq: 1, Kind: ByStaff(EntryAnswered), ActorID: "t1", ActorName: "Fagsystem", Text: "Ja", Documents: []string{"x"}}},
		Documents: []blob.Document{{ID: "x", Name: "vedtak.pdf", Size: 10}},
		Decision:  &Decision{Outcome: OutcomeGranted, Values: map[string]string{"start": "2027-08-16"}, Letter: "x", DecidedBy: "w1"},
	}
	full := detailsOf(v, Sent{})
	if e := full.Journal[0]; e.Kind != "answered_by_staff" || e.Actor.Name != "Fagsystem" || e.Documents[0] != "x" {
		t.Errorf("journal %+v", e)
	}
	if full.Documents[0].Bytes != 10 || full.Decision.Letter != "x" || full.Decision.Values["start"] != "2027-08-16" {
		t.Errorf("%+v", full)
	}
}

func TestAnswersOf_laysGroupsOut(t *testing.T) {
	t.Parallel()
	got := answersOf([]forms.SummaryRow{
		{Name: "phone", Question: "Telefon", Lines: []string{"912 34 567"}},
		{Name: "documents", Question: "Vedlegg", Files: []forms.FileView{{Name: "a.pdf"}}},
		{Name: "siblings", Question: "Søsken", Items: []forms.SummaryItem{
			{Rows: []forms.SummaryRow{{Name: "siblings[0].name", Question: "Navn", Lines: []string{"Ola"}}}},
			{Rows: []forms.SummaryRow{{Name: "siblings[1].name", Question: "Navn"}}},
		}},
	})
	want := []sentAnswer{
		{"phone", "Telefon", []string{"912 34 567"}},
		{"documents", "Vedlegg", []string{"a.pdf"}},
		{"siblings[0].name", "Navn", []string{"Ola"}},
		{"siblings[1].name", "Navn", []string{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
