package around

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

const caseColumns = `id, case_id, year, number, measure, status, properties, address, applicant, lon, lat, received_at, decided_at`

type caseRow struct {
	PublicCase
	properties        string
	lon, lat          *int64
	received, decided store.Time
}

func (r *caseRow) fields() []any {
	c := &r.PublicCase
	return []any{
		&c.ID, &c.CaseID, &c.Year, &c.Number, &c.Measure, (*string)(&c.Status), &r.properties, &c.Address, &c.Applicant, &r.lon, &r.lat,
		&r.received, &r.decided,
	}
}

func (r caseRow) toCase() PublicCase {
	c := r.PublicCase
	c.ReceivedAt, c.DecidedAt = r.received.Time, r.decided.Time
	for text := range strings.FieldsSeq(r.properties) {
		if ref, ok := property.ParseRef(text); ok {
			c.Refs = append(c.Refs, ref)
		}
	}
	if c.Placed = r.lon != nil && r.lat != nil; c.Placed {
		c.Place = orb.Point{float64(*r.lon) / scale, float64(*r.lat) / scale}
	}
	return c
}

func toCases(rows []caseRow) []PublicCase {
	list := make([]PublicCase, len(rows))
	for i, r := range rows {
		list[i] = r.toCase()
	}
	return list
}

// saveCase writes the public side of a case over what stood.
func saveCase(ctx context.Context, tx *store.Tx, c PublicCase) error {
	var lon, lat *int64
	if c.Placed {
		x, y := int64(math.Round(c.Place[0]*scale)), int64(math.Round(c.Place[1]*scale))
		lon, lat = &x, &y
	}
	refs := make([]string, len(c.Refs))
	for i, r := range c.Refs {
		refs[i] = r.String()
	}
	var decidedMonth *string
	if !c.DecidedAt.IsZero() {
		m := monthOf(c.DecidedAt)
		decidedMonth = &m
	}
	_, err := tx.Exec(ctx, `insert into around_cases (tenant_id, id, case_id, year, number, measure, status, properties, address, applicant, search, lon, lat,
			received_at, received_month, decided_at, decided_month, projected_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		on conflict (tenant_id, case_id) do update set year = excluded.year, number = excluded.number, measure = excluded.measure, status = excluded.status,
			properties = excluded.properties, address = excluded.address, applicant = excluded.applicant, search = excluded.search, lon = excluded.lon,
			lat = excluded.lat, received_at = excluded.received_at, received_month = excluded.received_month, decided_at = excluded.decided_at,
			decided_month = excluded.decided_month, projected_at = excluded.projected_at`,
		tx.Tenant, c.ID, c.CaseID, c.Year, c.Number, c.Measure, string(c.Status), strings.Join(refs, " "), c.Address, c.Applicant, c.searchText(), lon, lat,
		store.At(c.ReceivedAt), monthOf(c.ReceivedAt), store.At(c.DecidedAt), decidedMonth, tx.Now)
	if err != nil {
		return fmt.Errorf("around: save a case: %w", err)
	}
	return nil
}

// monthOf is the month in Norway, as the rows keep it.
func monthOf(at time.Time) string { return clock.DateIn(at).String()[:len("2026-11")] }

// dropCase takes the public side of a case away, if it has one.
func dropCase(ctx context.Context, tx *store.Tx, caseID string) error {
	if _, err := tx.Exec(ctx, `delete from around_cases where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID); err != nil {
		return fmt.Errorf("around: drop a case: %w", err)
	}
	return nil
}

// caseByID reads a public case by its own id; false when there is none.
func caseByID(ctx context.Context, tx *store.Tx, id string) (PublicCase, bool, error) {
	return oneCase(ctx, tx, "id", id)
}

// publicOf reads the public side of a case; false when it has none.
func publicOf(ctx context.Context, tx *store.Tx, caseID string) (PublicCase, bool, error) {
	return oneCase(ctx, tx, "case_id", caseID)
}

func oneCase(ctx context.Context, tx *store.Tx, column, id string) (PublicCase, bool, error) {
	row, err := store.One(ctx, tx, (*caseRow).fields, `select `+caseColumns+` from around_cases where tenant_id = $1 and `+column+` = $2`, tx.Tenant, id)
	if errors.Is(err, store.ErrNoRows) {
		return PublicCase{}, false, nil
	}
	if err != nil {
		return PublicCase{}, false, fmt.Errorf("around: read a case: %w", err)
	}
	return row.toCase(), true, nil
}

// Filter chooses public cases; what is left empty does not choose.
type Filter struct {
	Text    string // in the address, the property number or the case number; never a name
	Status  Status
	Measure string
	Days    int        // received or decided within so many days
	Box     *orb.Bound // degrees
	Limit   int
	Offset  int
}

// where builds the condition and its parameters. The first is the tenant.
func (f Filter) where(tx *store.Tx) (string, []any) {
	args := []any{tx.Tenant}
	parts := []string{"tenant_id = $1"}
	add := func(format string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			format = strings.Replace(format, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		parts = append(parts, format)
	}
	for _, word := range f.words() {
		add(`' ' || search || ' ' like ? escape '\'`, store.LikeContains(word))
	}
	if f.Status != "" {
		add("status = ?", string(f.Status))
	}
	if f.Measure != "" {
		add("measure = ?", f.Measure)
	}
	if f.Days > 0 {
		since := store.At(clock.DateIn(tx.Now.Time).AddDays(-f.Days).Start())
		add("(received_at >= ? or decided_at >= ?)", since, since)
	}
	if f.Box != nil {
		add("lat between ? and ?", steps(f.Box.Min[1], math.Floor), steps(f.Box.Max[1], math.Ceil))
		add("lon between ? and ?", steps(f.Box.Min[0], math.Floor), steps(f.Box.Max[0], math.Ceil))
	}
	return strings.Join(parts, " and "), args
}

// words are what the rows' text must hold. A property number is looked for with the
// spaces around it, so that 8/1 does not find 28/116.
func (f Filter) words() []string {
	text := strings.ReplaceAll(f.Text, "\x00", " ")
	if ref, ok := property.ParseRef(text); ok {
		return []string{" " + ref.String() + " "}
	}
	return strings.Fields(store.Fold(text))
}

func steps(degrees float64, round func(float64) float64) int64 {
	return int64(round(max(-180, min(180, degrees)) * scale))
}

// tidy drops what no case can have: the filter comes from an address that anybody may
// have written.
func (f Filter) tidy() Filter {
	f.Text = strings.TrimSpace(strings.ToValidUTF8(f.Text, ""))
	f.Text = string([]rune(f.Text)[:min(len([]rune(f.Text)), maxSearch)])
	if !slices.Contains(Statuses(), f.Status) {
		f.Status = ""
	}
	if !slices.Contains(Measures(), f.Measure) {
		f.Measure = ""
	}
	f.Days, f.Offset = max(0, min(f.Days, mostDays)), max(0, f.Offset)
	return f
}

const (
	maxSearch = 100
	mostDays  = 4000
)

// listCases reads the chosen cases, the newest first.
func listCases(ctx context.Context, tx *store.Tx, f Filter) ([]PublicCase, error) {
	where, args := f.where(tx)
	args = append(args, f.Limit, f.Offset)
	rows, err := store.All(ctx, tx, (*caseRow).fields, `select `+caseColumns+` from around_cases where `+where+
		` order by received_at desc, id desc limit $`+strconv.Itoa(len(args)-1)+` offset $`+strconv.Itoa(len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("around: list cases: %w", err)
	}
	return toCases(rows), nil
}

// countCases counts the chosen cases.
func countCases(ctx context.Context, tx *store.Tx, f Filter) (int64, error) {
	where, args := f.where(tx)
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from around_cases where `+where, args...)
	if err != nil {
		return 0, fmt.Errorf("around: count cases: %w", err)
	}
	return n, nil
}

// Month is how many cases came in and were decided in a month.
type Month struct {
	Month             string // 2026-11
	Received, Decided int64
}

type monthRow struct {
	month string
	n     int64
}

// months counts by month from one on.
func months(ctx context.Context, tx *store.Tx, from string) (map[string]Month, error) {
	all := map[string]Month{}
	for _, column := range []string{"received_month", "decided_month"} {
		rows, err := store.All(ctx, tx, func(r *monthRow) []any { return []any{&r.month, &r.n} },
			`select `+column+`, count(*) from around_cases where tenant_id = $1 and `+column+` >= $2 group by `+column+` order by `+column+` limit 100`, tx.Tenant, from)
		if err != nil {
			return nil, fmt.Errorf("around: cases of a month: %w", err)
		}
		for _, r := range rows {
			m := all[r.month]
			if m.Month = r.month; column == "received_month" {
				m.Received = r.n
			} else {
				m.Decided = r.n
			}
			all[r.month] = m
		}
	}
	return all, nil
}

// projected returns the cases that have a public side, in the order of their ids,
// after one.
func projected(ctx context.Context, tx *store.Tx, after string, limit int) ([]PublicCase, error) {
	rows, err := store.All(ctx, tx, (*caseRow).fields, `select `+caseColumns+` from around_cases where tenant_id = $1 and case_id > $2 order by case_id limit $3`,
		tx.Tenant, after, limit)
	if err != nil {
		return nil, fmt.Errorf("around: public cases: %w", err)
	}
	return toCases(rows), nil
}

// dropDecided takes away what was decided before an instant.
func dropDecided(ctx context.Context, tx *store.Tx, before time.Time) error {
	if _, err := tx.Exec(ctx, `delete from around_cases where tenant_id = $1 and decided_at < $2`, tx.Tenant, store.At(before)); err != nil {
		return fmt.Errorf("around: drop old cases: %w", err)
	}
	return nil
}
