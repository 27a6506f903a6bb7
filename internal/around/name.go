package around

import (
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/identity"
)

// companyForms are the words by which the law makes a company's name say what it is,
// and which a person's own business (enkeltpersonforetak) may not use: aksjeselskap
// and allmennaksjeselskap, samvirkeforetak, interkommunalt selskap, kommunalt foretak,
// helseforetak and borettslag (foretaksnavneloven § 2-2, to be confirmed for the public
// forms). SA, SE and HF are not among them: Sa and Se are surnames, which a person's
// business ends in, and a name too few is shown rather than one too many.
func companyForms() []string {
	return []string{"as", "asa", "iks", "kf", "fkf", "rhf", "aksjeselskap", "allmennaksjeselskap", "samvirkeforetak", "borettslag", "brl"}
}

// leadingForms are those that a name may begin with; shorter ones are somebody's initials.
func leadingForms() []string {
	return []string{"aksjeselskapet", "allmennaksjeselskapet", "samvirkeforetaket", "borettslaget"}
}

// publicBodies are words of which a name that ends in one is a public body's.
func publicBodies() []string { return []string{"kommune", "fylkeskommune", "fylkeskommun"} }

// PublicName is the applicant's name if everybody may be shown it on a list with a map:
// that of an organisation which the register knows and whose name cannot be a person's
// business of her own. A sole proprietorship bears its owner's surname
// (foretaksnavneloven § 2-2), and a partnership a partner's: they are treated as the
// persons they name. "" is the answer for all others.
func PublicName(p identity.Person) string {
	if !p.IsOrganisation() || p.Deceased() || p.Protection.Protected() {
		return ""
	}
	name := p.Name.Full()
	words := strings.Fields(strings.ToLower(name))
	if len(words) < 2 {
		return ""
	}
	// At the end A.S. is AS.
	last := strings.ReplaceAll(words[len(words)-1], ".", "")
	if slices.Contains(companyForms(), last) || slices.Contains(leadingForms(), words[0]) || slices.Contains(publicBodies(), last) {
		return name
	}
	return ""
}
