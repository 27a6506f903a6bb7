// Package arkivmelding writes the Noark 5 exchange message of the same name
// (Digdir's arkivmelding.xsd with its metadata catalogue): one case folder
// (saksmappe) with its parties, journal entries (journalposter), documents and
// remarks. Archives, eFormidling and the appeal bodies (klageinstans) read it.
//
// Names of types are English, and each says which Norwegian element it is; the
// values that the schema lists stay as it spells them. Message.Write refuses
// what the schema would refuse, so that nothing invalid leaves the
// municipality.
//
// What it does not do: read such messages, physical media, classification, and
// documents in several versions.
package arkivmelding
