package cases

import (
	"github.com/torg-no/torg/internal/platform/errs"
)

// act is something done to a case that its status must allow.
type act string

const (
	actAssign   act = "assign"
	actRelease  act = "release"
	actAsk      act = "ask"
	actAnswer   act = "answer"
	actNote     act = "note"
	actDecide   act = "decide"
	actWithdraw act = "withdraw"
	actRespond  act = "respond"
	actPropose  act = "propose"
	actApprove  act = "approve"
	actSendBack act = "send_back"
	actLapse    act = "lapse"
	actStep     act = "step" // see Step
)

// happening is what the companions hear of the act; of a step they hear no more than
// that something is written.
func (a act) happening() Happening {
	h, known := map[act]Happening{
		actAssign: HappenedAssigned, actRelease: HappenedReleased, actAsk: HappenedAsked, actAnswer: HappenedAnswered,
		actNote: HappenedNoted, actDecide: HappenedDecided, actWithdraw: HappenedWithdrawn, actRespond: HappenedResponded,
		actPropose: HappenedProposed, actApprove: HappenedDecided, actSendBack: HappenedSentBack,
		actLapse: HappenedWithdrawn,
	}[a]
	if !known {
		return HappenedNoted
	}
	return h
}

// allows reports whether a case as it stands lets the act happen.
//
// A party may take an application back until it is decided
// (forvaltningsloven has no rule; ulovfestet rett), and answers an offer once.
// Only whoever the case is assigned to decides it, so that a decision always
// has a name. While it waits for a second person's approval it stands still: no
// other text is written, and the one whose it is cannot approve it.
func (c Case) allows(a act, actor string) bool {
	switch a {
	case actAssign, actRelease, actWithdraw:
		return c.Status.Open()
	case actAnswer:
		return c.Status == Waiting || c.Status == InProgress || c.Status == Received
	case actAsk, actStep, actDecide, actPropose:
		return c.Status.Open() && c.Assignee != "" && c.Assignee == actor && c.ProposedBy == ""
	case actApprove:
		return c.Status.Open() && c.ProposedBy != "" && c.ProposedBy != actor
	case actSendBack:
		return c.Status.Open() && c.ProposedBy != ""
	case actNote:
		return c.Status != Withdrawn && c.Status != Closed
	case actLapse:
		return c.Status.Open() || c.allows(actRespond, actor)
	case actRespond:
		return c.Status == Decided && c.Outcome == OutcomeGranted && c.Answer == ""
	}
	return false
}

// must returns the error a person is told when the act is not allowed now: as
// often as not somebody else was first.
func (c Case) must(a act, actor string) error {
	if c.allows(a, actor) {
		return nil
	}
	switch {
	case !c.Status.Open():
	case a == actApprove && c.ProposedBy == actor && actor != "":
		return errs.Conflict("cases.approve_not_own")
	case a != actAsk && a != actStep && a != actDecide:
	case c.ProposedBy != "":
		return errs.Conflict("cases.proposed")
	default:
		return errs.Conflict("cases.not_assigned_to_you")
	}
	return errs.Conflict("cases.not_now." + string(a))
}

// answered lets a case that waited go on, with whoever has it.
func (c *Case) answered() {
	switch {
	case c.Status != Waiting:
	case c.Assignee == "":
		c.Status = Received
	default:
		c.Status = InProgress
	}
}

// Possible are the acts that a page offers for a case.
type Possible struct {
	Assign, Ask, Answer, Note, Decide, Withdraw, Respond bool
	Approve, SendBack                                    bool
	// What the staff write down that a party has said.
	RegisterAnswer, RegisterResponse, RegisterWithdrawal bool
	// Arrange is to change who the parties are, Lapse to let the case fall away.
	Arrange, Lapse bool
}

// registers reports whether there is anything to write down for a party.
func (p Possible) registers() bool {
	return p.RegisterAnswer || p.RegisterResponse || p.RegisterWithdrawal
}
