package mypage

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
)

// OwnDocument is a document of one of the person's cases.
type OwnDocument struct {
	Case     cases.Case
	Document blob.Document
	// Withheld says that it may tell where somebody else in the case lives: it is named,
	// and not opened.
	Withheld bool
}

// Documents returns the documents of the person's cases, the newest first.
func (s *Service) Documents(ctx context.Context) ([]OwnDocument, error) {
	mine, err := s.cases.Mine(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return nil, err
	}
	var list []OwnDocument
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list = nil
		for _, c := range mine {
			if s.cases.CheckCase(ctx, cases.PermRead, c) != nil {
				continue
			}
			found, err := s.cases.DocumentsIn(ctx, tx, c.ID)
			if err != nil {
				return err
			}
			handout, err := s.cases.HandoutTo(ctx, tx, c)
			if err != nil {
				return err
			}
			for _, d := range found {
				list = append(list, OwnDocument{Case: c, Document: d, Withheld: handout.Document(d.ID)})
			}
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b OwnDocument) int { return b.Document.CreatedAt.Compare(a.Document.CreatedAt) })
	return list[:min(len(list), shown)], err
}

// opens reports whether a document can be opened as far as its check has come.
func opens(d blob.Document) bool {
	return d.Scan == blob.Clean || d.Scan == blob.Unscanned
}

func documentsTable(ctx context.Context, list []OwnDocument, kinds *cases.Kinds) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("mypage.documents.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"name", "case", "kind", "date"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("mypage.documents.column." + key)})
	}
	for _, o := range list {
		name := ui.Cell{Text: o.Document.Name, Note: words.Bytes(o.Document.Size)}
		if o.Withheld {
			name.Note += ". " + words.T("cases.withheld")
		} else if opens(o.Document) {
			name.Href = "/my/cases/" + o.Case.ID + "/documents/" + o.Document.ID
		}
		for _, n := range o.Document.Notices(false) {
			name.Note += ". " + words.T(n.Key)
		}
		title := ""
		if kind, err := kinds.Get(o.Case.Kind); err == nil {
			title = words.T(kind.Title)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			name, {Text: o.Case.Label(), Href: "/my/cases/" + o.Case.ID}, {Text: title}, {Text: words.Date(clock.DateIn(o.Document.CreatedAt))},
		}})
	}
	return t
}
