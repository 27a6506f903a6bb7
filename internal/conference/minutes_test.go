package conference_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

const drawing = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

// held is a request whose conference was called and held, a day ago.
func held(t *testing.T, h *apptest.Harness) cases.Case {
	t.Helper()
	c, err := h.App.Conference.Call(h.As(0, demo.Planner), which(handled(t, h, request())), toMeet(h, 1))
	if err != nil {
		t.Fatal(err)
	}
	h.Advance(48 * time.Hour)
	if c, err = h.App.Conference.Hold(h.As(0, demo.Planner), which(c), conference.Held{Date: today(h, -1), Time: "10.00"}); err != nil {
		t.Fatal(err)
	}
	return c
}

// put takes a drawing in, as the page does.
func put(ctx context.Context, t *testing.T, h *apptest.Harness, name string) blob.Stored {
	t.Helper()
	stored, err := h.App.Blobs.Put(ctx, strings.NewReader(drawing), blob.PutOptions{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// pdfText is what poppler reads out of a PDF.
func pdfText(t *testing.T, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "referat.pdf")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// papers are the documents of a journal's line with the minutes, with their content.
func papers(ctx context.Context, t *testing.T, h *apptest.Harness, c cases.Case) (names []string, contents [][]byte) {
	t.Helper()
	v, err := h.App.Cases.View(ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(v.Entries, func(e cases.Entry) bool { return e.Kind == conference.EntryMinutes })
	if i < 0 {
		t.Fatal("the journal has no minutes")
	}
	for _, id := range v.Entries[i].Documents {
		file, d, err := h.App.Cases.OpenDocument(ctx, c.ID, id)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(file)
		if err := file.Close(); err != nil {
			t.Error(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		names, contents = append(names, d.Name), append(contents, content)
	}
	return names, contents
}

func TestConclude_keepsALetterAndWhatIsEnclosed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner, mother := h.As(0, demo.Planner), h.As(0, demo.Mother)
		c := held(t, h)
		m := minutes()
		m.Further, m.Files = "Avstanden måles. 📐", []blob.Stored{put(planner, t, h, "Fasade.pdf"), put(planner, t, h, "Snitt.pdf")}
		c, err := h.App.Conference.Conclude(planner, which(c), m)
		if err != nil {
			t.Fatal(err)
		}
		number := strings.ReplaceAll(c.Label(), "/", "-")
		for name, reader := range map[string]context.Context{"the applicant": mother, "the case worker": planner} {
			names, contents := papers(reader, t, h, c)
			if !slices.Equal(names, []string{"referat-" + number + ".pdf", "Fasade.pdf", "Snitt.pdf"}) {
				t.Fatalf("%s reads %v", name, names)
			}
			text := pdfText(t, contents[0])
			for _, want := range []string{
				"Referat fra forhåndskonferanse", c.Label(), "§ 21-1", c.ApplicantName, "Fyrlia 4", "12/34", "kl. 10.00", "Rådhuset, møterom 2", "Tone Strand, arkitekt",
				"Planen tillater to etasjer.", "Mønet blir under åtte meter.", "Avstanden måles.", "Fasade.pdf", "ikke et vedtak", identity.From(planner).Name,
			} {
				if !strings.Contains(text, want) {
					t.Errorf("the letter lacks %q:\n%s", want, text)
				}
			}
			if !bytes.Contains(contents[0], []byte("pdfaid")) {
				t.Error("it is no PDF/A")
			}
			if string(contents[1]) != drawing {
				t.Errorf("the drawing is %.20q", contents[1])
			}
		}
		if _, err := h.App.Cases.View(h.As(0, demo.Apart), c.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a stranger: %v", err)
		}
	})
}

// The message leads to the page; on paper it is the letter itself, behind a page with the
// address of whoever gets it, which the letter does not tell.
func TestConclude_goesToThePartiesLikeOtherLetters(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner := h.As(0, demo.Planner)
		c, err := h.App.Conference.Conclude(planner, which(held(t, h)), minutes())
		if err != nil {
			t.Fatal(err)
		}
		items, err := h.App.Notify.List(identity.AsSystem(h.In("torgoy"), "test"), notify.Filter{PersonID: c.Applicant, Thread: "case:" + c.ID})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(items, func(i notify.Item) bool { return i.Kind == "case.conference_minutes" })
		if i < 0 {
			t.Fatal("nobody is told")
		}
		v, err := h.App.Cases.View(planner, c.ID)
		if err != nil || len(v.Documents) != 1 || items[i].Paper.Document != v.Documents[0].ID || items[i].Paper.Addressee != "" {
			t.Fatalf("on paper it is %+v of %d documents, %v", items[i].Paper, len(v.Documents), err)
		}
		if told := items[i].Text + strings.Join(items[i].Paper.Paragraphs, "\n"); strings.Contains(told, "Mønet") {
			t.Errorf("the message tells what stands in the case:\n%s", told)
		}
		mother, err := h.App.Identity.Person(h.As(0, demo.Mother), c.Applicant)
		if err != nil {
			t.Fatal(err)
		}
		_, contents := papers(planner, t, h, c)
		address, known := mother.VisibleAddress(identity.Actor{Kind: identity.System})
		if home := strings.Join(address.Lines, " "); !known || strings.Contains(pdfText(t, contents[0]), home) {
			t.Errorf("the letter tells where she lives (%q)", home)
		}
	})
}

// The page takes files; one form that is refused keeps what was typed, and says that the
// files must be chosen again.
func TestConclude_onThePageWithFiles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := held(t, h)
		staff := h.Visitor("torgoy").As(demo.Planner)
		at := "/work/cases/" + c.ID + "/conference"
		page := staff.Get(at).Must(http.StatusOK)
		wrong := staff.Submit(page, at, apptest.Set("participants", "Kari Nordmann").Attach("files", "Fasade.pdf", []byte(drawing)))
		wrong.Must(http.StatusUnprocessableEntity).Has("Skriv hva dere gikk gjennom.", "Velg filene på nytt.", "Kari Nordmann")
		done := staff.Submit(wrong, at, apptest.Set("topics", "Planen.", "premises", "Ingen.").Attach("files", "Fasade.pdf", []byte(drawing)))
		done.Must(http.StatusOK).Has("Referatet er sendt", "Fasade.pdf", "referat-")
		h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/"+c.ID).Must(http.StatusOK).Has("Fasade.pdf", "referat-", "Planen.")
		staff.Get(at).Must(http.StatusOK).Has("Fasade.pdf", "Saken er avsluttet.")
	})
}

// What was typed is not lost when the case has changed meanwhile.
func TestPage_keepsWhatWasTypedWhenTheCaseHasChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := held(t, h)
		staff := h.Visitor("torgoy").As(demo.Planner)
		at := "/work/cases/" + c.ID + "/conference"
		page := staff.Get(at).Must(http.StatusOK)
		if _, err := h.App.Cases.Note(h.As(0, demo.Planner), c.ID, "En merknad."); err != nil {
			t.Fatal(err)
		}
		typed := map[string][]string{"participants": {"Kari"}, "topics": {"Lang tekst om planen."}, "premises": {"Ingen."}, "do": {"conclude"}}
		post := func(page *apptest.Page) *apptest.Page {
			t.Helper()
			typed["version"], typed["once"] = []string{page.Value("version")}, []string{"k" + page.Value("version")}
			return staff.Post(at, typed)
		}
		again := post(page).Must(http.StatusConflict).Has("Lang tekst om planen.", h.App.Bundle.For(i18n.NB).T("errs.conflict"))
		post(again).Must(http.StatusOK).Has("Referatet er sendt")
	})
}

// A day that was noted wrongly is set right until the minutes are written, and the clock
// with it.
func TestHold_setsAWrongDayRight(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner := h.As(0, demo.Planner)
		c := held(t, h)
		first, err := h.App.Conference.Hold(planner, which(c), conference.Held{Date: today(h, -2), Time: "11.00"})
		if err != nil {
			t.Fatal(err)
		}
		if timer := only(t, h, c.ID); timer.State != deadline.Met || timer.EndedOn.String() != today(h, -2) {
			t.Errorf("the clock is %s, ended %s", timer.State, timer.EndedOn)
		}
		old := which(c)
		old.Key = "press"
		if _, err := h.App.Conference.Hold(planner, old, conference.Held{Date: today(h, -1), Time: "12.00"}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("over an old version: %v", err)
		}
		// It was held after the last day: everything follows that would have followed.
		h.Advance(20 * 24 * time.Hour)
		planner = h.As(0, demo.Planner)
		first = see(planner, t, h, first.ID)
		late, err := h.App.Conference.Hold(planner, which(first), conference.Held{Date: today(h, -1), Time: "10.00"})
		if err != nil {
			t.Fatal(err)
		}
		if timer := only(t, h, c.ID); timer.State != deadline.PassedBy || timer.EndedOn.String() != today(h, -1) || timer.Fired == 0 {
			t.Errorf("the clock is %s, ended %s", timer.State, timer.EndedOn)
		}
		// And it was not, after all.
		last, err := h.App.Conference.Hold(planner, which(late), conference.Held{Date: today(h, -20), Time: "10.00"})
		if err != nil {
			t.Fatal(err)
		}
		if timer := only(t, h, c.ID); timer.State != deadline.Met || timer.EndedOn.String() != today(h, -20) {
			t.Errorf("the clock is %s, ended %s", timer.State, timer.EndedOn)
		}
		v, err := h.App.Cases.View(h.As(0, demo.Mother), c.ID)
		n := 0
		for _, e := range v.Entries {
			if e.Kind == conference.EntryHeldAgain {
				n++
			}
		}
		if err != nil || n != 3 {
			t.Errorf("the journal tells of %d corrections, %v", n, err)
		}
		if _, err := h.App.Conference.Conclude(planner, which(last), minutes()); err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Conference.Hold(planner, which(see(planner, t, h, c.ID)), conference.Held{Date: today(h, -1), Time: "9.00"}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("after the minutes: %v", err)
		}
	})
}

// Held on its last day and written down after it, a conference was held in time.
func TestHold_onTheLastDayIsInTimeWheneverItIsNoted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := handled(t, h, request())
		last := only(t, h, c.ID).Falls()
		h.Advance(17 * 24 * time.Hour)
		if !clock.DateIn(h.Clock.Now()).After(last) {
			t.Fatal("the last day is not over")
		}
		planner := h.As(0, demo.Planner)
		if _, err := h.App.Conference.Hold(planner, which(see(planner, t, h, c.ID)), conference.Held{Date: last.String(), Time: "14.00"}); err != nil {
			t.Fatal(err)
		}
		if timer := only(t, h, c.ID); timer.State != deadline.Met || timer.EndedOn != last {
			t.Errorf("the clock is %s, ended %s", timer.State, timer.EndedOn)
		}
	})
}

// The panel leads to the page for those who may act there, and to nothing when it is over.
func TestPanel_leadsThoseWhoMayAct(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := held(t, h)
		link := `href="/work/cases/` + c.ID + `/conference"`
		staff := h.Visitor("torgoy").As(demo.Planner)
		staff.Get("/work/cases/" + c.ID).Must(http.StatusOK).Has(h.App.Bundle.For(i18n.NB).T("conference.work.open"))
		if _, err := h.App.Conference.Conclude(h.As(0, demo.Planner), which(c), minutes()); err != nil {
			t.Fatal(err)
		}
		page := staff.Get("/work/cases/" + c.ID).Must(http.StatusOK)
		lacks(t, page, link)
		if n := strings.Count(page.Text(), "Mønet blir under åtte meter."); n != 1 {
			t.Errorf("the minutes stand %d times on the page", n)
		}
	})
}

func write(t *testing.T, h *apptest.Harness, do func(ctx context.Context, tx *store.Tx) error) {
	t.Helper()
	if err := h.App.DB.Write(identity.AsSystem(h.In("torgoy"), "test"), do); err != nil {
		t.Fatal(err)
	}
}
