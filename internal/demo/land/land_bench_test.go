package land

import "testing"

func BenchmarkDraw(b *testing.B) {
	town, err := TownOf("fjordbygda")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Draw(town, 1, nil); err != nil {
			b.Fatal(err)
		}
	}
}
