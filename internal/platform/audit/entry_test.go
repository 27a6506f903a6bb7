package audit

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

func exampleEntry() Entry {
	return Entry{
		ID: "0193", At: store.At(time.Date(2026, 11, 23, 9, 0, 0, 1000, time.UTC)), ActorKind: "staff", ActorID: "ola",
		Action: "cases.decided", Object: Ref{"case", "c-1"}, Subject: "mother", Case: "c-1", DetailsDigest: "ab",
	}
}

// The canonical form is forever: a log sealed by one release is verified by all
// later ones. The hash was reckoned outside Torg, with sha256sum over a zero
// byte and the text
// {"v":1,"tenant":"t-a","seq":5,"id":"0193","at":"2026-11-23T09:00:00.000001Z","actor_kind":"staff","actor_id":"ola","action":"cases.decided","object":{"type":"case","id":"c-1"},"subject":"mother","case":"c-1","details_digest":"ab"}
func TestLeafHash_neverChanges(t *testing.T) {
	t.Parallel()
	got, err := leafHash("t-a", 5, exampleEntry())
	if err != nil {
		t.Fatal(err)
	}
	const want = "7202eb310ac5107e4000a251bbe6c72e1cd1c5c691003c6cda5455d4793178c0"
	if hex.EncodeToString(got) != want {
		t.Errorf("got %x", got)
	}
}

func TestLeafHash_dependsOnEveryField(t *testing.T) {
	t.Parallel()
	hash := func(tenant string, seq int64, change func(*Entry)) string {
		e := exampleEntry()
		if change != nil {
			change(&e)
		}
		h, err := leafHash(tenant, seq, e)
		if err != nil {
			t.Fatal(err)
		}
		return string(h)
	}
	seen := map[string]string{hash("t-a", 5, nil): "nothing"}
	for name, h := range map[string]string{
		"tenant":       hash("t-b", 5, nil),
		"place":        hash("t-a", 6, nil),
		"id":           hash("t-a", 5, func(e *Entry) { e.ID = "x" }),
		"instant":      hash("t-a", 5, func(e *Entry) { e.At.Time = e.At.Add(time.Microsecond) }),
		"actor kind":   hash("t-a", 5, func(e *Entry) { e.ActorKind = "x" }),
		"actor":        hash("t-a", 5, func(e *Entry) { e.ActorID = "x" }),
		"on behalf of": hash("t-a", 5, func(e *Entry) { e.OnBehalfOf = "x" }),
		"action":       hash("t-a", 5, func(e *Entry) { e.Action = "x" }),
		"object type":  hash("t-a", 5, func(e *Entry) { e.Object.Type = "x" }),
		"object id":    hash("t-a", 5, func(e *Entry) { e.Object.ID = "x" }),
		"subject":      hash("t-a", 5, func(e *Entry) { e.Subject = "x" }),
		"case":         hash("t-a", 5, func(e *Entry) { e.Case = "x" }),
		"request":      hash("t-a", 5, func(e *Entry) { e.Request = "x" }),
		"details":      hash("t-a", 5, func(e *Entry) { e.DetailsDigest = "x" }),
	} {
		if other, ok := seen[h]; ok {
			t.Errorf("a changed %s hashes as a changed %s", name, other)
		}
		seen[h] = name
	}
}

func TestLeafHash_isOfTheInstantNotTheZone(t *testing.T) {
	t.Parallel()
	e := exampleEntry()
	there := e
	there.At.Time = e.At.In(time.FixedZone("x", 3600))
	a, errA := leafHash("t-a", 5, e)
	b, errB := leafHash("t-a", 5, there)
	if errA != nil || errB != nil || string(a) != string(b) {
		t.Errorf("%x and %x, %v, %v", a, b, errA, errB)
	}
}

func TestDetails_digestHidesWhatWasErased(t *testing.T) {
	t.Parallel()
	own := map[string]string{"b": "2", "a": "1"}
	one, err := newDetails(identity.Actor{}, "", own)
	if err != nil {
		t.Fatal(err)
	}
	two, err := newDetails(identity.Actor{}, "", own)
	if err != nil {
		t.Fatal(err)
	}
	if one.text != `{"a":"1","b":"2"}` || one.text != two.text {
		t.Errorf("not canonical: %s", one.text)
	}
	if one.digest() == two.digest() || len(one.digest()) != 64 {
		t.Error("the same text has the same digest: it can be guessed")
	}
	if diff := cmp.Diff(own, one.read()); diff != "" {
		t.Error(diff)
	}
	if (details{text: "broken"}).read() != nil {
		t.Error("broken details are read")
	}
	none, err := newDetails(identity.Actor{}, "", nil)
	if err != nil || none.digest() != "" || none.read() != nil {
		t.Errorf("no details: %+v, %v", none, err)
	}
	if len(own) != 2 {
		t.Error("the caller's map was changed")
	}
}

func TestDetails_tellTheRoleThatCounts(t *testing.T) {
	t.Parallel()
	actor := identity.Actor{Name: "Ola", Grants: []identity.Grant{
		{Role: "case_worker", Department: "d1"},
		{Role: "department_head", Department: "d2", SubstituteFor: "kari"},
		{Role: "auditor"},
	}}
	for department, want := range map[string]string{
		"d1": `"actor.department":"d1","actor.name":"Ola","actor.role":"case_worker"`,
		"d2": `"actor.department":"d2","actor.name":"Ola","actor.role":"department_head","actor.substitute_for":"kari"`,
		"d3": `"actor.name":"Ola","actor.role":"auditor"`,
		"":   `"actor.name":"Ola","actor.role":"auditor"`,
	} {
		d, err := newDetails(actor, department, nil)
		if err != nil || strings.Trim(d.text, "{}") != want {
			t.Errorf("in %q: %s, %v", department, d.text, err)
		}
	}
	actor.Grants = actor.Grants[:1]
	if got := roleIn(actor, "d3"); got.Department != "d1" {
		t.Errorf("the only role: %+v", got)
	}
}

func TestActorID_isPersonTokenOrPart(t *testing.T) {
	t.Parallel()
	for want, actor := range map[string]identity.Actor{
		"ola": {PersonID: "ola", TokenID: "tok"}, "tok": {TokenID: "tok"}, "jobs": {SystemName: "jobs"}, "": {},
	} {
		if got := actorID(actor); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
