package casework_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/casework"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// alike is a text in every language.
func alike(text string) i18n.Text { return i18n.Text{i18n.NB: text, i18n.NN: text, i18n.EN: text} }

// structure is the text of a letter in reading order, as a screen reader has it.
func structure(t *testing.T, content []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdfinfo")
	if err != nil {
		t.Fatal("pdfinfo is missing: install poppler-utils")
	}
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.CommandContext(t.Context(), tool, "-struct-text", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// inOrder fails unless the texts stand in the letter in the order given.
func inOrder(t *testing.T, letter string, texts ...string) {
	t.Helper()
	at := 0
	for _, text := range texts {
		next := strings.Index(letter[at:], text)
		if next < 0 {
			t.Fatalf("%q does not stand after %q: %s", text, texts, letter)
		}
		at += next + len(text)
	}
}

// moved lays a letter out with the reasons first and three texts.
func moved(c cases.Case) casework.Letter {
	return casework.Letter{Kind: c.Kind, Department: c.Department, Blocks: []casework.Block{
		{Locked: cases.BlockReasons},
		{Heading: alike("Om {child}"), Text: alike("Saken har nummer {number}.\n\nHilsen {department}.")},
		{Locked: cases.BlockDecision},
		{Locked: cases.BlockAppeal},
		{Locked: cases.BlockAnswer},
		{Locked: cases.BlockBasis},
		{When: cases.OutcomeGranted, Heading: alike("Oppstart"), Text: alike("Velkommen til {kindergarten}.")},
		{When: cases.OutcomeRefused, Heading: alike("Venteliste"), Text: alike("Du står på ventelista.")},
	}}
}

func granting(ctx context.Context, t *testing.T, h *apptest.Harness) (d cases.Decision, unit string) {
	t.Helper()
	for _, u := range ok[[]kindergartenUnit](t)(units(ctx, h)) {
		if u.free {
			return cases.Decision{
				Outcome: cases.OutcomeGranted, LegalBasis: "barnehageloven §§ 16 og 17", Reasons: "Barnet har rett til plass og barnehagen er ønsket først.",
				Appeal: "Du kan klage innen tre uker.", Values: map[string]string{"kindergarten": u.id, "start": "2027-08-02"}, Version: cases.AnyVersion,
			}, u.name
		}
	}
	t.Fatal("no kindergarten has room")
	return d, ""
}

type kindergartenUnit struct {
	id, name string
	free     bool
}

func units(ctx context.Context, h *apptest.Harness) (list []kindergartenUnit, err error) {
	there, err := h.App.Kindergarten.Units(ctx)
	for _, u := range there {
		list = append(list, kindergartenUnit{u.ID, u.Name, u.Free() > 0 && !u.Closed})
	}
	return list, err
}

func refusing() cases.Decision {
	return cases.Decision{
		Outcome: cases.OutcomeRefused, LegalBasis: "barnehageloven § 16", Reasons: "Det er ikke ledig plass i kommunen nå.", Appeal: "Du kan klage innen tre uker.", Version: cases.AnyVersion,
	}
}

// TestLetters_areLaidOutAsWhenTheyWereDecided: the template in use when the decision
// is made lays its letter out, whatever becomes of the template before it is written.
func TestLetters_areLaidOutAsWhenTheyWereDecided(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head, worker := h.As(0, demo.Head), h.As(0, demo.CaseWorker)
		h.Settle()
		c := mine(t, h)
		saved := ok[casework.Letter](t)(h.App.Casework.SaveLetter(head, moved(c)))
		d, unit := granting(worker, t, h)
		c = ok[cases.Case](t)(h.App.Cases.Decide(worker, c.ID, c.Version, d))
		later := saved
		later.Blocks = append(slices.Clone(saved.Blocks[:1]), saved.Blocks[2:]...) // the letter is not written yet
		later = ok[casework.Letter](t)(h.App.Casework.SaveLetter(head, later))
		view := ok[cases.View](t)(h.App.Cases.View(worker, c.ID))
		words := h.App.Bundle.For(view.Case.Lang)
		title := func(key string) string { return words.T("cases.letter." + key) }
		letter := structure(t, apptest.Letter(worker, h, c))
		inOrder(t, letter, title("reasons"), d.Reasons, "Om "+c.SubjectName, "Saken har nummer "+c.Label()+".", title("decision"), unit, title("appeal_heading"), title("answer"), title("basis"),
			"Oppstart", "Velkommen til "+unit+".", title("closing"))
		if strings.Contains(letter, "Venteliste") || strings.Contains(letter, "{") {
			t.Errorf("the letter has what it should not: %s", letter)
		}

		// The next decision follows the new version, and the one after that the standard.
		c = mine(t, h)
		c = ok[cases.Case](t)(h.App.Cases.Decide(worker, c.ID, c.Version, refusing()))
		letter = structure(t, apptest.Letter(worker, h, c))
		if strings.Contains(letter, "Saken har nummer") || strings.Contains(letter, "Oppstart") || !strings.Contains(letter, "Du står på ventelista.") {
			t.Errorf("the second letter: %s", letter)
		}
		ok[casework.Letter](t)(h.App.Casework.RetireLetter(head, c.Kind, c.Department, later.Version))
		c = mine(t, h)
		c = ok[cases.Case](t)(h.App.Cases.Decide(worker, c.ID, c.Version, refusing()))
		words = h.App.Bundle.For(ok[cases.View](t)(h.App.Cases.View(worker, c.ID)).Case.Lang)
		letter = structure(t, apptest.Letter(worker, h, c))
		inOrder(t, letter, title("decision"), title("basis"), title("reasons"), title("appeal_heading"), title("closing"))
		if strings.Contains(letter, "ventelista") {
			t.Errorf("a template out of use is used: %s", letter)
		}
	})
}

// TestLetters_theDepartmentsGoesBeforeTheMunicipalitys, and either is for its kind only.
func TestLetters_theDepartmentsGoesBeforeTheMunicipalitys(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head, worker := h.As(0, demo.Head), h.As(0, demo.CaseWorker)
		h.Settle()
		c := mine(t, h)
		for _, department := range []string{"", c.Department} {
			l := moved(c)
			l.Department, l.Blocks[1].Heading = department, alike("Mal for «"+department+"»")
			ok[casework.Letter](t)(h.App.Casework.SaveLetter(head, l))
		}
		places := ok[[]casework.LetterPlace](t)(h.App.Casework.Letters(head, c.Department))
		if n := slices.IndexFunc(places, func(p casework.LetterPlace) bool {
			return p.Kind.Key == c.Kind && p.Letter.Version == 1 && p.Letter.Department == ""
		}); n < 0 {
			t.Errorf("the list has %+v", places)
		}
		editor := h.Visitor("torgoy").As(demo.CaseWorker)
		preview := editor.Get("/work/cases/" + c.ID + "/decision?outcome=refused").Must(http.StatusOK)
		preview.Has("Mal for «"+c.Department+"»", "Du står på ventelista.")
		ok[casework.Letter](t)(h.App.Casework.RetireLetter(head, c.Kind, c.Department, 1))
		places = ok[[]casework.LetterPlace](t)(h.App.Casework.Letters(head, c.Department))
		if n := slices.IndexFunc(places, func(p casework.LetterPlace) bool { return p.Kind.Key == c.Kind && p.Follows }); n < 0 {
			t.Errorf("nothing follows the municipality's: %+v", places)
		}
		c = ok[cases.Case](t)(h.App.Cases.Decide(worker, c.ID, c.Version, refusing()))
		if letter := structure(t, apptest.Letter(worker, h, c)); !strings.Contains(letter, "Mal for «»") {
			t.Errorf("not the municipality's: %s", letter)
		}
	})
}

// TestLetters_noDecisionIsMadeWithAPlaceholder: what is left open in the decision stands
// in the editor, and keeps the decision from being made until it is filled in.
func TestLetters_noDecisionIsMadeWithAPlaceholder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		h.Settle()
		worker := h.As(0, demo.Planner)
		page := ok[cases.Page](t)(h.App.Cases.List(worker, cases.Filter{Status: cases.Received, Kind: "building"}))
		if len(page.Cases) == 0 {
			t.Fatal("nobody has applied for a permit")
		}
		c := ok[cases.Case](t)(h.App.Cases.AssignToMe(worker, page.Cases[0].ID, page.Cases[0].Version))
		l := casework.Letter{Kind: c.Kind, Blocks: []casework.Block{
			{Locked: cases.BlockDecision},
			{When: cases.OutcomeGranted, Heading: alike("Vilkår"), Text: alike("Merk deg: {conditions}")},
			{Locked: cases.BlockBasis},
			{Locked: cases.BlockReasons},
			{Locked: cases.BlockAppeal},
		}}
		ok[casework.Letter](t)(h.App.Casework.SaveLetter(h.As(0, demo.PlanHead), l))
		d := refusing()
		d.Outcome, d.Values = cases.OutcomeGranted, map[string]string{"permit": "one_step"}
		_, err := h.App.Cases.Decide(worker, c.ID, c.Version, d)
		if e := errs.Of(err); !errs.Is(err, errs.KindInvalid) || len(e.Fields) != 1 || e.Fields[0].Name != "conditions" || e.Fields[0].Key != "cases.decision.block_placeholder" {
			t.Fatalf("decided with a placeholder: %v", err)
		}
		d.Values["conditions"] = "Bare i sommerhalvåret."
		c = ok[cases.Case](t)(h.App.Cases.Decide(worker, c.ID, c.Version, d))
		if c.ProposedBy != "" {
			c = ok[cases.Case](t)(h.App.Cases.Approve(h.As(0, demo.PlanHead), c.ID, c.Version, ""))
		}
		if letter := structure(t, apptest.Letter(worker, h, c)); !strings.Contains(letter, "Merk deg: Bare i sommerhalvåret.") {
			t.Errorf("the letter: %s", letter)
		}
	})
}

// TestLetters_areLaidOutAsTheyWereProposed: what the second person reads and approves
// is the letter that is sent.
func TestLetters_areLaidOutAsTheyWereProposed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head, worker := h.As(0, demo.Head), h.As(0, demo.CaseWorker)
		h.Settle()
		c := mine(t, h)
		if err := h.App.Cases.SetFourEyes(head, c.Department, c.Kind, true); err != nil {
			t.Fatal(err)
		}
		saved := ok[casework.Letter](t)(h.App.Casework.SaveLetter(head, moved(c)))
		d, _ := granting(worker, t, h)
		missing := saved
		missing.Blocks = slices.Clone(saved.Blocks)
		missing.Blocks[6].Text = alike("Ring {phone}.")
		if _, err := h.App.Casework.SaveLetter(head, missing); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a placeholder that nothing fills in: %v", err)
		}
		c = ok[cases.Case](t)(h.App.Cases.Decide(worker, c.ID, c.Version, d))
		if c.Status == cases.Decided || c.ProposedBy == "" {
			t.Fatalf("stands as %s", c.Status)
		}
		ok[casework.Letter](t)(h.App.Casework.RetireLetter(head, c.Kind, c.Department, saved.Version))
		h.Visitor("torgoy").As(demo.Head).Get("/work/cases/" + c.ID + "/approval").Must(http.StatusOK).Has("Saken har nummer " + c.Label())
		c = ok[cases.Case](t)(h.App.Cases.Approve(head, c.ID, c.Version, ""))
		if letter := structure(t, apptest.Letter(worker, h, c)); !strings.Contains(letter, "Saken har nummer "+c.Label()) {
			t.Errorf("not what was approved: %s", letter)
		}
	})
}

func TestLetters_areTheHeadsAndOnesOwnMunicipalitys(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head := h.As(0, demo.Head)
		c := mine(t, h)
		ok[casework.Letter](t)(h.App.Casework.SaveLetter(head, moved(c)))
		for name, ctx := range map[string]context.Context{"a case worker": h.As(0, demo.CaseWorker), "a resident": h.As(0, demo.Mother), "the other town's head": h.As(1, demo.Head), "an auditor": h.As(0, demo.Auditor)} {
			refused := func(what string, err error) {
				t.Helper()
				if !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound) {
					t.Errorf("%s %s: %v", name, what, err)
				}
			}
			_, err := h.App.Casework.SaveLetter(ctx, moved(c))
			refused("saves", err)
			_, _, err = h.App.Casework.Letter(ctx, c.Kind, c.Department)
			refused("reads", err)
			_, err = h.App.Casework.RetireLetter(ctx, c.Kind, c.Department, 1)
			refused("takes it out of use", err)
			_, err = h.App.Casework.Letters(ctx, c.Department)
			refused("lists", err)
			_, err = h.App.Casework.PreviewLetter(ctx, moved(c), cases.OutcomeGranted, i18n.NB)
			refused("previews", err)
		}
		// The head of the other town has her own place for the same kind, and it is empty.
		other, versions, err := h.App.Casework.Letter(h.As(1, demo.Head), c.Kind, "")
		if err != nil || other.Version != 0 || len(versions) != 0 || len(other.Blocks) != 5 {
			t.Errorf("the other town has %+v, %d versions, %v", other, len(versions), err)
		}
		if _, _, err := h.App.Casework.Letter(head, "building", ""); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the municipality's letters of a kind that comes to others: %v", err)
		}
		if _, _, err := h.App.Casework.Letter(head, "fees", c.Department); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a kind that there is none of: %v", err)
		}
	})
}

// TestLetters_twoEditorsMeet: of several who write over one version one is first, also
// when nobody has written one; a form that is sent twice makes one version.
func TestLetters_twoEditorsMeet(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		head := h.As(0, demo.Head)
		c := mine(t, h)
		for version := range int64(2) {
			failed := make([]error, 4)
			var wg sync.WaitGroup
			for i := range failed {
				l := moved(c)
				l.Version, l.Blocks[1].Heading = version, alike(strings.Repeat("x", i+1)+string(rune('a'+version)))
				wg.Go(func() { _, failed[i] = h.App.Casework.SaveLetter(head, l) })
			}
			wg.Wait()
			first := 0
			for _, err := range failed {
				switch {
				case err == nil:
					first++
				case !errs.Is(err, errs.KindConflict):
					t.Errorf("told %v", err)
				}
			}
			if first != 1 {
				t.Errorf("over version %d wrote %d: %v", version, first, failed)
			}
		}
		l := moved(c)
		l.Version = 2
		for range 2 {
			if saved := ok[casework.Letter](t)(h.App.Casework.SaveLetter(head, l)); saved.Version != 3 {
				t.Errorf("sent twice it makes version %d", saved.Version)
			}
		}
		stands, versions, err := h.App.Casework.Letter(head, c.Kind, c.Department)
		if err != nil || len(versions) != 3 || versions[0].Version != 3 || versions[2].Version != 1 || stands.Version != 3 {
			t.Errorf("%d versions, %v", len(versions), err)
		}
		if _, err := h.App.Casework.RetireLetter(head, c.Kind, c.Department, 2); !errs.Is(err, errs.KindConflict) {
			t.Errorf("taken out of use over what was not read: %v", err)
		}
		for range 2 {
			if l := ok[casework.Letter](t)(h.App.Casework.RetireLetter(head, c.Kind, c.Department, 3)); l.Version != 4 || !l.Retired {
				t.Errorf("taken out of use as version %d", l.Version)
			}
		}
	})
}

// TestLetterPage_worksWithoutScripts: blocks are moved, added, written, refused, saved
// and read again, and somebody else's version is not written over.
func TestLetterPage_worksWithoutScripts(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	head := h.Visitor("torgoy").As(demo.Head)
	c := mine(t, h)
	path := "/work/letters/" + c.Kind + "?department=" + c.Department
	if link := head.Get("/work/arrange?department=" + c.Department).Must(http.StatusOK).Link("/work/letters"); link == "" {
		t.Error("the page of templates does not lead here")
	}
	head.Get("/work/letters?department=" + c.Department).Must(http.StatusOK).Has("Standardbrev")
	page := head.Get(path).Must(http.StatusOK)
	if len(page.Links("/work/letters?department="+c.Department)) == 0 {
		t.Error("the way back leads to another department")
	}
	stale := page
	page = head.Submit(page, path, apptest.Fill{}.Press("do=up:2")).Must(http.StatusOK).Has("2. Begrunnelse", "endringer som ikke er lagret")
	page = head.Submit(page, path, apptest.Fill{}.Press("do=add")).Must(http.StatusOK).Has("5. Nytt avsnitt")
	page = head.Submit(page, path, apptest.Set("blocks[4].heading.nb", "Åpningstider", "blocks[4].text.nb", "Hei {barn}").Press("do=save")).Must(http.StatusUnprocessableEntity)
	page.Has("{barn} kan ikke fylles inn", "nynorsk og engelsk", "2. Begrunnelse")
	typed := apptest.Set("blocks[4].heading.nn", "Opningstider", "blocks[4].heading.en", "Opening hours", "blocks[4].text.nb", "Vi har åpent for {child}.", "blocks[4].text.nn", "Vi har ope.", "blocks[4].text.en", "We are open.", "blocks[4].when", "refused")
	file := head.Submit(page, path, apptest.Fill{Values: typed.Values, Button: "do=preview"}).Must(http.StatusOK)
	if kind := file.Header.Get("Content-Type"); kind != "application/pdf" || !bytes.HasPrefix(file.Body, []byte("%PDF-")) {
		t.Errorf("the preview is %s", kind)
	}
	head.Submit(page, path, typed.Press("do=save")).Must(http.StatusOK).Has("Brevmalen er lagret", "Versjon 1")
	if l, _, err := h.App.Casework.Letter(h.As(0, demo.Head), c.Kind, c.Department); err != nil || l.Blocks[1].Locked != cases.BlockReasons || l.Blocks[4].Text[i18n.EN] != "We are open." || l.Blocks[4].When != cases.OutcomeRefused {
		t.Errorf("kept %+v, %v", l, err)
	}
	late := head.Submit(stale, path, apptest.Fill{}.Press("do=save")).Must(http.StatusConflict).Has("Noen andre har endret brevmalen", "Åpningstider")
	head.Submit(late, path, apptest.Fill{}.Press("do=save")).Must(http.StatusOK).Has("Versjon 2")
	page = head.Get(path).Must(http.StatusOK)
	head.Submit(page, "/retire?department="+c.Department, apptest.Fill{}).Must(http.StatusOK).Has("ute av bruk", "Versjon 3")
	if p := h.Visitor("torgoy").As(demo.CaseWorker).Get(path); p.Status != http.StatusForbidden {
		t.Errorf("a case worker opens it: %d", p.Status)
	}
}

// TestPreviewLetter_isALetterInEveryLanguage, of every kind and outcome, filled in.
func TestPreviewLetter_isALetterInEveryLanguage(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	c, head := mine(t, h), h.As(0, demo.Head)
	before := ok[cases.Page](t)(h.App.Cases.List(head, cases.Filter{}))
	for _, lang := range i18n.Offered() {
		words := h.App.Bundle.For(lang)
		for outcome, says := range map[string]string{cases.OutcomeGranted: "Velkommen til", cases.OutcomeRefused: "Du står på ventelista."} {
			letter := structure(t, ok[[]byte](t)(h.App.Casework.PreviewLetter(head, moved(c), outcome, lang)))
			inOrder(t, letter, words.T("cases.letter.reasons"), words.T("cases.sample.reasons"), "Om "+words.T("cases.sample.child"), words.T("cases.letter.outcome."+outcome), words.T("cases.letter.basis"), says, words.T("cases.letter.closing"))
			if strings.Contains(letter, "{") {
				t.Errorf("%s, %s: %s", lang, outcome, letter)
			}
		}
	}
	if after := ok[cases.Page](t)(h.App.Cases.List(head, cases.Filter{})); len(after.Cases) != len(before.Cases) {
		t.Error("the invented case is a case")
	}
}

// headsMachine calls the API as the head of a department does.
func headsMachine(t *testing.T, h *apptest.Harness, department string) *apptest.Visitor {
	t.Helper()
	_, secret, err := h.App.Roles.CreateToken(h.As(0, demo.Administrator), access.NewToken{
		Name: "Malsystem", Role: access.DepartmentHead, Department: department, ExpiresAt: h.Clock.Now().AddDate(0, 1, 0), Scopes: []access.Permission{cases.PermArrange},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h.Machine("torgoy", secret)
}

// TestLettersAPI_isThePagesForMachines: versions, conflicts and what is wrong.
func TestLettersAPI_isThePagesForMachines(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	c := mine(t, h)
	token := headsMachine(t, h, c.Department)
	path := "/api/letters/" + c.Kind + "?department=" + c.Department
	send := func(method, path, body string, status int, says ...string) {
		t.Helper()
		p := token.Send(method, path, strings.NewReader(body), http.Header{"Content-Type": {"application/json"}}).Must(status)
		for _, text := range says {
			if !bytes.Contains(p.Body, []byte(text)) {
				t.Errorf("%s %s says no %s: %s", method, path, text, p.Body)
			}
		}
	}
	send(http.MethodGet, "/api/letters?department="+c.Department, "", http.StatusOK, `"kind":"`+c.Kind+`"`, `"locked":"appeal"`, `"version":0`)
	send(http.MethodGet, path, "", http.StatusOK, `"in_use":false`, `"versions":[]`)
	const blocks = `{"locked":"reasons"},{"locked":"decision"},{"locked":"legal_basis"},{"locked":"answer"},{"when":"refused","heading":{"nb":"a","nn":"b","en":"c"},"text":{"nb":"d","nn":"e","en":"f"}}`
	send(http.MethodPut, path, `{"version":0,"blocks":[`+blocks+`]}`, http.StatusUnprocessableEntity, "blocks")
	send(http.MethodPut, path, `{"version":0,"blocks":[`+blocks+`,{"locked":"appeal"}]}`, http.StatusOK, `"version":1`, `"in_use":true`)
	send(http.MethodPut, path, `{"version":0,"blocks":[{"locked":"decision"},{"locked":"reasons"},{"locked":"legal_basis"},{"locked":"answer"},{"locked":"appeal"}]}`, http.StatusConflict)
	send(http.MethodGet, path, "", http.StatusOK, `"nn":"e"`, `"versions":[{`)
	send(http.MethodDelete, path, "", http.StatusConflict)
	send(http.MethodGet, "/api/letters", "", http.StatusUnprocessableEntity, "department")
	send(http.MethodDelete, path+"&version=1", "", http.StatusOK, `"in_use":false`, `"version":2`)
	send(http.MethodGet, "/api/letters/"+c.Kind+"?department=nowhere", "", http.StatusNotFound)
}
