package app

import (
	"context"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/retention"
	"github.com/torg-no/torg/internal/staff"
)

// wireRetention tells the rules of retention where what lies.
func (a *App) wireRetention() (err error) {
	a.Retention, err = retention.NewService(retention.Deps{
		DB: a.DB, Log: a.Log, Access: a.Access, Identity: a.Identity, Cases: a.Cases, Forms: a.Forms, Notify: a.Notify, Contacts: a.Contacts,
		Blobs: a.Blobs, Keys: a.Keys, Bundle: a.Bundle, SiteURL: a.SiteURL,
		Holdings: a.holdings(), Forgetters: a.forgetters(), Holders: []retention.Holder{a.appealOpen, a.noticeRunning, a.Nursing.Holds}, Sources: []retention.Source{noticeCopies{a}, areaSource{a.Around}}, Appeals: a.appealCopies, Roles: a.Roles,
	})
	if err != nil {
		return err
	}
	a.Retention.Jobs(a.Registry)
	return nil
}

// furtherAdmin are the parts of the administration that package staff does not
// serve itself.
func furtherAdmin() []staff.Further {
	return []staff.Further{{Section: staff.Section{Key: "retention", Icon: "calendar"}, Needs: retention.PermReport}}
}

// caseThread begins the threads of messages that belong to a case.
const caseThread = "case:"

// holdings are what is kept beside the cases.
func (a *App) holdings() []retention.Holding {
	return []retention.Holding{
		{Kind: "draft", Due: a.Forms.Untouched, End: a.Applications.ForgetDraft},
		{Kind: "upload", Due: a.Blobs.UploadsBefore, End: a.Blobs.ForgetUpload},
		{Kind: "session", Due: a.Identity.SessionsBefore, End: a.Identity.ForgetSession},
		{Kind: "contact", Due: contact.FetchedBefore, End: contact.Erase},
		{Kind: "area", Due: a.Around.AreasBefore, End: a.Around.ForgetArea},
		{Kind: "notice", Due: a.Neighbours.Untouched, End: a.Neighbours.End},
		{
			Kind: "message", End: a.Notify.ForgetMessage,
			Due: func(ctx context.Context, tx *store.Tx, before store.Time, after string, limit int) ([]string, error) {
				return a.Notify.MessagesBefore(ctx, tx, before, caseThread, after, limit)
			},
		},
	}
}

// forgetters are the parts that the packages have in anonymising a case: what can
// be much first, since it is taken a piece at a time.
func (a *App) forgetters() []retention.Forgetter {
	return []retention.Forgetter{
		func(ctx context.Context, tx *store.Tx, c cases.Case, limit int) (int, error) {
			return a.Blobs.RemoveSome(ctx, tx, blob.Owner{Type: "case", ID: c.ID}, limit)
		},
		func(ctx context.Context, tx *store.Tx, c cases.Case, limit int) (int, error) {
			return a.Notify.Forget(ctx, tx, caseThread+c.ID, limit)
		},
		func(ctx context.Context, tx *store.Tx, c cases.Case, limit int) (int, error) {
			return audit.EraseCase(ctx, tx, c.ID, limit)
		},
		retention.Once(func(ctx context.Context, tx *store.Tx, c cases.Case) error {
			nobody := cases.Nobody(c.ID)
			for _, forget := range []func(context.Context, *store.Tx, string, string) error{
				a.Deadlines.Forget, a.Appeals.Forget, a.Neighbours.Forget, a.Kindergarten.Forget, a.School.Forget, a.Nursing.Forget, a.Building.Forget, a.Conference.Forget, a.Around.Forget,
			} {
				if err := forget(ctx, tx, c.ID, nobody); err != nil {
					return err
				}
			}
			if err := a.Casework.Forget(ctx, tx, c.ID); err != nil {
				return err
			}
			return a.Applications.Forget(ctx, tx, c.ID, c.Submission, nobody)
		}),
	}
}

// appealOpen holds a case as long as its appeal is not settled, or the clock for
// preparing it runs or stands.
func (a *App) appealOpen(ctx context.Context, tx *store.Tx, c cases.Case) (bool, error) {
	if unsettled, err := a.Appeals.Unsettled(ctx, tx, c.ID); err != nil || unsettled {
		return unsettled, err
	}
	for _, rule := range []string{"appeal.prepare", "appeal.prepare_building"} {
		if _, open, err := a.Deadlines.Open(ctx, tx, c.ID, rule); err != nil || open {
			return open, err
		}
	}
	return false, nil
}

// appealCopies are a person's appeals in a case for the copy of her data, in the
// words of its reader.
func (a *App) appealCopies(ctx context.Context, tx *store.Tx, caseID, person string) ([]retention.AppealCopy, error) {
	list, err := a.Appeals.OfPerson(ctx, tx, caseID, person)
	var all []retention.AppealCopy
	for _, one := range list {
		copied := retention.AppealCopy{
			At: one.LodgedAt.UTC().Format(time.RFC3339), By: one.LodgedByName, Status: i18n.T(ctx, "appeals.state."+string(one.State)),
			Wants: one.Texts.Wants, Why: one.Texts.Why, Late: one.Texts.Late, LateOK: one.Texts.LateAnswer,
			Body: one.Body, Statement: one.Texts.Statement, Answer: one.Texts.Answer,
		}
		if one.Answer != "" {
			copied.Outcome = i18n.T(ctx, "appeals.answer."+string(one.Answer))
		}
		all = append(all, copied)
	}
	return all, err
}

// RunRetention lets the rules work in one municipality now, or only tells what
// they would do.
func (a *App) RunRetention(ctx context.Context, name string, dry bool) ([]retention.Tally, error) {
	t, ok := a.Directory.BySlugOrNumber(name)
	if !ok {
		return nil, errs.NotFound("app.tenant.unknown", "name", name)
	}
	ctx, err := a.asOperator(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	if dry {
		return a.Retention.DryRun(ctx)
	}
	return a.Retention.Run(ctx, "")
}
