package nursing

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFindings_followTheAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers map[string]any
		want    []string
	}{
		"nothing":          {nil, nil},
		"falls can wait":   {map[string]any{"safety": []any{"falls"}}, nil},
		"danger":           {map[string]any{"safety": []any{"falls", "fire"}}, []string{"urgent"}},
		"hospital":         {map[string]any{"home": "hospital"}, []string{"hospital"}},
		"power":            {map[string]any{"for_whom": "relative", "authority": "guardian"}, []string{"authority"}},
		"no power":         {map[string]any{"for_whom": "relative", "authority": "next_of_kin", "person_agrees": "unsure"}, []string{"no_authority", "capacity"}},
		"unwilling":        {map[string]any{"for_whom": "relative", "authority": "power_of_attorney", "person_agrees": "no"}, []string{"authority", "unwilling"}},
		"left from before": {map[string]any{"for_whom": "self", "authority": "next_of_kin", "person_agrees": "no"}, nil},
		"closed":           {map[string]any{"consent_info": "no", "family_helps": "yes"}, []string{"no_consent", "relatives"}},
	} {
		if diff := cmp.Diff(test.want, findings(test.answers)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
