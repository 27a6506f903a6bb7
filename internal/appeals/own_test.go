package appeals_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/appeals"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	lodging    = "appeal.lodge"
	contesting = "appeal.contest"
	posting    = "notice.post"
	answering  = "administration.provisional_answer"
)

func (w *world) other() context.Context { return w.As(torgoy, demo.CoParent) }

func (w *world) otherID() string { return identity.From(w.other()).PersonID }

// stands expects a clock's state and last day; no state is no clock.
func (w *world) stands(c cases.Case, rule, party string, state deadline.State, falls string) {
	w.Helper()
	t := w.clockFor(c, rule, party)
	if t.State != state || state != "" && t.Falls().String() != falls {
		w.Errorf("%s of %q: %v, want %s %s", rule, party, t, state, falls)
	}
}

// last is the last day of a party's limit as her page tells it; "" when it has not begun.
func (w *world) last(ctx context.Context, c cases.Case) string {
	w.Helper()
	mine, err := w.App.Appeals.Mine(ctx, c.ID)
	w.must(err)
	return mine.Limit.Last.String()
}

// sees reports whether the mother can open a document of the case.
func (w *world) sees(c cases.Case, document string) bool {
	w.Helper()
	v, err := w.App.Cases.View(w.mother(), c.ID)
	w.must(err)
	return slices.ContainsFunc(v.Documents, func(d blob.Document) bool { return d.ID == document })
}

// posted marks the mother's letter of a kind as posted.
func (w *world) posted(c cases.Case, kind string) notify.Step {
	w.Helper()
	_, step := w.letter(c, kind)
	w.must(w.App.Notify.Posted(w.worker(), step.ID))
	w.Settle()
	return step
}

// A letter that lies in the print room tells nobody anything: the party's limit does
// not run, the municipality has not answered, and the staff are warned. The other
// parent, who was told on her page, has her own limit meanwhile.
func TestLimit_beginsWhenTheLetterIsPosted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00") // a Monday
		w.onPaper()
		c := w.refused()
		w.stands(c, lodging, c.Applicant, "", "")
		w.stands(c, lodging, w.otherID(), deadline.Running, "2026-12-14")
		w.stands(c, answering, "", deadline.Running, "2026-12-23")
		w.stands(c, posting, c.Applicant, deadline.Running, "2026-11-25")
		w.stands(c, posting, w.otherID(), "", "")
		if got := w.last(w.mother(), c); got != "" {
			t.Errorf("her limit runs until %s", got)
		}
		w.visitor(demo.CaseWorker).Get("/work/cases/"+c.ID).Has(w.nb("appeals.unposted.title"), "23. november 2026")
		w.at("2026-12-21 12:00") // no provisional answer where the case is decided
		w.Settle()
		if w.told(c, "deadline.staff") == 0 || w.told(c, "deadline.provisional_answer") != 0 {
			t.Errorf("the staff are warned %d times, the party told to wait %d times", w.told(c, "deadline.staff"), w.told(c, "deadline.provisional_answer"))
		}
		w.posted(c, "case.decided")
		w.stands(c, answering, "", deadline.Met, "2026-12-23")
		if post := w.clockFor(c, posting, c.Applicant); post.EndedOn.IsZero() {
			t.Errorf("the letter is posted: %v", post)
		}
		// Five working days in the post, over Christmas, and then three weeks.
		w.stands(c, lodging, c.Applicant, deadline.Running, "2027-01-19")
		if got := w.last(w.mother(), c); got != "2027-01-19" {
			t.Errorf("her last day is %s", got)
		}
		p := w.visitor(demo.CaseWorker).Get("/work/cases/"+c.ID+"/appeal").Has("19. januar 2027", "14. desember 2026")
		if strings.Contains(p.Text(), w.nb("appeals.unposted.title")) {
			t.Error("the warning stands")
		}
	})
}

// A letter that comes back has told her nothing, also when the limit was over by then:
// a new one runs from when the next way has reached her, and a copy in the post gives no
// third.
func TestLimit_beginsAnewWhenTheLetterComesBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		w.onPaper()
		c := w.refused()
		step := w.posted(c, "case.decided")
		w.stands(c, lodging, c.Applicant, deadline.Running, "2026-12-21")
		w.at("2027-01-04 12:00")
		w.Settle()
		w.stands(c, lodging, c.Applicant, deadline.PassedBy, "2026-12-21")
		w.must(w.App.Notify.Back(w.worker(), step.ID, notify.BackMoved)) // an e-mail goes instead
		w.Settle()
		w.stands(c, lodging, c.Applicant, deadline.Running, "2027-01-25")
		if mine, err := w.App.Appeals.Mine(w.mother(), c.ID); err != nil || mine.Standing() != appeals.InTime || mine.Limit.Last.String() != "2027-01-25" {
			t.Errorf("%s until %s, %v", mine.Standing(), mine.Limit.Last, err)
		}
		if n := w.count(`select count(*) from deadlines where tenant_id = $1 and case_id = $2 and rule = $3 and party_id = $4 and state = 'cancelled'`, c.ID, lodging, c.Applicant); n != 1 {
			t.Errorf("%d limits fell away", n)
		}
		w.must(w.App.Notify.Again(w.worker(), step.ID))
		w.stands(c, posting, c.Applicant, deadline.Running, "2027-01-06")
		list, err := w.App.Notify.Printouts(w.worker(), "")
		w.must(err)
		i := slices.IndexFunc(list, func(p notify.Printout) bool {
			return p.Thread == "case:"+c.ID && p.Kind == "case.decided" && p.Person == c.Applicant
		})
		if i < 0 {
			t.Fatal("it is not printed again")
		}
		w.must(w.App.Notify.Posted(w.worker(), list[i].ID))
		w.stands(c, posting, c.Applicant, deadline.Met, "2027-01-06")
		w.stands(c, lodging, c.Applicant, deadline.Running, "2027-01-25")
	})
}

// After one parent's appeal the other can ask for the reasons, and it is her limit that
// stands (forvaltningsloven § 29 fourth paragraph).
func TestReasons_ofOnePartyAreNothingToTheOther(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		c := w.granted()
		w.lodged(c)
		w.stands(c, lodging, c.Applicant, deadline.Met, "2026-12-14")
		w.stands(c, lodging, w.otherID(), deadline.Running, "2026-12-14")
		w.must(w.App.Appeals.AskReasons(w.other(), c.ID))
		w.stands(c, lodging, w.otherID(), deadline.Stopped, "2026-12-14")
		mine, err := w.App.Appeals.Mine(w.other(), c.ID)
		w.must(err)
		if !mine.Limit.Stands || !mine.ReasonsAsked || mine.Appeal != nil {
			t.Errorf("%+v", mine)
		}
		w.conflict(w.App.Appeals.AskReasons(w.mother(), c.ID), "appeals.not_now.reasons")
		name := identity.From(w.other()).Name
		w.visitor(demo.CaseWorker).Get("/work/cases/" + c.ID).Has(w.nb("appeals.panel.reasons_asked", "name", name))
		text := w.visitor(demo.CoParent).Get("/my/cases/" + c.ID).Text()
		if strings.Contains(text, "klagen din") || !strings.Contains(text, w.nb("appeals.limit.stands")) {
			t.Errorf("the other parent reads: %s", text)
		}
		w.at("2027-01-20 12:00")
		w.must(w.App.Appeals.GiveReasons(w.worker(), c.ID, "Plassene ble gitt etter alder."))
		w.Settle()
		w.stands(c, lodging, w.otherID(), deadline.Running, "2027-02-10")
		w.stands(c, lodging, c.Applicant, deadline.Met, "2026-12-14")
	})
}

// Who reads the decision on her page and asks for its reasons before her letter is
// posted waits for them, and then has three weeks.
func TestReasons_askedBeforeTheLetterIsPosted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		w.onPaper()
		c := w.granted()
		w.must(w.App.Appeals.AskReasons(w.mother(), c.ID))
		w.posted(c, "case.decided")
		if got := w.clockFor(c, lodging, c.Applicant); got.State != deadline.Stopped {
			t.Errorf("%v", got)
		}
		w.must(w.App.Appeals.GiveReasons(w.worker(), c.ID, "Plassene ble gitt etter alder."))
		w.Settle()
		if got := w.clockFor(c, lodging, c.Applicant); got.State != deadline.Stopped {
			t.Errorf("the reasons lie in the print room: %v", got)
		}
		w.posted(c, "appeal.reasons_given")
		w.stands(c, lodging, c.Applicant, deadline.Running, "2026-12-21")
	})
}

// A case that was decided with an earlier release has one clock for all parties: who
// does something gets one of her own, and the others keep what they had.
func TestLimit_ofEarlierReleasesIsSplit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		c := w.granted()
		other := w.otherID()
		w.must(w.App.DB.Write(w.system(), func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Exec(ctx, `delete from deadlines where tenant_id = $1 and case_id = $2 and rule = $3 and party_id = $4`, tx.Tenant, c.ID, lodging, other); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `update deadlines set party_id = '', rule_version = 1 where tenant_id = $1 and case_id = $2 and rule = $3`, tx.Tenant, c.ID, lodging)
			return err
		}))
		w.lodged(c)
		w.stands(c, lodging, c.Applicant, deadline.Met, "2026-12-14")
		w.stands(c, lodging, "", deadline.Running, "2026-12-14")
		w.must(w.App.Appeals.AskReasons(w.other(), c.ID))
		w.stands(c, lodging, w.otherID(), deadline.Stopped, "2026-12-14")
		if got := w.last(w.other(), c); got != "2026-12-14" {
			t.Errorf("her last day was %s", got)
		}
	})
}

func (w *world) rejected(c cases.Case) appeals.Appeal {
	w.Helper()
	a := w.lodged(c)
	a, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Reject, Statement: "Klageren er ikke part i saken."})
	w.must(err)
	w.Settle()
	return w.view(a.ID).Appeal
}

// contested is an appeal against the rejection of another.
func (w *world) contested(c cases.Case) (first, second appeals.Appeal) {
	w.Helper()
	first = w.rejected(c)
	second, err := w.App.Appeals.Lodge(w.mother(), c.ID, appeals.New{Wants: "Klagen skal behandles.", Why: "Jeg er part.", Key: "again"})
	w.must(err)
	w.Settle()
	return first, second
}

// A rejection is a decision that can be appealed against (forvaltningsloven §§ 2 and
// 28), with a limit of its own for whoever was rejected.
func TestContest_hasItsOwnLimit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		c := w.refused()
		w.at("2026-12-10 12:00")
		first := w.rejected(c)
		w.stands(c, contesting, c.Applicant, deadline.Running, "2026-12-31")
		w.stands(c, contesting, w.otherID(), "", "")
		v := w.visitor(demo.Mother)
		v.Get("/my/cases/"+c.ID).Has(w.nb("appeals.contest.title"), "31. desember 2026")
		p := v.Get(myAppeal(c)).Must(http.StatusOK).Has(w.nb("appeals.contest.title"))
		v.Submit(p, myAppeal(c), apptest.Set("wants", "Klagen skal behandles.", "why", "Jeg er part.")).Must(http.StatusOK).Has(w.nb("appeals.flash.lodged"))
		w.Settle()
		mine, err := w.App.Appeals.Mine(w.mother(), c.ID)
		w.must(err)
		if mine.Appeal == nil || mine.Appeal.Against != first.ID || mine.Rejected != nil || mine.Appeal.LimitOn.String() != "2026-12-31" {
			t.Fatalf("%+v", mine.Appeal)
		}
		w.stands(c, contesting, c.Applicant, deadline.Met, "2026-12-31")
		if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.Running {
			t.Errorf("the preparation: %v", prepare)
		}
		_, err = w.App.Appeals.Lodge(w.mother(), c.ID, appeal("a third"))
		w.conflict(err, "appeals.already")
		w.visitor(demo.CaseWorker).Get("/work/appeals/"+mine.Appeal.ID).Has(w.nb("appeals.verdict.change_contest"), "Avvisningen 10. desember 2026")
		if w.entries(c, appeals.EntryContested) != 1 {
			t.Error("the journal does not tell it")
		}
	})
}

func TestContest_lateOrOnPaper(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.at("2026-11-23 12:00")
		c := w.refused()
		first := w.rejected(c)
		w.at("2026-12-20 12:00")
		_, err := w.App.Appeals.Lodge(w.mother(), c.ID, appeal("late"))
		w.wrong(err, "late")
		_, err = w.App.Appeals.Register(w.worker(), c.ID, appeals.New{Wants: "Behandle den", SentOn: clock.NewDate(2026, 11, 22)})
		w.wrong(err, "sent_on")
		a, err := w.App.Appeals.Register(w.worker(), c.ID, appeals.New{Wants: "Behandle den", SentOn: clock.NewDate(2026, 12, 14)})
		w.must(err)
		if a.Against != first.ID || a.Late {
			t.Errorf("%+v", a)
		}
	})
}

// The municipality can set its own rejection aside: the first appeal is considered.
func TestContest_setAside(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		first, second := w.contested(c)
		second, err := w.App.Appeals.Prepare(w.worker(), second.ID, second.Version, appeals.Preparation{Verdict: appeals.Change, Statement: "Hun er part likevel."})
		w.must(err)
		w.Settle()
		first = w.view(first.ID).Appeal
		if second.State != appeals.Changed || first.State != appeals.Received || w.read(c.ID).Status != cases.Decided {
			t.Fatalf("%s, %s, the case is %s", second.State, first.State, w.read(c.ID).Status)
		}
		if w.told(c, "appeal.revived") == 0 || w.entries(c, appeals.EntryRevived) != 1 {
			t.Error("nobody is told")
		}
		if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.Running {
			t.Errorf("the preparation: %v", prepare)
		}
		first, err = w.App.Appeals.Prepare(w.worker(), first.ID, first.Version, appeals.Preparation{Verdict: appeals.Forward, Statement: "Kommunen holder fast ved vedtaket."})
		w.must(err)
		w.Settle()
		if a := w.handOver(w.view(first.ID).Appeal); a.State != appeals.Forwarded {
			t.Errorf("it is %s", a.State)
		}
	})
}

// It goes to the appeal body, which can tell the municipality to consider the appeal:
// the decision stands meanwhile.
func TestContest_isDecidedByTheAppealBody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		first, second := w.contested(c)
		second, err := w.App.Appeals.Prepare(w.worker(), second.ID, second.Version, appeals.Preparation{Verdict: appeals.Forward, Statement: "Kommunen holder fast ved avvisningen."})
		w.must(err)
		w.Settle()
		second = w.handOver(w.view(second.ID).Appeal)
		files := w.unzip(second)
		if text := pdfText(t, files); !strings.Contains(text, "avvisning") {
			t.Error("the letter does not say that it is about a rejection")
		}
		_, err = w.App.Appeals.RegisterAnswer(w.worker(), second.ID, second.Version, appeals.BodyAnswer{Answer: appeals.SentBack, On: clock.DateIn(w.Clock.Now())})
		w.must(err)
		w.Settle()
		if a := w.view(first.ID).Appeal; a.State != appeals.Received || w.read(c.ID).Status != cases.Decided {
			t.Errorf("the first is %s, the case %s", a.State, w.read(c.ID).Status)
		}
	})
}

// Making the package sends nothing: the clock runs until somebody has confirmed that it
// is handed over, and it can be prepared again until then.
func TestHandOver_onlyThenItIsSent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		a := w.ready(c)
		today := clock.DateIn(w.Clock.Now())
		if a.State != appeals.Ready || a.Package == "" || w.told(c, "appeal.forwarded") != 0 || w.told(c, "appeal.staff.ready") == 0 {
			t.Fatalf("%s, told %d, staff %d", a.State, w.told(c, "appeal.forwarded"), w.told(c, "appeal.staff.ready"))
		}
		if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.Running {
			t.Errorf("the preparation: %v", prepare)
		}
		if text := w.visitor(demo.Mother).Get("/my/cases/" + c.ID).Text(); strings.Contains(text, "er sendt til Kommunens klagenemnd") {
			t.Error("the party reads that it is sent")
		}
		_, err := w.App.Appeals.HandOver(w.worker(), a.ID, a.Version, appeals.Handed{On: today.AddDays(1), How: "pigeon"})
		w.wrong(err, "handed_on", "handed_how")
		_, err = w.App.Appeals.HandOver(w.mother(), a.ID, a.Version, appeals.Handed{On: today, How: appeals.ByPost})
		w.kind(err, errs.KindForbidden)
		_, err = w.App.Appeals.RegisterAnswer(w.worker(), a.ID, a.Version, appeals.BodyAnswer{Answer: appeals.Upheld, On: today})
		w.conflict(err, "appeals.not_now.answer")
		again, err := w.App.Appeals.Prepare(w.worker(), a.ID, a.Version, appeals.Preparation{Verdict: appeals.Forward, Statement: "Kommunen holder fast ved vedtaket, og legger til dette."})
		w.must(err)
		_, err = w.App.Appeals.HandOver(w.worker(), a.ID, again.Version, appeals.Handed{On: today, How: appeals.ByPost})
		w.conflict(err, "appeals.package_not_made")
		w.Settle()
		fresh := w.view(a.ID).Appeal
		if fresh.Package == a.Package || fresh.Package == "" {
			t.Error("the package is the old one")
		}
		sent := w.handOver(fresh)
		if sent.State != appeals.Forwarded || sent.HandedOn != today || sent.HandedHow != appeals.ByEFormidling || sent.HandedByName == "" {
			t.Errorf("%+v", sent)
		}
		if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.Met {
			t.Errorf("the preparation: %v", prepare)
		}
		_, err = w.App.Appeals.HandOver(w.worker(), a.ID, sent.Version, appeals.Handed{On: today, How: appeals.ByPost})
		w.conflict(err, "appeals.not_now.hand_over")
		if n := w.audited(c, "appeals.forwarded"); n != 1 || w.told(c, "appeal.forwarded") == 0 {
			t.Errorf("%d lines in the log, told %d", n, w.told(c, "appeal.forwarded"))
		}
	})
}

// In time or not, a party can take her appeal back as long as it is not sent.
func TestWithdraw_whatIsReady(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		a := w.ready(c)
		w.must(w.App.Appeals.Withdraw(w.mother(), c.ID))
		if got := w.view(a.ID).Appeal.State; got != appeals.Withdrawn {
			t.Errorf("it is %s", got)
		}
		if prepare := w.clockOf(c, "appeal.prepare"); prepare.State != deadline.Cancelled {
			t.Errorf("the preparation: %v", prepare)
		}
	})
}

// Outside building cases nobody is promised eight weeks (forvaltningsloven § 33), and
// the building rules are not cited.
func TestPrepare_promisesNoDayOutsideBuildingCases(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		w.lodged(c)
		prepare := w.clockOf(c, "appeal.prepare")
		if prepare.Rule.Version != 2 || strings.Contains(prepare.Rule.Paragraph, "SAK10") {
			t.Errorf("%+v", prepare.Rule)
		}
		if w.clockOf(c, "appeal.prepare_building").State != "" {
			t.Error("the limit of building cases runs")
		}
		date := w.App.Bundle.For("nb").Date(prepare.Falls())
		page := w.visitor(demo.Mother).Get("/my/cases/" + c.ID).Has("Loven setter ingen siste dag")
		if strings.Contains(page.Text(), "senest "+date) {
			t.Error("a day is promised")
		}
		w.visitor(demo.CaseWorker).Get("/work/cases/"+c.ID).Has("forvaltningsloven §§ 11 a og 33", "intern påminnelse")
	})
}
