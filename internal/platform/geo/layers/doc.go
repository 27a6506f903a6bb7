// Package layers keeps a municipality's map layers (kartlag): properties, plans,
// roads, pipes, a ready-made base map. Every service that asks what lies where asks
// here.
//
// # Generations
//
// A layer is seen in its generation. An import writes the features that are new with
// a later generation, in small transactions that hold nobody up, and its last
// transaction moves the layer on: everybody sees all of it or nothing, and what an
// import that died has left is seen by nobody. What is gone or changed stays as
// history.
//
// # In memory
//
// Where things lie is answered from an index in memory, one for each municipality
// and layer, which holds the shapes to the millimetre and the few properties that go
// along in tiles. It is built from the store when first asked for, and dropped when
// nobody asks or others need the room. What is shown to people is read from the
// store.
//
// # Who may see
//
// A public layer is for everybody; the others are asked of access, with the
// permission layer.read. A service that answers a question from a layer which the
// asker may not see (is there a pipe under the garage?) asks as Torg itself and
// decides what it tells.
package layers
