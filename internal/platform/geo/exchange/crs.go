package exchange

import (
	"strconv"

	"github.com/torg-no/torg/internal/platform/geo/crs"
)

// System is a reference system as a file names it.
type System = crs.Reference

// ParseSystem reads a reference system in the spellings of files.
func ParseSystem(name string) (System, bool) { return crs.ReadReference(name) }

// URN is the name of a reference system for files.
func URN(epsg int) string { return "urn:ogc:def:crs:EPSG::" + strconv.Itoa(epsg) }
