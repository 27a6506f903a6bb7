package demo

// nameGroup is a set of names that belong together. Real names by themselves
// say nothing of anybody; persons are put together of them at random.
type nameGroup struct {
	weight          int
	women, men      []string
	families        []string
	speaksNorwegian bool // writes to the municipality in its own language form
}

// nameGroups mirrors a Norwegian municipality: most families have been there
// for ever, some are Sámi, some have come for work or shelter.
func nameGroups() []nameGroup {
	return []nameGroup{norwegian(), sami(), polish(), baltic(), ukrainian(), somali(), syrian(), eritrean(), asian()}
}

func norwegian() nameGroup {
	return nameGroup{
		weight: 160, speaksNorwegian: true,
		women: []string{
			"Anne", "Ingrid", "Kari", "Liv", "Marit", "Solveig", "Astrid", "Berit", "Randi", "Turid", "Bjørg", "Gerd", "Hilde", "Nina", "Siri",
			"Silje", "Hanne", "Camilla", "Ida", "Nora", "Emma", "Sara", "Maja", "Thea", "Ella", "Frida", "Åse", "Oda", "Tuva", "Ragnhild", "Sigrid",
			"Guro", "Mari", "Kristin", "Heidi", "Lene", "Trine", "Vilde", "Eline", "Julie", "Hedda", "Ingeborg", "Torunn", "Unni", "Eldbjørg", "Ronja",
		},
		men: []string{
			"Jan", "Per", "Bjørn", "Ole", "Lars", "Kjell", "Knut", "Arne", "Svein", "Thomas", "Hans", "Geir", "Tor", "Morten", "Terje", "Odd", "Erik",
			"Martin", "Andreas", "Jonas", "Emil", "Oliver", "Jakob", "Lukas", "Filip", "Oskar", "Magnus", "Sander", "Håkon", "Sindre", "Eirik", "Øystein",
			"Åsmund", "Trygve", "Leif", "Sverre", "Tobias", "Theodor", "Aksel", "Ludvig", "Kasper", "Gaute", "Sigurd", "Vegard", "Asbjørn", "Even",
		},
		families: []string{
			"Hansen", "Johansen", "Olsen", "Larsen", "Andersen", "Pedersen", "Nilsen", "Kristiansen", "Jensen", "Karlsen", "Johnsen", "Pettersen",
			"Eriksen", "Berg", "Haugen", "Hagen", "Johannessen", "Andreassen", "Jacobsen", "Dahl", "Halvorsen", "Lund", "Solberg", "Moen", "Gundersen",
			"Strand", "Bakke", "Lie", "Eide", "Vik", "Sørensen", "Haugland", "Myhre", "Knutsen", "Ruud", "Aas", "Holm", "Nygård", "Sætre", "Ødegård",
			"Tangen", "Solheim", "Sunde", "Sande", "Aune", "Brekke", "Fjeld", "Skår", "Øien", "Åsen", "Nesheim", "Tveit", "Sandvik", "Fossum", "Rønning",
		},
	}
}

func sami() nameGroup {
	return nameGroup{
		weight: 8, speaksNorwegian: true,
		women:    []string{"Máret", "Biret", "Ristin", "Elle", "Sárá", "Risten", "Ánne", "Inga", "Káren", "Láilá"},
		men:      []string{"Áilu", "Ánte", "Niillas", "Mihkkal", "Máhtte", "Jovnna", "Piera", "Nils", "Isak", "Biera"},
		families: []string{"Sara", "Gaup", "Hætta", "Utsi", "Somby", "Eira", "Buljo", "Bongo", "Valkeapää", "Siri"},
	}
}

func polish() nameGroup {
	return nameGroup{
		weight:   10,
		women:    []string{"Agnieszka", "Katarzyna", "Magdalena", "Zofia", "Julia", "Hanna", "Monika", "Ewa"},
		men:      []string{"Piotr", "Tomasz", "Paweł", "Jakub", "Antoni", "Marek", "Krzysztof", "Szymon"},
		families: []string{"Nowak", "Wójcik", "Mazur", "Krawczyk", "Kaczmarek", "Zając", "Król", "Wróbel"},
	}
}

func baltic() nameGroup {
	return nameGroup{
		weight:   5,
		women:    []string{"Rasa", "Lina", "Eglė", "Kristīne", "Ieva", "Austėja"},
		men:      []string{"Mantas", "Tomas", "Jonas", "Andris", "Lukas", "Dainius"},
		families: []string{"Kazlauskas", "Petrauskas", "Ozols", "Kalniņš", "Jankauskas", "Bērziņš"},
	}
}

func ukrainian() nameGroup {
	return nameGroup{
		weight:   6,
		women:    []string{"Oksana", "Olena", "Iryna", "Daryna", "Sofiia", "Nataliia"},
		men:      []string{"Andrii", "Oleksandr", "Maksym", "Dmytro", "Taras", "Mykola"},
		families: []string{"Kovalenko", "Shevchenko", "Bondarenko", "Tkachenko", "Melnyk", "Kravchenko"},
	}
}

func somali() nameGroup {
	return nameGroup{
		weight:   4,
		women:    []string{"Amina", "Fadumo", "Hodan", "Ifrah", "Sagal", "Ayaan"},
		men:      []string{"Abdi", "Mohamed", "Yusuf", "Liban", "Ismail", "Omar"},
		families: []string{"Ali", "Warsame", "Farah", "Abdullahi", "Jama", "Hassan"},
	}
}

func syrian() nameGroup {
	return nameGroup{
		weight:   5,
		women:    []string{"Rania", "Layla", "Nour", "Hala", "Yasmin", "Maryam"},
		men:      []string{"Ahmad", "Khaled", "Omar", "Yousef", "Samir", "Adam"},
		families: []string{"Haddad", "Khalil", "Al-Masri", "Darwish", "Nasser", "Saleh"},
	}
}

func eritrean() nameGroup {
	return nameGroup{
		weight:   3,
		women:    []string{"Selam", "Rahel", "Miriam", "Bethlehem", "Luwam", "Saba"},
		men:      []string{"Yonas", "Samuel", "Filmon", "Daniel", "Natnael", "Robel"},
		families: []string{"Tesfay", "Haile", "Kidane", "Ghebremedhin", "Berhane", "Woldu"},
	}
}

func asian() nameGroup {
	return nameGroup{
		weight:   6,
		women:    []string{"Maria", "Linh", "Ayesha", "Suda", "Priya", "Mei"},
		men:      []string{"Jose", "Minh", "Imran", "Arun", "Bilal", "Wei"},
		families: []string{"Santos", "Nguyen", "Khan", "Reyes", "Tran", "Malik"},
	}
}
