// Package site places a building on a property: a rectangle by its size, its turn and
// its middle, by the distances to two sides of the property, or corner by corner; and
// it suggests where one could stand. It is pure geometry, in metres.
package site
