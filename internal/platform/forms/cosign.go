package forms

import "github.com/torg-no/torg/internal/platform/i18n"

// CosignGuardian is the other one who has parental responsibility for the child.
const CosignGuardian = "guardian"

// maxCosignDays bounds how long a form may wait for the other's signature.
const maxCosignDays = 90

// Cosign says that somebody besides the one who writes must sign (medsignering):
// where two have parental responsibility together, they decide together
// (barnelova § 30). How the other is asked is the calling service's.
type Cosign struct {
	By   string    `json:"by"`             // CosignGuardian
	When *Expr     `json:"when,omitempty"` // always when none is given
	Days int       `json:"days"`           // how long the other has to sign
	Text i18n.Text `json:"text"`           // what the other confirms by signing
}

// NeedsCosign reports whether somebody else must sign the form with these
// answers. It says what the form asks; whether there is anybody to sign is for
// the caller to know.
func (d *Definition) NeedsCosign(a Answers, env Env) bool {
	if d.Cosign == nil {
		return false
	}
	return d.Cosign.When == nil || d.Cosign.When.True(d.Resolve(a, env).Values, env)
}

// cosign checks the property.
func (c *checker) cosign() {
	s := c.d.Cosign
	if s == nil {
		return
	}
	c.require(s.By == CosignGuardian, "cosign", "by %q, must be %s", s.By, CosignGuardian)
	c.require(c.d.Subject == SubjectChild, "cosign", "a %s form has no guardians", c.d.Subject)
	c.require(s.Days >= 1 && s.Days <= maxCosignDays, "cosign", "%d days, must be 1 to %d", s.Days, maxCosignDays)
	c.text("cosign, text", s.Text, true)
	c.expr(s.When, nil, "cosign, when")
}
