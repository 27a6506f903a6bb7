package demo

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/casework"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// equip lets the heads write templates and checklists, and ask for a second person
// where the work wants it. All of it may be done twice.
func (w *worker) equip(ctx context.Context) error {
	for _, t := range []trade{kindergartens(), transports(), nursings(), buildings()} {
		as, err := w.asStaff(ctx, t.head)
		if err != nil {
			return err
		}
		if err := w.equipOne(as, t, w.tenant.Settings[t.head.setting()]); err != nil {
			return fmt.Errorf("templates of %s: %w", t.kind, err)
		}
	}
	return nil
}

func (w *worker) equipOne(ctx context.Context, t trade, department string) error {
	text := "demo.checklist." + t.kind
	if err := w.Casework.SaveChecklist(ctx, department, t.kind, 0, i18n.T(ctx, text)); err != nil && !errs.Is(err, errs.KindConflict) {
		return err
	}
	if t.fourEyes {
		if err := w.Cases.SetFourEyes(ctx, department, t.kind, true); err != nil {
			return err
		}
	}
	there, err := w.Casework.Templates(ctx, department)
	if err != nil {
		return err
	}
	for _, one := range there {
		if one.Kind == t.kind {
			return nil
		}
	}
	for _, part := range []string{cases.FieldReasons, cases.FieldQuestion} {
		made := casework.Template{Department: department, Kind: t.kind, Part: part, Name: i18n.T(ctx, "demo.template."+part+"_name"), Texts: i18n.Text{}}
		for _, lang := range i18n.Offered() {
			made.Texts[lang] = w.demo.options.Bundle.For(lang).T("demo.template." + part + "." + t.kind)
		}
		if _, err := w.Casework.SaveTemplate(ctx, made); err != nil {
			return err
		}
	}
	return nil
}
