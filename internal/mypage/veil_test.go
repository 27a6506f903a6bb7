package mypage_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/store"
)

// protect sets the grade of a person's address in the register, and Torg hears of it.
func protect(t *testing.T, h *apptest.Harness, person string, grade identity.Protection) {
	t.Helper()
	ctx := identity.AsSystem(h.In("torgoy"), "test")
	number, err := h.App.Identity.Number(ctx, person)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := h.Demo.Register().(*fakeregister.Register)
	if !ok {
		t.Fatalf("the register is a %T", h.Demo.Register())
	}
	if err := r.Protect(number, grade); err != nil {
		t.Fatal(err)
	}
	if err := h.App.Identity.Poll(ctx); err != nil {
		t.Fatal(err)
	}
}

// A father whom the municipality has let into the case of somebody protected reads
// in its log that a resident did something, and not who; once it is lifted he does.
func TestLog_namesNobodyWithAProtectedAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := apptest.Apply(h, 0, demo.Mother)
		mother, father := identity.From(h.As(0, demo.Mother)), identity.From(h.As(0, demo.CoParent))
		protect(t, h, mother.PersonID, identity.StrictlyConfidential)
		err := h.App.DB.Write(identity.AsSystem(h.In("torgoy"), "test"), func(ctx context.Context, tx *store.Tx) error {
			_, err := h.App.Cases.AddParty(ctx, tx, c.ID, cases.Party{Person: father.PersonID, Name: father.Name, Role: cases.RoleGuardian})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		path := "/my/cases/" + c.ID + "/log"
		v := h.Visitor("torgoy").As(demo.CoParent)
		rows := func() string {
			t.Helper()
			return v.Get(path).Must(http.StatusOK).Text()
		}
		if text := rows(); strings.Contains(text, mother.Name) || !strings.Contains(text, "Noen med adressesperre") {
			t.Errorf("protected, he reads\n%s", text)
		}
		h.Visitor("torgoy").As(demo.Mother).Get(path).Must(http.StatusOK).Has(mother.Name)
		protect(t, h, mother.PersonID, identity.Unprotected)
		if text := rows(); !strings.Contains(text, mother.Name) {
			t.Errorf("lifted, he reads\n%s", text)
		}
	})
}
