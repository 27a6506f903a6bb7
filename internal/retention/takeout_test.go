package retention_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/retention"
)

// copied asks for a copy, waits for it and returns its address.
func (w *world) copied(v *apptest.Visitor) string {
	w.Helper()
	p := v.Get("/my/takeout").Must(http.StatusOK)
	v.Submit(p, "/my/takeout", apptest.Fill{}).Must(http.StatusOK)
	w.Settle()
	return v.Get("/my/takeout").Must(http.StatusOK).Link("/file")
}

// files unpacks a copy.
func files(t *testing.T, p *apptest.Page) map[string]string {
	t.Helper()
	if got := p.Header.Get("Content-Type"); got != blob.ZIP {
		t.Fatalf("%s is %s", p, got)
	}
	z, err := zip.NewReader(bytes.NewReader(p.Body), int64(len(p.Body)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(content)
	}
	return all
}

// caseFile is the file of a case in a copy.
func caseFile(all map[string]string, label, ending string) string {
	prefix := "cases-" + strings.ReplaceAll(label, "/", "-")
	if ending == ".json" {
		prefix = "data/" + prefix
	}
	for name, content := range all {
		if strings.HasPrefix(name, prefix+"-") && strings.HasSuffix(name, ending) && !strings.Contains(name, "-2.") {
			return content
		}
	}
	return ""
}

func (w *world) number(ctx context.Context, part demo.Part) string {
	w.Helper()
	number, err := w.App.Identity.Number(w.system(town), identity.From(w.As(torgoy, part)).PersonID)
	w.must(err)
	return number.Digits()
}

func TestTakeout_holdsEverythingOfOneselfAndNothingElse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.refused()
		w.Visitor(town).As(demo.CaseWorker).Get("/work/cases/" + c.ID).Must(http.StatusOK)
		v := w.Visitor(town).As(demo.Mother)
		all := files(t, v.Get(w.copied(v)).Must(http.StatusOK))
		for _, name := range []string{"index.html", "person.html", "data/person.json", "data/submissions.json", "data/messages.json", "data/looks.json"} {
			if all[name] == "" {
				t.Errorf("%s is missing", name)
			}
		}
		text, letters := "", 0
		led := strings.Count(all["index.html"], "href=\"cases-")
		if page := caseFile(all, c.Label(), ".html"); led == 0 || !strings.Contains(page, "<a href=\"documents/") {
			t.Errorf("the index leads to %d cases, or the case not to its letter", led)
		}
		for name, content := range all {
			if strings.HasPrefix(name, "documents/") {
				letters++
				continue
			}
			text += content
			if strings.HasPrefix(name, "data/") && !json.Valid([]byte(content)) {
				t.Errorf("%s is no JSON", name)
			}
			if strings.Contains(content, "[retention.") {
				t.Errorf("%s lacks a text", name)
			}
		}
		own := w.number(t.Context(), demo.Mother)
		for _, there := range []string{own, c.Label(), "Det sier jeg ikke", "Hva heter legen?", secret + ". Barnet"} {
			if !strings.Contains(text, there) {
				t.Errorf("%q is missing", there)
			}
		}
		for _, gone := range []string{"Internt: ", w.number(t.Context(), demo.CoParent), w.number(t.Context(), demo.CaseWorker), "[cases."} {
			if strings.Contains(text, gone) {
				t.Errorf("%q is there", gone)
			}
		}
		if letters == 0 {
			t.Error("the letter is missing")
		}
	})
}

func TestTakeout_isThePersonsOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		v := w.Visitor(town).As(demo.Mother)
		file := w.copied(v)
		for who, p := range map[string]*apptest.Page{
			"the other parent":    w.Visitor(town).As(demo.CoParent).Get(file),
			"a case worker":       w.Visitor(town).As(demo.CaseWorker).Get(file),
			"the administrator":   w.Visitor(town).As(demo.Administrator).Get(file),
			"the same, elsewhere": w.Visitor(away).As(demo.CaseWorker).Get(file),
		} {
			if p.Status != http.StatusNotFound && p.Status != http.StatusForbidden {
				t.Errorf("%s gets %d", who, p.Status)
			}
		}
		if p := w.Visitor(town).Get(file); p.Header.Get("Content-Type") == blob.ZIP {
			t.Error("anybody gets it")
		}
		list, err := w.App.Retention.Takeouts(w.As(torgoy, demo.CoParent))
		if err != nil || len(list) != 0 {
			t.Errorf("another sees %v, %v", list, err)
		}
		v.Get(file).Must(http.StatusOK)
		v.Get(file).Must(http.StatusOK)
		id := path.Base(path.Dir(file))
		for action, want := range map[string]int64{"asked": 1, "made": 1, "fetched": 2} {
			n := w.count(town, `select count(*) from audit_entries where tenant_id = $1 and object_id = $2 and action = $3`, id, "retention.takeout_"+action)
			if n != want {
				t.Errorf("%s stands %d times in the log, want %d", action, n, want)
			}
		}
		if n := w.count(town, `select count(*) from notify_messages where tenant_id = $1 and kind = 'retention.takeout'`); n != 1 {
			t.Errorf("%d messages tell that it is ready", n)
		}
	})
}

func TestTakeout_takesAFreshLoginAndEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		v := w.Visitor(town).As(demo.Mother)
		file := w.copied(v)
		w.travel(20 * time.Minute)
		if p := v.Get(file); p.Header.Get("Content-Type") == blob.ZIP {
			t.Error("an old log-in gets it")
		}
		weak := identity.From(w.As(torgoy, demo.Mother))
		weak.ACR = identity.ACRLow
		if fresh, err := w.App.Retention.Fresh(identity.With(w.In(town), weak)); err != nil || fresh {
			t.Errorf("a weak log-in is fresh: %t, %v", fresh, err)
		}
		w.Visitor(town).As(demo.Mother).Get(file).Must(http.StatusOK)
		w.travel(13 * 24 * time.Hour)
		w.Visitor(town).As(demo.Mother).Get(file).Must(http.StatusOK)
		w.travel(30 * time.Hour)
		if p := w.Visitor(town).As(demo.Mother).Get(file); p.Status != http.StatusNotFound {
			t.Errorf("after 14 days: %d", p.Status)
		}
		w.travel(24 * time.Hour)
		if got := w.run("")["takeout"]; got.Ended != 1 {
			t.Errorf("the run tells %+v", got)
		}
		if n := w.count(town, `select count(*) from blob_documents where tenant_id = $1 and owner_type = 'takeout' and deleted_at is null`); n != 0 {
			t.Errorf("%d files are left", n)
		}
	})
}

func TestTakeout_isStoredEncryptedAndMadeOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := w.As(torgoy, demo.Mother)
		first, err := w.App.Retention.Ask(ctx, "")
		w.must(err)
		second, err := w.App.Retention.Ask(ctx, "")
		if err != nil || second.ID != first.ID {
			t.Errorf("asked twice: %v, %v", second, err)
		}
		w.Settle()
		list, err := w.App.Retention.Takeouts(ctx)
		w.must(err)
		if len(list) != 1 || list[0].State != retention.Ready || list[0].Size == 0 || list[0].Part != list[0].Parts {
			t.Fatalf("%+v", list)
		}
		d, err := w.App.Blobs.Info(w.system(town), list[0].Document)
		w.must(err)
		raw, err := w.App.Blobs.Backend.Open(t.Context(), blob.FileName{Tenant: store.TenantOf(ctx), Digest: d.Digest})
		w.must(err)
		content, err := io.ReadAll(raw)
		w.must(err)
		w.must(raw.Close())
		if bytes.Contains(content, []byte("PK\x03\x04")) || bytes.Contains(content, []byte("index.html")) {
			t.Error("the file lies in the clear")
		}
	})
}

func TestTakeout_everyFieldHasANameInAllLanguages(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	for _, name := range retention.FieldNames() {
		if !h.App.Bundle.Has("retention.field." + name) {
			t.Errorf("the field %s has no name", name)
		}
	}
	rules := h.App.Retention.Rules(h.In(town))
	for _, r := range rules {
		for _, key := range []string{r.Basis, "retention.trigger." + string(r.Trigger), "retention.action_of." + string(r.Action)} {
			if !h.App.Bundle.Has(key) {
				t.Errorf("%s is missing", key)
			}
		}
		if !r.IsCase() && !h.App.Bundle.Has("retention.kind."+r.Kind) {
			t.Errorf("%s has no name", r.Kind)
		}
	}
	h.Visitor(town).As(demo.Mother).Get("/my/retention").Must(http.StatusOK)
}
