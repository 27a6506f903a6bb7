// Package sosi reads and writes SOSI, the Norwegian format of geographic data (Samordnet
// opplegg for stedfestet informasjon, versions 3 to 5): points, curves, arcs
// (BUEP), texts and symbols, and surfaces (FLATE) that refer to the curves around
// them and around their holes.
//
// What it writes are points, curves, and surfaces by reference, which share the curves
// between them; read back, they are the same to the last digit. See Writer.
//
// A file is read twice: once to find where each element stands and which
// characters it is written with, then element by element. A surface's curves
// are looked up in the file, so that the memory it takes is that of one element
// and of the index.
//
// The character set that the head tells (TEGNSETT) is often not that of the
// bytes. Bytes that are UTF-8 are read so; otherwise the Norwegian letters decide
// between Latin-1 and the code page of DOS when the head must be wrong.
package sosi
