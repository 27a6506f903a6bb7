package applications_test

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// outside is somebody who has not logged in, at a device of her own, in a
// municipality that takes every form so.
func outside(h *apptest.Harness) context.Context {
	return applications.WithDevice(takesAll(h.In("torgoy")), applications.Device{Secret: ids.Secret(), Origin: "192.0.2.7"})
}

func takesAll(ctx context.Context) context.Context { return taking(ctx, "*=always") }

func taking(ctx context.Context, setting string) context.Context {
	t := tenant.From(ctx)
	settings := map[string]string{applications.SettingUnbound: setting}
	for name, value := range t.Settings {
		settings[name] = value
	}
	t.Settings = settings
	return tenant.Bind(ctx, t)
}

// typed is what the mother would write of herself and her youngest.
func typed(t *testing.T, h *apptest.Harness) (about applications.About, child identity.Person) {
	t.Helper()
	mother := h.As(0, demo.Mother)
	me, err := h.App.Identity.Person(mother, identity.From(mother).PersonID)
	if err != nil {
		t.Fatal(err)
	}
	children, err := h.App.Identity.Children(mother)
	if err != nil || len(children) < 2 {
		t.Fatalf("%d children: %v", len(children), err)
	}
	child = children[len(children)-1].Person
	return applications.About{
		Name: me.Name.Full(), Born: me.BirthDate, Email: "kari@example.no",
		ChildName: child.Name.Full(), ChildBorn: child.BirthDate, OtherGuardian: true,
	}, child
}

// sentOutside is an application for the mother's youngest that was sent without log-in.
func sentOutside(t *testing.T, h *apptest.Harness) (context.Context, applications.Receipt, identity.Person) {
	t.Helper()
	ctx := outside(h)
	about, child := typed(t, h)
	draft, err := h.App.Applications.StartUnbound(ctx, kindergarten.FormKey, about)
	if err != nil {
		t.Fatal(err)
	}
	fill(ctx, t, h, draft)
	upload(ctx, t, h, draft.ID)
	receipt, err := h.App.Applications.SendUnbound(ctx, draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	if receipt.Code == "" || receipt.Unbound.Reference == "" || receipt.Unbound.Status != applications.UnboundReceived {
		t.Fatalf("%+v", receipt.Unbound.Status)
	}
	return ctx, receipt, child
}

func TestUnbound_becomesACaseReceivedWhenItWasSent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		device, receipt, child := sentOutside(t, h)
		sentAt := receipt.Unbound.ReceivedAt
		again, err := h.App.Applications.SendUnbound(device, receipt.Unbound.Draft)
		if err != nil || again.Code != "" || again.Unbound.ID != receipt.Unbound.ID {
			t.Errorf("sent twice: %q %v", again.Code, err)
		}
		h.Clock.Advance(5 * 24 * time.Hour)
		mother := takesAll(h.As(0, demo.Mother))
		// Another device: the code alone, typed in small letters and groups.
		code := strings.ToLower(receipt.Code[:4] + " " + receipt.Code[4:])
		claim, err := h.App.Applications.Claim(mother, applications.Proof{Code: code})
		if err != nil || len(claim.Wrong) != 0 || len(claim.Differs) != 0 || claim.Subject.ID != child.ID || len(claim.Summary.Pages) == 0 {
			t.Fatalf("%v %v %v", claim.Wrong, claim.Differs, err)
		}
		sent, err := h.App.Applications.Bind(mother, applications.Proof{Code: code})
		if err != nil {
			t.Fatal(err)
		}
		if !sent.Case.ReceivedAt.Equal(sentAt) || sent.Case.Subject != child.ID || sent.Case.Applicant != identity.From(mother).PersonID {
			t.Errorf("received %s, sent %s", sent.Case.ReceivedAt, sentAt)
		}
		v, err := h.App.Cases.View(mother, sent.Case.ID)
		if err != nil || len(v.Documents) != 1 || len(v.Panels) == 0 {
			t.Errorf("%d documents, %d panels: %v", len(v.Documents), len(v.Panels), err)
		}
		for name, proof := range map[string]applications.Proof{"the code": {Code: code}, "the id": {ID: receipt.Unbound.ID}} {
			second, err := h.App.Applications.Bind(mother, proof)
			if err != nil || second.Case.ID != sent.Case.ID {
				t.Errorf("pressed twice, with %s: %q, %v", name, second.Case.ID, err)
			}
			claim, err := h.App.Applications.Claim(mother, proof)
			if err != nil || claim.Done == nil || claim.Done.Case.ID != sent.Case.ID || len(claim.Summary.Pages) != 0 {
				t.Errorf("looked for again, with %s: %+v, %v", name, claim.Done, err)
			}
		}
		// The code is no way in for somebody else, and the device shows nothing any more.
		stranger := takesAll(h.As(0, demo.Apart))
		if second, err := h.App.Applications.Bind(stranger, applications.Proof{Code: code}); !errs.Is(err, errs.KindConflict) || second.Case.ID != "" {
			t.Errorf("somebody else gets %q, %v", second.Case.ID, err)
		}
		if _, err := h.App.Applications.Bind(stranger, applications.Proof{ID: receipt.Unbound.ID}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("somebody else finds it by its id: %v", err)
		}
		if _, err := h.App.Applications.Open(device, receipt.Unbound.Draft); err == nil {
			t.Error("the device still opens it")
		}
	})
}

func TestUnbound_pressedTwiceAtOnceMakesOneCase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		_, receipt, _ := sentOutside(t, h)
		mother := takesAll(h.As(0, demo.Mother))
		made := make([]string, 4)
		var wg sync.WaitGroup
		for i := range made {
			wg.Go(func() {
				sent, err := h.App.Applications.Bind(mother, applications.Proof{Code: receipt.Code})
				if err != nil {
					t.Error(err)
				}
				made[i] = sent.Case.ID
			})
		}
		wg.Wait()
		for _, id := range made {
			if id == "" || id != made[0] {
				t.Errorf("made %v", made)
			}
		}
	})
}

func TestUnbound_isReadOnNoOtherDevice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		device, receipt, _ := sentOutside(t, h)
		draft := receipt.Unbound.Draft
		for name, ctx := range map[string]context.Context{
			"no device": takesAll(h.In("torgoy")), "another device": outside(h), "the mother without it": h.As(0, demo.Mother),
			"a case worker": h.As(0, demo.CaseWorker), "another municipality": applications.WithDevice(h.In("fjordbygda"), applications.Device{Secret: ids.Secret()}),
		} {
			if _, err := h.App.Applications.Open(ctx, draft); err == nil {
				t.Errorf("%s opens it", name)
			}
			if _, err := h.App.Applications.NewCode(ctx, draft); err == nil {
				t.Errorf("%s gets a code", name)
			}
		}
		fresh, err := h.App.Applications.NewCode(device, draft)
		if err != nil || fresh.Code == "" || fresh.Code == receipt.Code {
			t.Fatalf("a new code: %v", err)
		}
		mother := takesAll(h.As(0, demo.Mother))
		if _, err := h.App.Applications.Claim(mother, applications.Proof{Code: receipt.Code}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("the old code serves on: %v", err)
		}
		if _, err := h.App.Applications.Claim(mother, applications.Proof{Code: fresh.Code}); err != nil {
			t.Error(err)
		}
	})
}

func TestUnbound_isNobodyElsesWhoHasTheCode(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		_, receipt, _ := sentOutside(t, h)
		proof := applications.Proof{Code: receipt.Code}
		for _, part := range []demo.Part{demo.CoParent, demo.Apart, demo.CaseWorker} {
			who := takesAll(h.As(0, part))
			claim, err := h.App.Applications.Claim(who, proof)
			if err != nil || len(claim.Wrong) != 1 || len(claim.Summary.Pages) != 0 {
				t.Errorf("%s: %v, %d pages: %v", part, claim.Wrong, len(claim.Summary.Pages), err)
			}
			if _, err := h.App.Applications.Bind(who, proof); !errs.Is(err, errs.KindConflict) {
				t.Errorf("%s binds it: %v", part, err)
			}
		}
		if _, err := h.App.Applications.Claim(takesAll(h.In("torgoy")), proof); !errs.Is(err, errs.KindLogin) {
			t.Errorf("without logging in: %v", err)
		}
		if _, err := h.App.Applications.Claim(h.As(1, demo.Mother), proof); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("in another municipality: %v", err)
		}
	})
}

func TestUnbound_aChildThatIsNotHersIsExplained(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	ctx := outside(h)
	about, _ := typed(t, h)
	about.ChildBorn = about.ChildBorn.AddDays(1)
	draft, err := h.App.Applications.StartUnbound(ctx, kindergarten.FormKey, about)
	if err != nil {
		t.Fatal(err)
	}
	fill(ctx, t, h, draft)
	receipt, err := h.App.Applications.SendUnbound(ctx, draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	claim, err := h.App.Applications.Claim(takesAll(h.As(0, demo.Mother)), applications.Proof{Code: receipt.Code})
	if err != nil || len(claim.Wrong) != 1 || claim.Wrong[0] != "applications.bind.not_your_child" {
		t.Errorf("%v %v", claim.Wrong, err)
	}
}

func TestUnbound_theSettingAndTheOutageOpenIt(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	for setting, want := range map[string]bool{
		"": false, "*=always": true, kindergarten.FormKey + "=always": true, "other=always": false,
		"*=always " + kindergarten.FormKey + "=never": false, "*=nonsense": false,
	} {
		if got := h.App.Applications.TakesUnbound(taking(h.In("torgoy"), setting), kindergarten.FormKey); got != want {
			t.Errorf("%q: %t", setting, got)
		}
	}
	about, _ := typed(t, h)
	device := applications.WithDevice(h.In("torgoy"), applications.Device{Secret: ids.Secret()})
	if _, err := h.App.Applications.StartUnbound(device, kindergarten.FormKey, about); !errs.Is(err, errs.KindLogin) {
		t.Errorf("while log-in works: %v", err)
	}
	mother := h.As(0, demo.Mother)
	registerOf(t, h).SetDown(true)
	if err := h.App.Identity.Refresh(mother, identity.From(mother).PersonID); !errs.Is(err, errs.KindUnavailable) {
		t.Fatal(err)
	}
	if _, err := h.App.Applications.StartUnbound(device, kindergarten.FormKey, about); err != nil {
		t.Errorf("during an outage: %v", err)
	}
	h.Clock.Advance(time.Hour)
	if h.App.Applications.TakesUnbound(device, kindergarten.FormKey) {
		t.Error("still open an hour later")
	}
}

func TestUnbound_hasLimits(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	ctx := outside(h)
	about, _ := typed(t, h)
	bad := about
	bad.Name, bad.Born, bad.ChildNumber = "", bad.ChildBorn, "123"
	_, err := h.App.Applications.StartUnbound(ctx, kindergarten.FormKey, bad)
	if e := errs.Of(err); e == nil || len(e.Fields) != 3 {
		t.Errorf("what is wrong: %v", err)
	}
	draft, err := h.App.Applications.StartUnbound(ctx, kindergarten.FormKey, about)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 11 {
		stored, err := h.App.Blobs.Put(ctx, strings.NewReader(tinyPDF), blob.PutOptions{Name: "vedlegg.pdf"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.App.Applications.AddFile(ctx, draft.ID, "other_documents", stored)
		if i == 10 && err == nil {
			t.Error("an eleventh file was taken")
		}
	}
	for range 9 {
		if _, err := h.App.Applications.StartUnbound(ctx, kindergarten.FormKey, about); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.App.Applications.StartUnbound(ctx, kindergarten.FormKey, about); !errs.Is(err, errs.KindTooMany) {
		t.Errorf("the eleventh of a day on one device: %v", err)
	}
	if _, err := h.App.Applications.SavePage(outside(h), draft.ID, draft.Version, "family", url.Values{"phone": {"91234567"}}); err == nil {
		t.Error("another device writes in it")
	}
}

func TestUnbound_theStaffBindOrReject(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		device, receipt, child := sentOutside(t, h)
		worker, id := h.As(0, demo.CaseWorker), receipt.Unbound.ID
		list, err := h.App.Applications.UnboundList(worker)
		if err != nil || len(list) != 1 || list[0].About.Name == "" {
			t.Fatalf("%d: %v", len(list), err)
		}
		for name, ctx := range map[string]context.Context{"a resident": h.As(0, demo.Apart), "the administrator": h.As(0, demo.Administrator), "another municipality": h.As(1, demo.CaseWorker)} {
			if _, err := h.App.Applications.UnboundByID(ctx, id); !errs.Is(err, errs.KindNotFound) && !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s reads it: %v", name, err)
			}
			if err := h.App.Applications.RejectUnbound(ctx, id, "Nei"); err == nil {
				t.Errorf("%s rejects it", name)
			}
		}
		mother, stranger := identity.From(h.As(0, demo.Mother)).PersonID, identity.From(h.As(0, demo.Apart)).PersonID
		subject := numberOf(worker, t, h, child.ID).Digits()
		wrong := applications.Identified{Applicant: numberOf(worker, t, h, stranger).Digits(), Subject: subject}
		if _, err := h.App.Applications.BindAtCounter(worker, id, wrong); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("bound to who may not apply for the child: %v", err)
		}
		if err := h.App.Applications.RejectUnbound(worker, id, " "); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("without a reason: %v", err)
		}
		sent, err := h.App.Applications.BindAtCounter(worker, id, applications.Identified{Applicant: numberOf(worker, t, h, mother).Digits(), Subject: subject})
		if err != nil || sent.Case.Applicant != mother || !sent.Case.ReceivedAt.Equal(receipt.Unbound.ReceivedAt) {
			t.Fatalf("%+v %v", sent.Case.Applicant, err)
		}
		second, err := h.App.Applications.BindAtCounter(worker, id, applications.Identified{Applicant: numberOf(worker, t, h, mother).Digits(), Subject: subject})
		if err != nil || second.Case.ID != sent.Case.ID {
			t.Errorf("pressed twice: %q, %v", second.Case.ID, err)
		}
		if err := h.App.Applications.RejectUnbound(worker, id, "For sent"); !errs.Is(err, errs.KindConflict) {
			t.Errorf("rejected after it was bound: %v", err)
		}
		if n, err := h.App.Applications.UnboundWaiting(worker); err != nil || n != 0 {
			t.Errorf("%d wait: %v", n, err)
		}
		_ = device
	})
}

func TestUnbound_aRejectionIsReadWithTheReceiptAndErasedInTheEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		device, receipt, _ := sentOutside(t, h)
		worker := h.As(0, demo.CaseWorker)
		if err := h.App.Applications.RejectUnbound(worker, receipt.Unbound.ID, "Barnet finnes ikke"); err != nil {
			t.Fatal(err)
		}
		again, err := h.App.Applications.ReceiptOf(device, receipt.Unbound.Draft)
		if err != nil || again.Unbound.About.Reason != "Barnet finnes ikke" {
			t.Errorf("the device reads %q: %v", again.Unbound.About.Reason, err)
		}
		claim, err := h.App.Applications.Claim(takesAll(h.As(0, demo.Mother)), applications.Proof{Code: receipt.Code})
		if err != nil || len(claim.Wrong) != 1 {
			t.Errorf("%v %v", claim.Wrong, err)
		}
		h.Clock.Advance(91 * 24 * time.Hour)
		if err := h.App.Applications.Sweep(identity.AsSystem(worker, "test")); err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Applications.ReceiptOf(device, receipt.Unbound.Draft); err == nil {
			t.Error("it can still be read")
		}
	})
}

func TestUnbound_runsOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		device, receipt, _ := sentOutside(t, h)
		about, _ := typed(t, h)
		draft, err := h.App.Applications.StartUnbound(device, kindergarten.FormKey, about)
		if err != nil {
			t.Fatal(err)
		}
		begun, err := h.App.Applications.BegunOnDevice(device, kindergarten.FormKey)
		if err != nil || len(begun) != 1 || begun[0].Draft != draft.ID {
			t.Fatalf("%d begun: %v", len(begun), err)
		}
		system := identity.AsSystem(h.As(0, demo.CaseWorker), "test")
		h.Clock.Advance(15 * 24 * time.Hour)
		if err := h.App.Applications.Sweep(system); err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Applications.Open(device, draft.ID); err == nil {
			t.Error("a draft of 15 days is there")
		}
		if _, err := h.App.Applications.ReceiptOf(device, receipt.Unbound.Draft); err != nil {
			t.Errorf("what was sent is gone after 15 days: %v", err)
		}
		h.Clock.Advance(76 * 24 * time.Hour)
		if err := h.App.Applications.Sweep(system); err != nil {
			t.Fatal(err)
		}
		v, err := h.App.Applications.UnboundByID(h.As(0, demo.CaseWorker), receipt.Unbound.ID)
		if err != nil || v.Unbound.Status != applications.UnboundExpired || v.Unbound.About.Name != "" || len(v.Summary.Pages) != 0 {
			t.Errorf("%s %q: %v", v.Unbound.Status, v.Unbound.About.Name, err)
		}
	})
}
