package around

import (
	"context"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
)

// listView is the page with the list and the map.
type listView struct {
	filter Filter
	query  url.Values
	near   *nearby
	page   Page
	number int
	drawn  picture
}

// periods are the choices of the filter, in days; 0 is all.
func periods() []int { return []int{30, 90, 365} }

func (v listView) props(ctx context.Context, p ui.PageProps) ui.ListProps {
	words := i18n.From(ctx)
	list := ui.ListProps{
		Page: p, Intro: words.T("around.list.intro"), Actions: listActions(p.User != nil),
		Summary: words.T("around.list.count", "count", int(v.page.Total)),
	}
	if v.near != nil {
		list.Summary = words.T("around.list.near", "count", int(v.page.Total), "metres", words.Number(int64(v.near.radius)))
		return list
	}
	total := int((v.page.Total + pageSize - 1) / pageSize)
	list.Pages = ui.PaginationProps{Current: min(v.number, max(total, 1)), Total: total, Href: func(page int) string {
		q := url.Values{}
		for _, key := range []string{"q", "status", "measure", "days"} {
			if value := v.query.Get(key); value != "" {
				q.Set(key, value)
			}
		}
		q.Set("page", strconv.Itoa(page))
		return "/around?" + q.Encode()
	}}
	return list
}

func (v listView) filtered() bool {
	return v.filter.Text != "" || v.filter.Status != "" || v.filter.Measure != "" || v.filter.Days > 0 || v.near != nil
}

func (v listView) daysValue() string {
	if v.filter.Days == 0 {
		return ""
	}
	return strconv.Itoa(v.filter.Days)
}

func statusOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, s := range Statuses() {
		list = append(list, ui.Option{Value: string(s), Label: i18n.T(ctx, "around.status."+string(s))})
	}
	return list
}

func measureOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, m := range Measures() {
		list = append(list, ui.Option{Value: m, Label: i18n.T(ctx, "around.measure."+m)})
	}
	return list
}

func periodOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, days := range periods() {
		list = append(list, ui.Option{Value: strconv.Itoa(days), Label: i18n.T(ctx, "around.period."+strconv.Itoa(days))})
	}
	return list
}

// table is the list. The numbers in its first column are those on the map.
func (v listView) table(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("around.list.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"what", "where", "status", "received", "decided", "number"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("around.column." + key), Tight: key == "received" || key == "decided" || key == "number"})
	}
	for i, c := range v.page.Cases {
		what := strconv.Itoa(i+1) + ". " + words.T("around.measure."+c.Measure)
		if v.drawn.svg == "" {
			what = words.T("around.measure." + c.Measure)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: what, Href: c.Path()},
			where(words, c),
			{Content: ui.Tag(statusTag(ctx, c.Status))},
			{Text: words.Date(clock.DateIn(c.ReceivedAt))},
			{Text: decidedText(words, c)},
			{Text: c.Label()},
		}})
	}
	return t
}

// where is the address with the property numbers below it.
func where(words *i18n.Localizer, c PublicCase) ui.Cell {
	switch {
	case c.Address != "":
		return ui.Cell{Text: c.Address, Note: c.Properties()}
	case len(c.Refs) > 0:
		return ui.Cell{Text: c.Properties()}
	}
	return ui.Cell{Text: words.T("around.case.nowhere")}
}

func decidedText(words *i18n.Localizer, c PublicCase) string {
	if c.DecidedAt.IsZero() {
		return "–"
	}
	return words.Date(clock.DateIn(c.DecidedAt))
}

func statusTag(ctx context.Context, status Status) ui.TagProps {
	sort := map[Status]ui.Status{Received: ui.StatusReceived, Granted: ui.StatusDone, Refused: ui.StatusRefused}[status]
	return ui.TagProps{Status: sort, Label: i18n.T(ctx, "around.status."+string(status))}
}

// charts are the months, as charts with their tables.
func (v listView) charts(ctx context.Context) []ui.ChartProps {
	words := i18n.From(ctx)
	received := ui.ChartProps{Title: words.T("around.chart.received"), LabelHead: words.T("around.chart.month"), ValueHead: words.T("around.chart.cases")}
	decided := ui.ChartProps{Title: words.T("around.chart.decided"), LabelHead: words.T("around.chart.month"), ValueHead: words.T("around.chart.cases")}
	for _, m := range busy(v.page.Months) {
		label := monthLabel(words, m.Month)
		received.Bars = append(received.Bars, ui.Bar{Label: label, Value: m.Received})
		decided.Bars = append(decided.Bars, ui.Bar{Label: label, Value: m.Decided})
	}
	return []ui.ChartProps{received, decided}
}

// leastMonths is how many months the charts show at least.
const leastMonths = 3

// busy leaves out the months before the first case.
func busy(list []Month) []Month {
	for len(list) > leastMonths && list[0].Received == 0 && list[0].Decided == 0 {
		list = list[1:]
	}
	return list
}

// monthLabel is a month in words: november 2026.
func monthLabel(words *i18n.Localizer, month string) string {
	day, err := clock.ParseDate(month + "-01")
	if err != nil {
		return month
	}
	return words.T("around.month", "month", words.T("around.month_name."+strconv.Itoa(int(day.Month))), "year", strconv.Itoa(day.Year))
}

// caseView is the page of one case.
type caseView struct {
	PublicCase
	home     crs.System
	drawn    picture
	loggedIn bool
}

func (v caseView) details(ctx context.Context) []ui.Term {
	words := i18n.From(ctx)
	var terms []ui.Term
	add := func(key, value string) {
		if value != "" {
			terms = append(terms, ui.Term{Label: words.T("around.column." + key), Value: value})
		}
	}
	terms = append(terms, ui.Term{Label: words.T("around.column.status"), Content: ui.Tag(statusTag(ctx, v.Status))})
	add("what", words.T("around.measure."+v.Measure))
	add("address", v.Address)
	if len(v.Refs) > 0 {
		terms = append(terms, ui.Term{Label: words.T("around.column.property"), Content: propertyLinks(v.PublicCase)})
	}
	add("received", words.Date(clock.DateIn(v.ReceivedAt)))
	if !v.DecidedAt.IsZero() {
		add("decided", words.Date(clock.DateIn(v.DecidedAt)))
	}
	add("number", v.Label())
	add("applicant", v.Applicant)
	return terms
}

// subscribeHref leads to a subscription around the case.
func (v caseView) subscribeHref() string {
	base := mailPath
	if v.loggedIn {
		base = areasPath
	}
	at := v.in(v.home)
	return base + "/new?e=" + Metres(at[0]) + "&n=" + Metres(at[1])
}

// areaView is the page of one area.
type areaView struct {
	Area
	preview Preview
	drawn   picture
	wrong   ui.Errors
}

// note is a page that only tells.
type note struct {
	kind       ui.Kind
	text, more string
}

func topicOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, t := range Topics() {
		list = append(list, ui.Option{Value: string(t), Label: i18n.T(ctx, "around.topic."+string(t))})
	}
	return list
}

func oftenOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, o := range Oftens() {
		list = append(list, ui.Option{Value: string(o), Label: i18n.T(ctx, "around.often."+string(o))})
	}
	return list
}

func topicValues(list []Topic) []string {
	values := make([]string, len(list))
	for i, t := range list {
		values[i] = string(t)
	}
	return values
}

// topicLine is what an area tells of, on one line.
func topicLine(ctx context.Context, a Area) string {
	words, text := i18n.From(ctx), ""
	for _, t := range Topics() {
		if !a.wants(t) {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += words.T("around.topic_short." + string(t))
	}
	return text
}

func radiusOptions(ctx context.Context, chosen int) []ui.Option {
	words := i18n.From(ctx)
	var list []ui.Option
	known := false
	for _, r := range Radii() {
		known = known || r == chosen
		list = append(list, ui.Option{Value: strconv.Itoa(r), Label: words.T("around.area.metres", "metres", words.Number(int64(r)))})
	}
	if !known {
		list = append(list, ui.Option{Value: strconv.Itoa(chosen), Label: words.T("around.area.metres", "metres", words.Number(int64(chosen)))})
	}
	return list
}

// hidden are the fields that carry the place of a form.
func (f areaForm) hidden() []ui.HiddenValue {
	if f.system.ring != "" {
		return []ui.HiddenValue{{Name: "ring", Value: f.system.ring}}
	}
	return []ui.HiddenValue{{Name: "e", Value: f.system.e}, {Name: "n", Value: f.system.n}, {Name: "radius", Value: strconv.Itoa(f.radius)}}
}

// spotHref chooses one of the places that a text may mean.
func (f areaForm) spotHref(s Spot) string {
	q := url.Values{"e": {Metres(s.At[0])}, "n": {Metres(s.At[1])}, "radius": {strconv.Itoa(f.radius)}}
	return f.base + "/new?" + q.Encode()
}

// loginHref is the same choice with log-in.
func (f areaForm) loginHref() string {
	q := url.Values{}
	for _, h := range f.hidden() {
		if h.Value != "" {
			q.Set(h.Name, h.Value)
		}
	}
	return areasPath + "/new?" + q.Encode()
}

// title is what is chosen, as a heading.
func (f areaForm) title(ctx context.Context) string {
	return Area{Ground: f.ground}.title(i18n.From(ctx))
}

// placeText is what stands in the field for the place.
func (f areaForm) placeText() string {
	if f.text == "" && f.ground.IsCircle() {
		return f.ground.Label
	}
	return f.text
}

func (f areaForm) radiusText() string { return strconv.Itoa(f.radius) }

func formIntro(ctx context.Context, f areaForm) string {
	if f.byMail() {
		return i18n.T(ctx, "around.mail_form.intro")
	}
	return i18n.T(ctx, "around.area.intro")
}

// newHref leads to a new subscription.
func newHref(loggedIn bool) string {
	if loggedIn {
		return areasPath + "/new"
	}
	return mailPath + "/new"
}

// Nearby shows the public cases in a box of the home system on another service's page.
func (s *Service) Nearby(ctx context.Context, tx *store.Tx, box orb.Bound) (templ.Component, error) {
	list, err := s.InBox(ctx, tx, box, mostNearby)
	if err != nil {
		return nil, err
	}
	at := box.Center()
	radius := max(box.Right()-box.Left(), box.Top()-box.Bottom(), 2*leastRadius) / 2
	return nearbyCard(list, "/around?e="+Metres(at[0])+"&n="+Metres(at[1])+"&r="+Metres(radius)), nil
}

// mostNearby is how many cases stand on another page.
const mostNearby = 8

// previewText tells what lies in an area.
func previewText(ctx context.Context, p Preview) string {
	words := i18n.From(ctx)
	if !p.Known {
		return words.T("around.preview.unknown")
	}
	return words.T("around.preview.properties", "count", p.Properties) + " " + words.T("around.preview.cases", "count", len(p.Cases))
}

// drawing writes a picture into the page. What is in it was escaped when it was drawn.
func drawing(p picture) templ.Component { return templ.Raw(p.svg) }
