// Package fakeregister speaks for the population register in the demonstration
// and in tests. It holds synthetic people in memory and lets life happen to
// them: they move, are protected, die, get other numbers, and parental
// responsibility changes. It refuses real national numbers.
package fakeregister
