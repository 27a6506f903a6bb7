package staff

import (
	"context"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

// matrixTable shows who has each permission. A cell is words, not a sign or a
// colour alone, so that it can be heard as well as seen.
func matrixTable(ctx context.Context, m access.Matrix) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("staff.permissions.title"), HideCaption: true, RowHeader: true}
	t.Columns = []ui.Column{{Label: words.T("staff.column.permission")}}
	for _, role := range m.Roles {
		t.Columns = append(t.Columns, ui.Column{Label: words.T(role.Describe())})
	}
	for _, row := range m.Rows {
		cells := []ui.Cell{{Content: permissionName(words.T(row.Permission.Describe), string(row.Permission.Name))}}
		for _, cell := range row.Cells {
			cells = append(cells, ui.Cell{Text: cellWords(ctx, cell)})
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells})
	}
	return t
}

// cellWords tells in which situations a role has a permission.
func cellWords(ctx context.Context, c access.MatrixCell) string {
	var list []string
	for _, s := range access.Situations() {
		if c.In[s] {
			list = append(list, i18n.T(ctx, s.Describe()))
		}
	}
	switch len(list) {
	case 0:
		return i18n.T(ctx, "staff.permissions.no")
	case len(access.Situations()):
		return i18n.T(ctx, "staff.permissions.always")
	default:
		return strings.Join(list, ", ")
	}
}

func logTable(ctx context.Context, page LogPage) ui.TableProps {
	t := table(ctx, "staff.log.title", "when", "who", "what", "object", "sealed")
	words := i18n.From(ctx)
	for _, e := range page.Entries {
		sealed := ui.TagProps{Label: words.T("staff.log.sealed"), Color: ui.TagSuccess}
		if !e.Sealed {
			sealed = ui.TagProps{Label: words.T("staff.log.waiting"), Color: ui.TagNeutral}
		}
		t.Rows = append(t.Rows, ui.Row{ID: "e-" + e.ID, Cells: []ui.Cell{
			{Text: words.DateTime(e.At.Time)},
			{Content: roleLines(who(ctx, e, page))},
			{Content: roleLines(what(ctx, e, page))},
			{Content: objectName(objectWords(ctx, e.Object.Type), e.Object.ID)},
			{Content: ui.Tag(sealed)},
		}})
	}
	return t
}

// who is the actor of an entry: by name and role as they were at the time.
func who(ctx context.Context, e audit.LookEntry, page LogPage) []string {
	name := e.ActorName
	if name == "" {
		name = textOr(ctx, "audit.actor."+e.ActorKind, e.ActorKind)
	}
	lines := []string{name}
	if e.Role != "" {
		lines = append(lines, textOr(ctx, "access.role."+e.Role, e.Role)+", "+departmentName(ctx, page.Departments, e.Department))
	}
	if e.SubstituteFor != "" {
		lines = append(lines, i18n.T(ctx, "staff.log.substitute"))
	}
	return lines
}

// what tells what was done; of a role also which, since that is what an auditor
// looks for.
func what(ctx context.Context, e audit.LookEntry, page LogPage) []string {
	lines := []string{textOr(ctx, audit.Describe(e.Action), e.Action)}
	if role := e.Details["role"]; role != "" {
		lines = append(lines, textOr(ctx, "access.role."+role, role)+", "+departmentName(ctx, page.Departments, e.Details["department"]))
	}
	if p := e.Details["permission"]; p != "" {
		lines = append(lines, textOr(ctx, page.Permissions[p], p))
	}
	if route := e.Details["route"]; route != "" {
		lines = append(lines, route)
	}
	return lines
}

// textOr is the text of a key that other modules may not have, or the fallback.
func textOr(ctx context.Context, key, fallback string) string {
	text := i18n.T(ctx, key)
	if text == "["+key+"]" {
		return fallback
	}
	return text
}

// objectWords names the type of a thing in the log; a type that no text tells of
// keeps the name it has in the program.
func objectWords(ctx context.Context, kind string) string {
	if kind == "" {
		return "–"
	}
	return textOr(ctx, "staff.object."+kind, kind)
}

func problemTable(ctx context.Context, report audit.Report) ui.TableProps {
	t := table(ctx, "staff.verify.problems", "place", "problem", "entry")
	for _, p := range report.Problems {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: strconv.FormatInt(p.Seq, 10)}, {Text: i18n.T(ctx, p.Kind.Describe())}, {Text: orDash(p.EntryID)},
		}})
	}
	return t
}

func reportTerms(ctx context.Context, report audit.Report) []ui.Term {
	words := i18n.From(ctx)
	return []ui.Term{
		{Label: words.T("staff.verify.entries"), Value: words.Number(report.Entries)},
		{Label: words.T("staff.verify.sealed"), Value: words.Number(report.Sealed)},
		{Label: words.T("staff.verify.heads"), Value: words.Number(report.Heads)},
		{Label: words.T("staff.verify.erased"), Value: words.Number(report.Erased)},
	}
}

// ratio writes a contrast as the reader writes numbers: "5,6 : 1".
func ratio(ctx context.Context, value float64) string {
	return i18n.From(ctx).Decimal(value, 1) + " : 1"
}
