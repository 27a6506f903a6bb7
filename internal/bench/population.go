package bench

import (
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// Family is a mother and her child, both made up.
type Family struct{ Mother, Child Person }

// Person is somebody with a synthetic national number.
type Person struct {
	Number        string
	Given, Family string
	Birth         clock.Date
}

// Name returns the full name.
func (p Person) Name() string { return p.Given + " " + p.Family }

// How common names are matters to a search. A given name is shared by one in
// forty-eight, which is more than any real one; a family name by few.
func given() []string {
	return []string{
		"Nora", "Emma", "Olivia", "Ella", "Sofie", "Leah", "Sofia", "Maja", "Ingrid", "Iben", "Frida", "Emilie",
		"Selma", "Ada", "Hedda", "Astrid", "Amalie", "Alma", "Anna", "Eva", "Tiril", "Live", "Mathilde", "Åse",
		"Noah", "Oliver", "Jakob", "Lucas", "Isak", "Aksel", "Emil", "Oskar", "Filip", "William", "Elias", "Theo",
		"Liam", "Henrik", "Håkon", "Johannes", "Ludvig", "Kasper", "Odin", "Magnus", "Jonas", "Mikkel", "Øyvind", "Even",
	}
}

func firstPart() []string {
	return []string{
		"Berg", "Bjørk", "Dal", "Eike", "Elve", "Fjell", "Foss", "Furu", "Gran", "Grøn", "Haug", "Havn", "Holm", "Hval", "Høy", "Kalv",
		"Kirke", "Lind", "Lund", "Lyng", "Mo", "Myr", "Nes", "Nord", "Or", "Rogn", "Rød", "Sand", "Selje", "Sjø", "Skar", "Skog",
		"Sol", "Stein", "Stor", "Strand", "Sund", "Svart", "Sør", "Tind", "Torv", "Ulve", "Vann", "Vest", "Vik", "Ås", "Ær", "Øst",
	}
}

func lastPart() []string {
	return []string{
		"aker", "bakken", "berget", "bø", "bråten", "bu", "dalen", "eide", "engen", "feltet", "fjorden", "gard", "haugen", "heim",
		"holmen", "hus", "jordet", "land", "lia", "løkken", "moen", "myra", "neset", "nes", "plassen", "rud", "sletta", "stad",
		"stuen", "sæter", "tangen", "teigen", "toppen", "trøa", "tun", "tveit", "vang", "vatn", "vik", "voll", "ødegård", "øya",
	}
}

// nameOf returns the n-th given and family name. The whole names repeat after
// nearly a hundred thousand.
func nameOf(n int) (givenName, familyName string) {
	g, f, l := given(), firstPart(), lastPart()
	k := n / len(g)
	return g[n%len(g)], f[k%len(f)] + l[(k/len(f)+5*k+n)%len(l)]
}

// perDay is how many numbers are taken of one birth date; some 400 exist.
const perDay = 300

// Families makes families whose numbers no others have, from the first on. The
// children are of kindergarten age on the day.
func Families(first, count int, today clock.Date) ([]Family, error) {
	list := make([]Family, 0, count)
	for n := first; n < first+count; n++ {
		givenName, familyName := nameOf(n * 13)
		child := Person{Given: givenName, Family: familyName, Birth: today.AddYears(-2).AddDays(-n / perDay)}
		mother := Person{Given: given()[(n*5)%24], Family: familyName, Birth: clock.NewDate(1990, time.March, 1).AddDays(-n / perDay)}
		for _, p := range []*Person{&child, &mother} {
			number, err := pid.Synthetic(p.Birth, n%perDay)
			if err != nil {
				return nil, fmt.Errorf("bench: number %d: %w", n, err)
			}
			p.Number = number.Digits()
		}
		list = append(list, Family{Mother: mother, Child: child})
	}
	return list, nil
}
