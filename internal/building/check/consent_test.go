package check_test

import (
	"testing"

	"github.com/torg-no/torg/internal/building/check"
)

// TestConsent_letsTheMunicipalityApproveWhatIsNear is § 29-4 third paragraph a: with
// the consent of all who are nearer than required, it may; and it need not.
func TestConsent_letsTheMunicipalityApproveWhatIsNear(t *testing.T) {
	t.Parallel()
	// A house high enough to need more than four metres, near the neighbour in the west.
	near := func(consents ...string) check.Input {
		return with(func(in *check.Input) {
			in.Consents = consents
			in.Works = check.Works{Kind: check.Extension, Footprint: box(101.5, 12, 105, 16), Cornice: 3, Ridge: 4, Storeys: 1}
		})
	}
	before, _ := check.Run(law(t), near()).Answer(check.KeyDistance)
	if before.Case != "near" || !before.Dispensation {
		t.Fatalf("without consent: %+v", before)
	}
	whose := check.Run(law(t), near()).Boundaries[0].Ref
	for name, test := range map[string]struct {
		consents []string
		want     string
		verdict  check.Verdict
	}{
		"the neighbour's":        {[]string{whose}, "consented", check.Attention},
		"hers and another's":     {[]string{"99/1", whose}, "consented", check.Attention},
		"another's":              {[]string{"99/1"}, "near", check.Breach},
		"nobody's in particular": {[]string{""}, "near", check.Breach},
	} {
		result := check.Run(law(t), near(test.consents...))
		a, _ := result.Answer(check.KeyDistance)
		if a.Case != test.want || a.Verdict != test.verdict || a.Dispensation != (test.want == "near") {
			t.Errorf("%s: %+v", name, a)
		}
		for _, r := range result.Class.Reasons {
			if r.Key == "dispensation_distance" && test.want == "consented" {
				t.Errorf("%s: still twelve weeks since %s", name, r.Key)
			}
		}
	}
}
