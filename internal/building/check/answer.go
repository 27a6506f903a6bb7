package check

import "slices"

// Verdict is how an answer came out.
type Verdict string

// The verdicts.
const (
	OK         Verdict = "ok"
	Breach     Verdict = "breach"      // against the plan or the law
	Attention  Verdict = "attention"   // a person must look at it
	CannotTell Verdict = "cannot_tell" // the map or the plan does not say
)

// What is asked, and what a dispensation may be needed from. The keys of
// dispensations are those of the application form.
const (
	KeyInside      = "inside"
	KeyDistance    = "distance"
	KeyUtilisation = "utilisation"
	KeyHeight      = "height"
	KeyPurpose     = "purpose"
	KeyLine        = "line"
	KeyCaution     = "caution"
	KeyShore       = "shore"
	KeyPipes       = "pipes"
	KeyFire        = "fire"
)

// Source is what an answer rests on.
type Source struct {
	Laws     []string `json:"laws,omitempty"` // message keys below building.law
	Plan     string   `json:"plan,omitempty"`
	PlanName string   `json:"plan_name,omitempty"`
	Field    string   `json:"field,omitempty"` // of the plan's drawing
	Layer    string   `json:"layer,omitempty"`
}

// Answer is one question with its answer. Key and Case name the words that tell it;
// the figures and names go into them.
type Answer struct {
	Key          string             `json:"key"`
	Case         string             `json:"case"`
	Verdict      Verdict            `json:"verdict"`
	Figures      map[string]float64 `json:"figures,omitempty"` // metres, square metres or per cent
	Names        map[string]string  `json:"names,omitempty"`
	Source       Source             `json:"source"`
	Dispensation bool               `json:"dispensation,omitempty"` // § 19-1
	// Withheld is the case that the applicant is told instead, where she is not told the answer.
	Withheld string `json:"withheld,omitempty"`
}

// Condition is one of those on which no application is needed.
type Condition struct {
	Key     string             `json:"key"`
	Verdict Verdict            `json:"verdict"`
	Figures map[string]float64 `json:"figures,omitempty"`
}

// Exempt tells whether the works need no application (§ 20-5): OK when they need
// none, Breach when they need one, CannotTell when that depends on what is not known.
type Exempt struct {
	Verdict    Verdict     `json:"verdict"`
	Conditions []Condition `json:"conditions,omitempty"` // none when no exemption is for such works
	Laws       []string    `json:"laws,omitempty"`
}

// Applicant tells who may apply.
type Applicant struct {
	Own  bool     `json:"own"` // the developer alone (§ 20-4); else a responsible firm (§ 20-3)
	Case string   `json:"case"`
	Laws []string `json:"laws,omitempty"`
}

// Reason is why the longer limit goes.
type Reason struct {
	Key string `json:"key"`
}

// Class is the limit that is proposed (§ 21-7).
type Class struct {
	Weeks   int      `json:"weeks"`             // 3 or 12
	Reasons []Reason `json:"reasons,omitempty"` // none for three weeks
	Laws    []string `json:"laws,omitempty"`
	// Reservations are what a person must look at before she relies on the limit, since
	// the map cannot tell.
	Reservations []Reason `json:"reservations,omitempty"`
}

// Boundary is how far the works are from one neighbour's ground.
type Boundary struct {
	Ref    string  `json:"ref,omitempty"` // empty when the map has no property there
	Label  string  `json:"label,omitempty"`
	Road   bool    `json:"road,omitempty"`
	Metres float64 `json:"metres"`
}

// Areas are the built-up areas, in square metres.
type Areas struct {
	Works  float64 `json:"works"`
	Plot   float64 `json:"plot"`
	Before float64 `json:"before"`
	After  float64 `json:"after"`
	// Known is false when the map has no buildings.
	Known bool `json:"known"`
}

// Result is everything that was found.
type Result struct {
	Answers    []Answer   `json:"answers"`
	Boundaries []Boundary `json:"boundaries,omitempty"` // the nearest first
	Areas      Areas      `json:"areas"`
	Exempt     Exempt     `json:"exempt"`
	Applicant  Applicant  `json:"applicant"`
	Class      Class      `json:"class"`
}

// Answer returns the first answer to a question.
func (r Result) Answer(key string) (Answer, bool) {
	at := slices.IndexFunc(r.Answers, func(a Answer) bool { return a.Key == key })
	if at < 0 {
		return Answer{}, false
	}
	return r.Answers[at], true
}

// Dispensations are the keys of what needs a dispensation, each once.
func (r Result) Dispensations() []string {
	var keys []string
	for _, a := range r.Answers {
		if a.Dispensation && !slices.Contains(keys, a.Key) {
			keys = append(keys, a.Key)
		}
	}
	return keys
}

// Count counts the answers with a verdict.
func (r Result) Count(v Verdict) int {
	n := 0
	for _, a := range r.Answers {
		if a.Verdict == v {
			n++
		}
	}
	return n
}
