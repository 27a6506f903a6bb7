// Package pack reads ready-made map tiles: MBTiles 1.3, which are SQLite files, and
// PMTiles 3, which are one file with a directory. Both hold a base map that a
// municipality brings, as vector or as picture tiles.
//
// Tiles are asked for as web maps do, with y counted from the north.
package pack
