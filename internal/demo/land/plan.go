package land

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
)

// rules is what the file of rules says.
type rules struct {
	Uses, Former map[Use]string
	Purposes     []Purpose
	Hazards      []Rule
	Provisions   []Provision
}

// Purpose is a purpose of land (arealformål) of the national list.
type Purpose struct {
	Code, Letters, NB, NN string
}

// Rule is what goes for a kind of consideration zone (hensynssone, plan- og
// bygningsloven §§ 11-8 and 12-6).
type Rule struct {
	Code, Kind, NB, NN string
}

// Provision is what a plan says of the zones of one purpose (reguleringsplan-
// bestemmelse, plan- og bygningsloven § 12-7). A number that is 0 is not
// regulated.
type Provision struct {
	Key, Purpose, Variant string
	BYA                   float64 // per cent of the plot that buildings may cover
	Cornice, Ridge        float64 // metres over the finished ground
	Line                  float64 // building line: metres from the road's ground
	Shore                 float64 // metres from the sea
	Allowed               []string
	NB, NN                string
}

// Text is the provision in the town's own language.
func (p Provision) Text(nynorsk bool) string {
	if nynorsk {
		return p.NN
	}
	return p.NB
}

// Plan is a plan: a zoning plan (reguleringsplan), or the municipality's
// master plan (kommuneplanens arealdel).
type Plan struct {
	ID       string
	PlanID   string // nasjonal arealplan-ID without the municipality's number
	Name     string
	Master   bool
	Ground   orb.MultiPolygon
	From, To clock.Date // To is the zero Date while it is in force
	// Before and After are the plans that it replaced and that replaced it.
	Before, After int
}

// Zone is a part of a plan with one purpose.
type Zone struct {
	ID        string
	Plan      int
	Field     string // its name on the drawing: BFS3
	Purpose   Purpose
	Provision string // key in Land.Provisions
	Ground    orb.Polygon
	Area      float64
}

// Caution is a consideration zone of a plan.
type Caution struct {
	ID     string
	Plan   int
	Rule   Rule
	Ground orb.Polygon
}

// regulate makes the plans.
func (d *drawing) regulate() error {
	d.land.Provisions = map[string]Provision{}
	for _, p := range d.rules.Provisions {
		d.land.Provisions[p.Key] = p
	}
	d.threats()
	areas, names := d.planAreas()
	if err := d.master(); err != nil {
		return err
	}
	grounds := d.planar.dissolve(areas)
	for k, name := range names {
		first := len(d.land.Plans)
		year := 1996 + (k*5+d.rng.IntN(4))%28
		if k%4 == 0 {
			d.plan("Eldre reguleringsplan: "+name, 1972+d.rng.IntN(12), grounds[int32(k)])
			if err := d.zones(first, areas, int32(k), d.rules.Former, "old"); err != nil {
				return err
			}
		}
		d.plan(name, year, grounds[int32(k)])
		now := len(d.land.Plans) - 1
		if now > first {
			d.land.Plans[first].To, d.land.Plans[first].After = d.land.Plans[now].From, now
			d.land.Plans[now].Before = first
		}
		if err := d.zones(now, areas, int32(k), d.rules.Uses, []string{"a", "b"}[k%2]); err != nil {
			return err
		}
		d.cautions(now)
	}
	return nil
}

// plan writes a zoning plan down.
func (d *drawing) plan(name string, year int, ground orb.MultiPolygon) {
	n := len(d.land.Plans)
	id := fmt.Sprintf("%d%03d", year, n+1)
	d.land.Plans = append(d.land.Plans, Plan{
		ID: d.town.Number + "-plan-" + id, PlanID: id, Name: name, Ground: ground, Before: -1, After: -1,
		From: clock.NewDate(year, 1, 10).AddDays(d.rng.IntN(340)),
	})
}

// planAreas says which plan each face belongs to: pieces of two by two built-up
// squares. The last piece of the outer village has no plan: not all ground has.
func (d *drawing) planAreas() (areas []int32, names []string) {
	index := map[[3]int]int32{}
	areas = make([]int32, len(d.planar.faces))
	for i := range d.planar.faces {
		areas[i] = nowhere
		if d.plots[i] == nowhere {
			continue
		}
		key, ok := d.planKey(int32(i))
		if !ok {
			continue
		}
		if _, ok := index[key]; !ok {
			index[key] = int32(len(names))
			names = append(names, d.planName(key))
		}
		areas[i] = index[key]
	}
	if last := int32(len(names) - 1); last > 3 {
		names = names[:last]
		for i, a := range areas {
			if a == last {
				areas[i] = nowhere
			}
		}
	}
	return areas, names
}

func (d *drawing) planKey(f int32) ([3]int, bool) {
	p := &d.land.Properties[d.plots[f]]
	cell := p.cell
	if p.Use == Street {
		cell = d.ground.cells[f]
	}
	q := d.net.squares[cell[0]][cell[1]]
	return [3]int{q.place, cell[0] / 2, cell[1] / 2}, q.kind.built()
}

// planName is made of the street nearest to the middle of the plan.
func (d *drawing) planName(key [3]int) string {
	at := orb.Point{(float64(key[1])*2 + 1) * pitch, (float64(key[2])*2 + 1) * pitch}
	best, least := "", math.Inf(1)
	for _, s := range d.streets.list {
		if far := gap(s.sheet[len(s.sheet)/2], at); s.class != Main && s.class != Lane && far < least && !d.namesPlan(s.name) {
			best, least = s.name, far
		}
	}
	d.planNames = append(d.planNames, best)
	and := " med omkringliggende område"
	if d.town.Nynorsk {
		and = " med ikringliggjande område"
	}
	return best + and
}

func (d *drawing) namesPlan(street string) bool { return slices.Contains(d.planNames, street) }

// zones divides a plan by what its properties are used for.
func (d *drawing) zones(plan int, areas []int32, area int32, uses map[Use]string, variant string) error {
	codes := []string{}
	group := make([]int32, len(areas))
	for i, a := range areas {
		group[i] = nowhere
		if a != area {
			continue
		}
		code := uses[d.land.Properties[d.plots[i]].Use]
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
		group[i] = int32(slices.Index(codes, code))
	}
	return d.fields(plan, group, codes, variant)
}

// fields writes the zones of a plan down.
func (d *drawing) fields(plan int, group []int32, codes []string, variant string) error {
	grounds := d.planar.dissolve(group)
	for k, code := range codes {
		at := slices.IndexFunc(d.rules.Purposes, func(p Purpose) bool { return p.Code == code })
		key := d.provision(code, variant)
		if at < 0 || key == "" {
			return fmt.Errorf("land: rules.toml says nothing of purpose %q in variant %q", code, variant)
		}
		for n, ground := range grounds[int32(k)] {
			purpose := d.rules.Purposes[at]
			field := purpose.Letters + strconv.Itoa(n+1)
			d.land.Zones = append(d.land.Zones, Zone{
				ID: d.land.Plans[plan].ID + "-" + field, Plan: plan, Field: field, Purpose: purpose, Provision: key,
				Ground: ground, Area: areaOf(ground),
			})
		}
	}
	return nil
}

// provision is the key of what a plan says of a purpose: in the plan's own
// variant, or the common one.
func (d *drawing) provision(code, variant string) string {
	for _, key := range []string{code + "-" + variant, code + "-a"} {
		if _, ok := d.land.Provisions[key]; ok {
			return key
		}
	}
	return ""
}

// master is the plan over everything, the sea too (plan- og bygningsloven § 11-5).
func (d *drawing) master() error {
	name := "Kommuneplanens arealdel 2023–2035"
	d.plan(name, 2023, nil)
	d.land.Plans[0].Master = true
	d.land.Plans[0].Ground = orb.MultiPolygon{d.land.Boundary}
	group := make([]int32, len(d.planar.faces))
	for i, f := range d.planar.faces {
		switch {
		case f.out:
			group[i] = nowhere
		case f.wet:
			group[i] = 2
		case d.ground.kind(int32(i)).built():
			group[i] = 0
		default:
			group[i] = 1
		}
	}
	for _, h := range d.land.Hazards {
		d.caution(0, h.Rule, orb.MultiPolygon{h.Ground})
	}
	return d.fields(0, group, []string{"1001", "5100", "6001"}, "kp")
}
