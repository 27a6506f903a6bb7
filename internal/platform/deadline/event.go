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
	Told       = "told"       // underretning om vedtaket er gitt
	Responded  = "responded"  // parten har svart på et tilbud
	Withdrawn  = "withdrawn"  // søknaden er trukket
	Reopened   = "reopened"   // saken er tatt opp igjen

	FeeDemanded = "fee_demanded" // forskudd på gebyr er krevd
	FeePaid     = "fee_paid"     // gebyret er betalt

	ReasonsAsked = "reasons_asked" // parten har bedt om begrunnelse
	ReasonsGiven = "reasons_given" // begrunnelsen er kommet fram
	Appealed     = "appealed"      // klage er mottatt
	Forwarded    = "forwarded"     // klagen er sendt klageinstansen, eller vedtaket er endret
	Held         = "held"          // forhåndskonferansen er holdt
)

// Events returns everything that a rule may listen to.
func Events() []string {
	return []string{
		Received, Incomplete, Complete, Asked, Answered, Decided, Told, Responded, Withdrawn, Reopened,
		FeeDemanded, FeePaid, ReasonsAsked, ReasonsGiven, Appealed, Forwarded, Held,
	}
}

func isEvent(s string) bool { return slices.Contains(Events(), s) }
