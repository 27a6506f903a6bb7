package mypage_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// tell sends somebody a message.
func tell(t *testing.T, h *apptest.Harness, person, subject string) (id string) {
	t.Helper()
	err := h.App.DB.Write(identity.AsSystem(h.In("torgoy"), "test"), func(ctx context.Context, tx *store.Tx) (err error) {
		id, err = h.App.Notify.Send(ctx, tx, notify.Message{
			PersonID: person, Kind: "test.hello", Class: notify.Notice, Lang: i18n.NB, Subject: subject, Body: notify.Body{Paragraphs: []string{"Det har skjedd noe."}},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// business is the one that the player leads.
func business(t *testing.T, h *apptest.Harness, part demo.Part) identity.Person {
	t.Helper()
	list, err := h.App.Identity.Represented(h.As(0, part))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(r identity.Represented) bool { return r.Person.IsOrganisation() })
	if i < 0 {
		t.Fatal("the demonstration has no business")
	}
	return list[i].Person
}

func act(t *testing.T, v *apptest.Visitor, person string) {
	t.Helper()
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	if p := v.Still().Send(http.MethodPost, "/my/acting", strings.NewReader(url.Values{"person": {person}}.Encode()), form); p.Status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", p.Status, p.Text())
	}
}

// looksAt counts the recorded looks of others at a kind of thing of a person's.
func looksAt(t *testing.T, h *apptest.Harness, person, kind string) (n int) {
	t.Helper()
	ctx := h.In("torgoy")
	err := h.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int], `select count(*) from audit_entries
			where tenant_id = $1 and subject_id = $2 and action = 'audit.looked' and object_type = $3`, tx.Tenant, person, kind)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestInbox_ofABusiness opens for who acts for it, who leaves her traces.
func TestInbox_ofABusiness(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		firm, manager := business(t, h, demo.Apart), h.Visitor("torgoy").As(demo.Apart)
		own := identity.From(h.As(0, demo.Apart)).PersonID
		tell(t, h, own, "Til meg selv")
		id := tell(t, h, firm.ID, "Til firmaet")
		if p := manager.Get("/my/messages").Must(http.StatusOK); strings.Contains(p.Main(), "Til firmaet") || !strings.Contains(p.Main(), "Til meg selv") {
			t.Errorf("her own inbox: %.600s", p.Main())
		}
		if p := manager.Get("/my/messages/" + id); p.Status != http.StatusNotFound {
			t.Errorf("the firm's message, to one who does not act for it just now: %d", p.Status)
		}
		act(t, manager, firm.ID)
		inbox := manager.Get("/my/messages").Must(http.StatusOK)
		if text := inbox.Text(); !strings.Contains(text, "Til firmaet") || strings.Contains(text, "Til meg selv") || !strings.Contains(text, "Meldinger fra kommunen til "+firm.Name.Full()) {
			t.Errorf("the firm's inbox: %.600s", text)
		}
		manager.Get("/my/messages/" + id).Must(http.StatusOK).Has("Det har skjedd noe.")
		if looksAt(t, h, firm.ID, "inbox") == 0 || looksAt(t, h, firm.ID, "message") == 0 {
			t.Error("that she looked is not recorded")
		}
		if item, _, err := h.App.Notify.Message(h.In("torgoy"), id); err != nil || item.SeenAt.IsZero() {
			t.Errorf("what the business has read is still new: %v, %v", item.SeenAt, err)
		}
	})
}

// TestInbox_isNotReachedByAMandate: the agent has her own, which says so.
func TestInbox_isNotReachedByAMandate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, agent := h.As(0, demo.Mother), h.As(0, demo.Apart)
		her := identity.From(mother)
		err := h.App.DB.Write(mother, func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Identity.GiveMandate(ctx, tx, identity.NewMandate{Agent: identity.From(agent).PersonID, Scopes: []string{identity.AllScopes}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		id := tell(t, h, her.PersonID, "Til henne selv")
		tell(t, h, identity.From(agent).PersonID, "Til fullmektigen")
		v := h.Visitor("torgoy").As(demo.Apart)
		act(t, v, her.PersonID)
		p := v.Get("/my/messages").Must(http.StatusOK)
		if text := p.Text(); strings.Contains(text, "Til henne selv") || !strings.Contains(text, "Til fullmektigen") || !strings.Contains(text, "Fullmakten gir deg ikke innboksen til "+her.Name) {
			t.Errorf("the agent's inbox: %.600s", text)
		}
		if p := v.Get("/my/messages/" + id); p.Status != http.StatusNotFound {
			t.Errorf("her message: %d", p.Status)
		}
		if looksAt(t, h, her.PersonID, "inbox") != 0 {
			t.Error("a look is recorded that was none")
		}
	})
}
