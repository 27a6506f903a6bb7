package check

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed law.toml
var lawText string

// Law is the numbers of the law, as law.toml has them.
type Law struct {
	Boundary struct {
		Metres        float64 `toml:"metres"`
		ShareOfHeight float64 `toml:"share_of_height"`
		SmallArea     float64 `toml:"small_area"`
		Close         float64 `toml:"close"`
	} `toml:"boundary"`
	Height struct {
		Cornice float64 `toml:"cornice"`
		Ridge   float64 `toml:"ridge"`
	} `toml:"height"`
	Fire struct {
		Metres      float64 `toml:"metres"`
		SmallArea   float64 `toml:"small_area"`
		SmallMetres float64 `toml:"small_metres"`
	} `toml:"fire"`
	Pipes struct {
		Metres float64 `toml:"metres"`
	} `toml:"pipes"`
	Shore struct {
		Metres float64 `toml:"metres"`
	} `toml:"shore"`
	Parking struct {
		SquareMetres float64 `toml:"square_metres"`
	} `toml:"parking"`
	Terrace struct {
		CountsFrom float64 `toml:"counts_from"`
	} `toml:"terrace"`
	Alone struct {
		Building  float64 `toml:"building"`
		Extension float64 `toml:"extension"`
	} `toml:"alone"`
	Exempt   map[Kind]Free `toml:"exempt"`
	Purposes []Purpose     `toml:"purposes"`
}

// Free are the limits within which works of a kind need no application; 0 is no
// limit.
type Free struct {
	Area     float64 `toml:"area"`
	Ridge    float64 `toml:"ridge"`
	Cornice  float64 `toml:"cornice"`
	Storeys  int     `toml:"storeys"`
	Boundary float64 `toml:"boundary"`
	Reach    float64 `toml:"reach"` // how far it comes out from the building
}

// Purpose is what the zones of a purpose let one build.
type Purpose struct {
	Code    string `toml:"code"`
	Allowed []Kind `toml:"allowed"`
	Refused []Kind `toml:"refused"`
	Farm    bool   `toml:"farm"`
}

// ReadLaw reads law.toml.
func ReadLaw() (Law, error) { return parseLaw(lawText) }

func parseLaw(text string) (Law, error) {
	var law Law
	meta, err := toml.Decode(text, &law)
	if err != nil {
		return law, fmt.Errorf("check: law: %w", err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return law, fmt.Errorf("check: law: unknown key %s", extra[0])
	}
	for name, n := range map[string]float64{
		"boundary.metres": law.Boundary.Metres, "height.cornice": law.Height.Cornice, "height.ridge": law.Height.Ridge, "fire.metres": law.Fire.Metres,
		"pipes.metres": law.Pipes.Metres, "shore.metres": law.Shore.Metres, "alone.building": law.Alone.Building, "alone.extension": law.Alone.Extension,
	} {
		if n <= 0 {
			return law, fmt.Errorf("check: law: %s is not a number above 0", name)
		}
	}
	return law, nil
}

// purpose finds what goes for a code of the national list: the entry with the
// longest beginning in common.
func (l Law) purpose(code string) (best Purpose, found bool) {
	for _, p := range l.Purposes {
		if strings.HasPrefix(code, p.Code) && (!found || len(p.Code) > len(best.Code)) {
			best, found = p, true
		}
	}
	return best, found
}
