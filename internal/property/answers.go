package property

import "slices"

// maxRefs is how many properties a form takes.
const maxRefs = 5

// RefsIn reads the property numbers of a form's answers: its repeating group
// "properties", of gnr, bnr, fnr and snr. What is no number of a property is left out.
func RefsIn(answers map[string]any) []Ref {
	list, _ := answers["properties"].([]any)
	var refs []Ref
	for _, element := range list {
		item, _ := element.(map[string]any)
		r := Ref{Gnr: whole(item["gnr"]), Bnr: whole(item["bnr"]), Fnr: whole(item["fnr"]), Snr: whole(item["snr"])}
		if r.Gnr > 0 && r.Bnr > 0 && !slices.Contains(refs, r) && len(refs) < maxRefs {
			refs = append(refs, r)
		}
	}
	return refs
}

func whole(value any) int {
	switch n := value.(type) {
	case float64:
		return int(n)
	case int64:
		return int(n)
	case int:
		return n
	}
	return 0
}
