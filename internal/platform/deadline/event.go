package deadline

import "slices"

// What happens to a matter that clocks listen to. A rule can name no other.
const (
	Received   = "received"   // søknaden er mottatt
	Incomplete = "incomplete" // det som kom, kan ikke behandles ennå
	Complete   = "complete"   // søknaden er fullstendig
	Asked      = "asked"      // parten er bedt om noe, og kommunen venter
	Answered   = "answered"   // parten har svart
	Decided    = "decided"    // vedtak er gjort
	Told       = "told"       // underretning om vedtaket er sendt parten
	Responded  = "responded"  // parten har svart på et tilbud
	Withdrawn  = "withdrawn"  // søknaden er trukket
	Reopened   = "reopened"   // saken er tatt opp igjen

	Provisional = "provisional" // foreløpig svar er sendt parten

	FeeDemanded = "fee_demanded" // forskudd på gebyr er krevd
	FeePaid     = "fee_paid"     // gebyret er betalt

	HearingBegun = "hearing_begun" // saken er sendt på høring
	HearingOver  = "hearing_over"  // høringen er slutt

	ReasonsAsked = "reasons_asked" // parten har bedt om begrunnelse
	ReasonsGiven = "reasons_given" // begrunnelsen er kommet fram
	Appealed     = "appealed"      // klage er mottatt
	Rejected     = "rejected"      // parten er underrettet om at klagen er avvist
	Contested    = "contested"     // klage over avvisningen er mottatt
	Forwarded    = "forwarded"     // klagen er sendt klageinstansen, eller vedtaket er endret
	Held         = "held"          // forhåndskonferansen er holdt

	Queued   = "queued"   // et brev til parten er lagt i kø for utskrift
	Posted   = "posted"   // brevet er postlagt
	Returned = "returned" // underretningen kom i retur
)

// Events returns everything that a rule may listen to.
func Events() []string {
	return []string{
		Received, Incomplete, Complete, Asked, Answered, Decided, Told, Responded, Withdrawn, Reopened, Provisional,
		FeeDemanded, FeePaid, HearingBegun, HearingOver, ReasonsAsked, ReasonsGiven, Appealed, Rejected, Contested, Forwarded, Held, Queued, Posted, Returned,
	}
}

func isEvent(s string) bool { return slices.Contains(Events(), s) }
