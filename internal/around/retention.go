package around

import (
	"context"
	"fmt"
	"strings"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// AreasBefore returns the areas that nobody has renewed since an instant, in order of
// id, after one.
func (*Service) AreasBefore(ctx context.Context, tx *store.Tx, before store.Time, after string, limit int) ([]string, error) {
	return renewedBefore(ctx, tx, before, after, limit)
}

// ForgetArea ends an area that has had its time. What it has told is kept no longer
// than other events are.
func (*Service) ForgetArea(ctx context.Context, tx *store.Tx, id string) error {
	if err := deleteArea(ctx, tx, id); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{Action: Name + ".lapse", Object: audit.Ref{Type: "area", ID: id}})
}

// Forget removes what stands of a case that is anonymised, and what was told of it.
func (*Service) Forget(ctx context.Context, tx *store.Tx, caseID, _ string) error {
	if err := forgetEventsOf(ctx, tx, caseID); err != nil {
		return err
	}
	return dropCase(ctx, tx, caseID)
}

// AreaCopy is an area as its owner has it in the copy of her data.
type AreaCopy struct {
	Title  string   `json:"title"`
	Name   string   `json:"name,omitempty"`
	Topics []string `json:"topics"`
	Often  string   `json:"often"`
	Place  string   `json:"place"`
	Begun  string   `json:"begun_at"`
	Until  string   `json:"valid_until"`
}

// CopyOf returns a person's areas for the copy of her data. The caller has asked access;
// the tenant's keys must be in memory.
func (s *Service) CopyOf(ctx context.Context, tx *store.Tx, person string) ([]AreaCopy, error) {
	rows, err := areasOf(ctx, tx, person)
	if err != nil {
		return nil, err
	}
	areas, err := s.openAll(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	words := i18n.From(ctx)
	list := make([]AreaCopy, 0, len(areas))
	for _, a := range areas {
		c := AreaCopy{
			Title: a.place(words), Name: a.Name, Often: words.T("around.often." + string(a.Often)), Place: a.Ground.coordinates(),
			Begun: clock.DateIn(a.CreatedAt).String(), Until: clock.DateIn(a.Until()).String(),
		}
		for _, t := range a.Topics {
			c.Topics = append(c.Topics, words.T("around.topic."+string(t)))
		}
		list = append(list, c)
	}
	return list, nil
}

// coordinates is where an area is, in degrees, latitude first as people read it.
func (g Ground) coordinates() string {
	text := func(p [2]float64) string { return fmt.Sprintf("%.6f, %.6f", p[1], p[0]) }
	if g.IsCircle() {
		return text(g.Middle)
	}
	parts := make([]string, len(g.Ring))
	for i, p := range g.Ring {
		parts[i] = text(p)
	}
	return strings.Join(parts, "; ")
}
