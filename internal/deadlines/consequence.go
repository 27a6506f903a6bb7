package deadlines

import (
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/deadline"
)

// The keys of the consequences that come with the package.
const (
	DeemedGiven       = "deemed_given"       // tillatelsen regnes som gitt
	FeeFalls          = "fee_falls"          // gebyret faller bort, en del for hver uke
	ProvisionalAnswer = "provisional_answer" // foreløpig svar
	TellHead          = "tell_head"          // lederen får beskjed
	Nothing           = "nothing"            // det skjer ikke noe
)

// The lines of a case's journal that tell of a deadline; their titles are the
// messages "cases.entry.<kind>".
const (
	EntryGiven       cases.EntryKind = "deadline_given"
	EntryFee         cases.EntryKind = "deadline_fee"
	EntryProvisional cases.EntryKind = "deadline_provisional"
	EntryPassed      cases.EntryKind = "deadline_passed"
)

// Consequence is what happens when a deadline passes. Its texts are messages of
// the module that registers it: Text + ".journal" for the journal and, with a
// letter, Text + ".letter_title", ".letter", ".mail_subject" and ".mail".
type Consequence struct {
	Text string
	// Entry is the journal's line; empty writes none.
	Entry cases.EntryKind
	// When says whether it still has a meaning for the case as it stands; nil is
	// always. A consequence that has none is told to the head instead.
	When func(c cases.Case) bool
	// Gives says that the law grants what was applied for: a decision, with Text +
	// ".reasons" and ".appeal", of which the parties get its own letter.
	Gives bool
	// Letter sends the parties a letter, Head a message to the department's heads.
	Letter, Head bool
	// Ends says that the matter has come to its end with it.
	Ends bool
}

func generic() map[string]Consequence {
	return map[string]Consequence{
		// Its ".letter" and ".mail" are for letters that were asked for before the
		// decision had one of its own.
		DeemedGiven: {
			Text: "deadlines.passed.deemed_given", Entry: EntryGiven, When: undecided, Gives: true, Head: true, Ends: true,
		},
		FeeFalls: {
			Text: "deadlines.passed.fee_falls", Entry: EntryFee, When: notWithdrawn, Letter: true, Head: true,
		},
		ProvisionalAnswer: {
			Text: "deadlines.passed.provisional_answer", Entry: EntryProvisional, When: undecided, Letter: true, Ends: true,
		},
		TellHead: {Text: "deadlines.passed.tell_head", Entry: EntryPassed, Head: true},
		Nothing:  {Text: "deadlines.passed.nothing", Ends: true},
	}
}

func undecided(c cases.Case) bool { return c.Status.Open() }

func notWithdrawn(c cases.Case) bool { return c.Status != cases.Withdrawn }

// of returns the key of a rule's consequence for a case as it stands.
func (r *Rules) of(rule deadline.Rule, c cases.Case) string {
	if k := r.consequences[rule.Passes]; k.When != nil && !k.When(c) {
		return TellHead
	}
	return rule.Passes
}

// text is the beginning of the message keys of what happened to a clock, or of
// what will.
func (r *Rules) text(d Deadline) string {
	if d.Consequence != "" {
		return r.consequences[d.Consequence].Text
	}
	return r.consequences[d.Timer.Rule.Passes].Text
}
