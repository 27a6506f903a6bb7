package apptest

// Garage are good answers to the form of a building permit: a garage five metres
// from the boundary, in accordance with the plan, with neighbours who have no
// remarks. The law gives the municipality three weeks (plan- og bygningsloven § 21-7).
func Garage() map[string]any {
	files := func(name string) []any {
		return []any{map[string]any{"id": name, "name": name + ".pdf", "size": 1000.0}}
	}
	notice := func(sent, answer string) map[string]any {
		return map[string]any{"property": "12/35", "name": "Per Hansen", "sent_on": sent, "how": "digital", "answer": answer}
	}
	return map[string]any{
		"properties": []any{map[string]any{"gnr": 12.0, "bnr": 34.0}}, "address": "Fyrlia 4, 9961 Torgøy", "owner": "yes", "organisation": "no",
		"phone": "+4791234567", "email": "kari@example.no", "measure": "garage", "description": "Garasje i tre, malt hvit.", "dwelling": "no", "role": "own",
		"plan": "zoning", "plot": 800.0, "existing_bya": 120.0,
		"buildings": []any{map[string]any{"name": "garasje", "bya": 40.0, "floor": 36.5, "floors": 1.0}}, "parking": 2.0, "allowed": 30.0,
		"ridge": 4.2, "eaves": 2.6, "terrain": "no",
		"boundaries": []any{map[string]any{"to": "12/35", "metres": 5.0}, map[string]any{"to": "12/36", "metres": 9.0}},
		"over_pipes": "no", "power_line": "no", "notice": "yes", "notices": []any{notice("2026-11-01", "agrees"), notice("2026-11-02", "none")},
		"dispensation": "no", "hazards": []any{"none"}, "access_road": "no", "water": "no", "heritage": "no",
		"site_plan": files("d1"), "floor_plans": files("d2"), "sections": files("d3"), "facades": files("d4"), "notice_receipts": files("d5"),
	}
}
