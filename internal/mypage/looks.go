package mypage

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
)

// Look is somebody's look at the person's data, and in which case when it was in one
// she is a party to.
type Look struct {
	audit.LookEntry
	Case cases.Case
}

// Looks returns who else has looked at the person's data, the newest first: at what is
// hers, and at the cases she is a party to or that are about her, whoever applied
// (personvernforordningen article 15, pasient- og brukerrettighetsloven § 5-1).
func (s *Service) Looks(ctx context.Context) ([]Look, error) {
	me := identity.From(ctx).PersonID
	own, err := s.audit.LooksAt(ctx, me, shown)
	if err != nil {
		return nil, err
	}
	mine, inCases := map[string]cases.Case{}, []audit.LookEntry(nil)
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := s.cases.CasesOf(ctx, tx, me)
		if err != nil {
			return err
		}
		var ids []string
		for _, c := range list {
			if s.cases.CheckCase(ctx, cases.PermLog, c) == nil {
				mine[c.ID], ids = c, append(ids, c.ID)
			}
		}
		inCases, err = audit.LooksInCases(ctx, tx, me, ids, shown)
		return err
	})
	if err != nil {
		return nil, err
	}
	all := slices.Concat(own, inCases)
	if err := s.veil(ctx, all); err != nil {
		return nil, err
	}
	return together(all, mine), nil
}

// veil takes away who it was that has a protected address: what she did, and when,
// tells of her life, and the name may be new. The municipality's own stand by theirs.
func (s *Service) veil(ctx context.Context, lines []audit.LookEntry) error {
	me, residents := identity.From(ctx), map[string]bool{}
	for _, l := range lines {
		if l.ActorKind == string(identity.Resident) && l.ActorID != me.PersonID {
			residents[l.ActorID] = true
		}
	}
	people := slices.Sorted(maps.Keys(residents))
	return s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for some := range slices.Chunk(people, shown) {
			protected, err := s.identity.ProtectedIn(ctx, tx, some)
			if err != nil {
				return err
			}
			for i, l := range lines {
				if protected[l.ActorID] && residents[l.ActorID] {
					lines[i].ActorName = i18n.T(ctx, "mypage.protected")
				}
			}
		}
		return nil
	})
}

// together orders looks with the newest first, and leaves one of those that are one:
// a page that shows several people records each.
func together(looks []audit.LookEntry, mine map[string]cases.Case) []Look {
	slices.SortStableFunc(looks, func(a, b audit.LookEntry) int { return cmp.Compare(b.ID, a.ID) })
	type once struct {
		request string
		object  audit.Ref
	}
	ids, requests := map[string]bool{}, map[once]bool{}
	var list []Look
	for _, l := range looks {
		request := once{l.Request, l.Object}
		if ids[l.ID] || l.Request != "" && requests[request] || len(list) == shown {
			continue
		}
		ids[l.ID], requests[request] = true, true
		list = append(list, Look{LookEntry: l, Case: mine[caseOf(l)]})
	}
	return list
}

// caseOf is the case in which somebody looked; "" when it was in none.
func caseOf(l audit.LookEntry) string {
	if l.Object.Type == "case" {
		return l.Object.ID
	}
	return l.Case
}

// why says what a look was for, by what was looked at.
func (l Look) why(ctx context.Context, kinds *cases.Kinds) string {
	words := i18n.From(ctx)
	if kind, err := kinds.Get(l.Case.Kind); err == nil && l.Case.ID != "" {
		return words.T("mypage.looks.why.case", "kind", words.T(kind.Title))
	}
	switch l.Object.Type {
	case "case":
		return words.T("mypage.looks.why.other_case")
	case "letter", "inbox", "message", "submission", "person", "notice", "property":
		return words.T("mypage.looks.why." + l.Object.Type)
	}
	return words.T("mypage.looks.why.other")
}

// looksTable tells when, who, in which case and what for.
func looksTable(ctx context.Context, looks []Look, kinds *cases.Kinds) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("mypage.looks.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"cases.log.when", "cases.log.who", "cases.log.role", "mypage.looks.column.case", "mypage.looks.column.why"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T(key)})
	}
	for _, l := range looks {
		role := words.T("audit.actor." + l.ActorKind)
		if l.Role != "" {
			role = words.T("access.role." + l.Role)
		}
		in := ui.Cell{Text: words.T("mypage.looks.no_case")}
		if l.Case.ID != "" {
			in = ui.Cell{Text: l.Case.Label(), Href: "/my/cases/" + l.Case.ID}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: words.DateTime(l.At.Time)}, {Text: l.ActorName}, {Text: role}, in, {Text: l.why(ctx, kinds)},
		}})
	}
	return t
}
