package staff

import (
	"context"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
)

func columns(ctx context.Context, keys ...string) []ui.Column {
	list := make([]ui.Column, 0, len(keys))
	for _, key := range keys {
		list = append(list, ui.Column{Label: i18n.T(ctx, "staff.column."+key)})
	}
	return list
}

func table(ctx context.Context, caption string, keys ...string) ui.TableProps {
	return ui.TableProps{Caption: i18n.T(ctx, caption), HideCaption: true, RowHeader: true, Columns: columns(ctx, keys...)}
}

// personName is a person's name, or words for one whose data are erased.
func personName(ctx context.Context, p identity.Person) string {
	if name := p.Name.Full(); name != "" {
		return name
	}
	return i18n.T(ctx, "staff.nameless")
}

// placeName is a department's name with those above it.
func placeName(ctx context.Context, units []Unit, id string) string {
	if id == "" {
		return i18n.T(ctx, "staff.whole")
	}
	for _, u := range units {
		if u.ID == id {
			return u.Path
		}
	}
	return i18n.T(ctx, "staff.department.gone")
}

// placeOptions are the choices of a department.
func placeOptions(ctx context.Context, p Places, whole string) []ui.Option {
	var list []ui.Option
	if p.Whole {
		list = append(list, ui.Option{Value: wholeTown, Label: i18n.T(ctx, whole)})
	}
	return append(list, unitOptions(p.Units)...)
}

func unitOptions(units []Unit) []ui.Option {
	list := make([]ui.Option, 0, len(units))
	for _, u := range units {
		list = append(list, ui.Option{Value: u.ID, Label: u.Path})
	}
	return list
}

func roleOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, r := range access.Granted() {
		list = append(list, ui.Option{Value: string(r), Label: i18n.T(ctx, r.Describe()), Hint: i18n.T(ctx, "staff.role_hint."+string(r))})
	}
	return list
}

func memberOptions(ctx context.Context, members []Member) []ui.Option {
	list := make([]ui.Option, 0, len(members))
	for _, m := range members {
		label := personName(ctx, m.Person)
		if len(m.Grants) > 0 {
			label += " (" + i18n.T(ctx, m.Grants[0].Role.Describe()) + ")"
		}
		list = append(list, ui.Option{Value: m.Person.ID, Label: label})
	}
	return list
}

func departmentTable(ctx context.Context, units []Unit, manages func(Unit) bool) ui.TableProps {
	t := table(ctx, "staff.departments.title", "department", "above", "email", "status")
	for _, u := range units {
		name := ui.Cell{Text: u.Name}
		if !u.Ended && manages(u) {
			name.Href = "/admin/departments/" + u.ID
		}
		above, _ := strings.CutSuffix(u.Path, u.Name)
		above = strings.TrimSuffix(above, " › ")
		if above == "" {
			above = "–"
		}
		status := ui.TagProps{Label: i18n.T(ctx, "staff.department.active"), Color: ui.TagSuccess}
		if u.Ended {
			status = ui.TagProps{Label: i18n.T(ctx, "staff.department.is_ended"), Color: ui.TagNeutral}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{name, {Text: above}, {Text: orDash(u.Email)}, {Content: ui.Tag(status)}}})
	}
	return t
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// roleLine is a role with its place: "Saksbehandler, Oppvekst › Barnehage".
func roleLine(ctx context.Context, g access.Grant, units []Unit) string {
	return i18n.T(ctx, g.Role.Describe()) + ", " + placeName(ctx, units, g.Department)
}

func staffTable(ctx context.Context, members []Member, units []Unit) ui.TableProps {
	t := table(ctx, "staff.staff.title", "name", "roles")
	for _, m := range members {
		var lines []string
		for _, g := range m.Grants {
			lines = append(lines, roleLine(ctx, g, units))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: personName(ctx, m.Person), Href: "/admin/staff/" + m.Person.ID}, {Content: roleLines(lines)},
		}})
	}
	return t
}

func grantTable(ctx context.Context, m Member, units []Unit, mayRevoke func(access.Grant) bool) ui.TableProps {
	t := table(ctx, "staff.member.roles", "role", "department", "from", "to", "act")
	words := i18n.From(ctx)
	for _, g := range m.Grants {
		act := ui.Cell{Text: "–"}
		if mayRevoke(g) {
			act = ui.Cell{Text: words.T("staff.revoke.link"), Href: "/admin/staff/" + m.Person.ID + "/roles/" + g.ID + "/revoke"}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: words.T(g.Role.Describe())}, {Text: placeName(ctx, units, g.Department)}, {Text: words.Date(g.From)}, {Text: lastDay(ctx, g.To)}, act,
		}})
	}
	return t
}

func lastDay(ctx context.Context, d clock.Date) string {
	if d.IsZero() {
		return i18n.T(ctx, "staff.until_revoked")
	}
	return i18n.From(ctx).Date(d)
}

func substituteTable(ctx context.Context, list []Standin) ui.TableProps {
	t := table(ctx, "staff.substitutes.title", "absent", "substitute", "from", "to", "act")
	words := i18n.From(ctx)
	for _, s := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: orDash(s.AbsentName)},
			{Text: orDash(s.SubstituteName)},
			{Text: words.Date(s.From)},
			{Text: words.Date(s.To)},
			{Text: words.T("staff.substitute.end.link"), Href: "/admin/substitutes/" + s.ID + "/end"},
		}})
	}
	return t
}

func tokenTable(ctx context.Context, list []access.Token, units []Unit, now time.Time, mayRevoke func(access.Token) bool) ui.TableProps {
	t := table(ctx, "staff.tokens.title", "name", "role", "department", "expires", "used", "status", "act")
	words := i18n.From(ctx)
	for _, one := range list {
		status, live := tokenStatus(ctx, one, now)
		act := ui.Cell{Text: "–"}
		if live && mayRevoke(one) {
			act = ui.Cell{Text: words.T("staff.token.revoke.link"), Href: "/admin/tokens/" + one.ID + "/revoke"}
		}
		used := words.T("staff.token.never_used")
		if !one.LastUsedAt.IsZero() {
			used = words.DateTime(one.LastUsedAt.Time)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: one.Name},
			{Text: words.T(one.Role.Describe())},
			{Text: placeName(ctx, units, one.Department)},
			{Text: words.Date(clock.DateIn(one.ExpiresAt.Time))},
			{Text: used},
			{Content: ui.Tag(status)},
			act,
		}})
	}
	return t
}

func tokenStatus(ctx context.Context, t access.Token, now time.Time) (ui.TagProps, bool) {
	switch {
	case !t.RevokedAt.IsZero():
		return ui.TagProps{Label: i18n.T(ctx, "staff.token.revoked"), Color: ui.TagNeutral}, false
	case !now.Before(t.ExpiresAt.Time):
		return ui.TagProps{Label: i18n.T(ctx, "staff.token.expired"), Color: ui.TagNeutral}, false
	default:
		return ui.TagProps{Label: i18n.T(ctx, "staff.token.live"), Color: ui.TagSuccess}, true
	}
}

// scopeOptions are what a token can be made for. The name that the JSON
// operations use stands with the words.
func scopeOptions(ctx context.Context, list []access.PermissionInfo) []ui.Option {
	options := make([]ui.Option, 0, len(list))
	for _, info := range list {
		options = append(options, ui.Option{Value: string(info.Name), Label: i18n.T(ctx, info.Describe), Hint: string(info.Name)})
	}
	return options
}

// once is a secret with what goes with it, on the only page that shows it.
type once struct {
	intro, label, secret string
	details              []ui.Term
	done                 string // where one goes on to
}

func inviteOnce(ctx context.Context, i access.Invite, link string) once {
	words := i18n.From(ctx)
	return once{
		intro: words.T("staff.invited.intro"), label: words.T("staff.invited.link"), secret: link, done: "/admin/staff",
		details: []ui.Term{
			{Label: words.T("staff.column.email"), Value: i.Email},
			{Label: words.T("staff.column.role"), Value: words.T(i.Role.Describe())},
			{Label: words.T("staff.column.expires"), Value: words.DateTime(i.ExpiresAt.Time)},
		},
	}
}

func tokenOnce(ctx context.Context, t access.Token, secret string) once {
	words := i18n.From(ctx)
	return once{
		intro: words.T("staff.token.made_intro"), label: words.T("staff.token.secret"), secret: secret, done: "/admin/tokens",
		details: []ui.Term{
			{Label: words.T("staff.token.name"), Value: t.Name},
			{Label: words.T("staff.column.role"), Value: words.T(t.Role.Describe())},
			{Label: words.T("staff.column.expires"), Value: words.DateTime(t.ExpiresAt.Time)},
		},
	}
}

// departmentName finds a name among departments, also of one that has ended.
func departmentName(ctx context.Context, list []tenant.Department, id string) string {
	if id == "" {
		return i18n.T(ctx, "staff.whole")
	}
	if d, ok := byID(list, id); ok {
		return d.Name
	}
	return i18n.T(ctx, "staff.department.gone")
}

func (v staffView) listProps() ui.ListProps {
	l := v.Props
	l.Actions, l.Filter = staffActions(v), staffFilter(v)
	return l
}

// chosen is never nil: a group without choices then has none, instead of asking
// its single value.
func chosen(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}

// described names what explains the colour's field.
func described(wrong string) string {
	if wrong != "" {
		return "color-error color-hint"
	}
	return "color-hint"
}

// terms tell who gets which role.
func (v acceptView) terms(ctx context.Context) []ui.Term {
	words, place := i18n.From(ctx), v.Invitation.DepartmentName
	if v.Invitation.Department == "" {
		place = words.T("staff.whole")
	}
	return []ui.Term{
		{Label: words.T("staff.accept.you"), Value: v.Actor.Name},
		{Label: words.T("staff.column.role"), Value: words.T(v.Invitation.Role.Describe())},
		{Label: words.T("staff.column.department"), Value: orDash(place)},
		{Label: words.T("staff.accept.until"), Value: words.DateTime(v.Invitation.ExpiresAt.Time)},
	}
}
