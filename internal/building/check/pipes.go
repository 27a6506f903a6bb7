package check

import (
	"slices"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// Where pipes lie is not public. Who may not see them on the map is told whether they
// are near works that somebody could want to build, and neither what they are nor how
// far away: with a building of ten centimetres, moved about, they could be drawn.
const (
	realArea  = 4.0 // square metres
	realShape = 1.5 // four times the area by the outline: the side of a square
)

// The answers to those who may not see where pipes lie.
const (
	caseAsk    = "ask"    // nearer than the municipality wants: it must be asked
	caseSmall  = "small"  // nothing that somebody builds, or not on the property
	caseSpent  = "spent"  // asked too often today
	caseUnsaid = "unsaid" // had asked too often on the day she sent the application
)

// Discloses reports whether the answer on pipes tells something of where they lie, so
// that the question is worth counting.
func (in Input) Discloses() bool {
	r := run{Input: in}
	return in.Works.BYA() > 0 && !r.lacks(LayerPipes) && r.real()
}

// real reports whether the works are of a size that somebody builds, on the property.
func (r *run) real() bool {
	w := r.Works.Footprint
	area, around := shape.Area(w), shape.Length(shape.Outline(w))
	return len(w) == 1 && reaches(area, realArea) && around > 0 && 4*area/around >= realShape && area-shape.Overlap(w, r.Ground) <= tolerance*area
}

// pipes asks what lies in the ground.
func (r *run) pipes() {
	a := Answer{Key: KeyPipes, Case: "ok", Verdict: OK, Source: Source{Laws: []string{"pipes"}, Layer: LayerPipes}}
	a.Figures = map[string]float64{"required": r.law.Pipes.Metres}
	switch {
	case r.lacks(LayerPipes):
		a.Case, a.Verdict = "no_layer", CannotTell
	case r.Discreet && !r.real():
		a.Case, a.Verdict = caseSmall, CannotTell
	case r.Discreet && r.Spent:
		a.Case, a.Verdict = caseSpent, CannotTell
	default:
		r.measurePipes(&a)
		if !r.real() {
			a.Withheld = caseSmall
		}
	}
	if r.Discreet {
		a = a.discreet()
	}
	r.add(a)
}

func (r *run) measurePipes(a *Answer) {
	nearest := r.law.Pipes.Metres
	footprint := shape.Prepare(r.Works.Footprint)
	for _, p := range r.Pipes {
		d := footprint.Distance(shape.Prepare(p.Line))
		if d > nearest || a.Names != nil && d == nearest {
			continue
		}
		nearest = d
		a.Names, a.Figures["metres"] = map[string]string{"kind": p.Kind}, d
		a.Case, a.Verdict = "near", Attention
	}
	if a.Names != nil && nearest == 0 {
		a.Case, a.Verdict = "under", Breach
	}
}

// discreet is an answer on pipes without what they are and where they lie, and none where
// the applicant is not told it.
func (a Answer) discreet() Answer {
	if a.Withheld != "" {
		a.Case, a.Verdict, a.Withheld = a.Withheld, CannotTell, ""
	}
	if a.Verdict == Attention || a.Verdict == Breach {
		a.Case, a.Verdict = caseAsk, Attention
	}
	a.Names, a.Figures = nil, map[string]float64{"required": a.Figures["required"]}
	return a
}

// Discreet is the result as it is told to who may not see where pipes lie.
func (r Result) Discreet() Result { return r.withPipes(Answer.discreet) }

// Spent is the result of an application whose sender had asked too often that day to be
// told whether pipes are near: the case worker reads the answer, and she does not.
func (r Result) Spent() Result {
	return r.withPipes(func(a Answer) Answer {
		if a.Case != "no_layer" && a.Withheld == "" {
			a.Withheld = caseUnsaid
		}
		return a
	})
}

// WithheldAs is the result with what the applicant is not told on pipes withheld as in
// another result of the same works, for a result that was kept before it was noted.
func (r Result) WithheldAs(other Result) Result {
	as, _ := other.Answer(KeyPipes)
	return r.withPipes(func(a Answer) Answer {
		if a.Withheld == "" && a.Case != "no_layer" {
			a.Withheld = as.Withheld
		}
		return a
	})
}

// withPipes is the result with its answer on pipes changed.
func (r Result) withPipes(change func(Answer) Answer) Result {
	r.Answers = slices.Clone(r.Answers)
	for i, a := range r.Answers {
		if a.Key == KeyPipes {
			r.Answers[i] = change(a)
		}
	}
	return r
}
