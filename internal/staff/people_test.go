package staff

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ids"
)

func TestGive_givesARoleThatShows(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		today := w.service.today()
		bo := w.people["bo"].ID
		g, err := w.service.Give(w.ctx, access.NewGrant{PersonID: bo, Role: access.CaseWorker, Department: w.school.ID, To: today.AddDays(30)})
		if err != nil {
			t.Fatal(err)
		}
		members, err := w.service.Staff(w.ctx, "")
		if err != nil || len(members) != 2 || members[1].Person.ID != bo || members[1].Grants[0].ID != g.ID {
			t.Fatalf("the list has %+v, %v", members, err)
		}
		if only, err := w.service.Staff(w.ctx, w.care.ID); err != nil || len(only) != 0 {
			t.Errorf("in another department: %v, %v", only, err)
		}
		if _, err := w.service.Give(w.ctx, access.NewGrant{PersonID: bo, Role: access.CaseWorker, Department: w.school.ID}); !errs.Is(err, errs.KindConflict) {
			t.Errorf("twice: %v", err)
		}
		w.env.Clock.Advance(31 * 24 * time.Hour)
		if members, err := w.service.Staff(w.ctx, ""); err != nil || len(members) != 1 {
			t.Errorf("after its last day: %d, %v", len(members), err)
		}
	})
}

func TestGive_tellsAllThatIsWrong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		today, bo := w.service.today(), w.people["bo"].ID
		w.ok(w.service.EndDepartment(w.ctx, w.care.ID, w.care.Version))
		for name, tt := range map[string]struct {
			n    access.NewGrant
			want map[string]string
		}{
			"a department that is not there": {access.NewGrant{PersonID: bo, Role: access.Auditor, Department: ids.New()}, map[string]string{"department": "staff.department.unknown"}},
			"one that has ended":             {access.NewGrant{PersonID: bo, Role: "king", Department: w.care.ID}, map[string]string{"department": "staff.department.unknown", "role": "access.role_unknown"}},
			"already over":                   {access.NewGrant{PersonID: bo, Role: access.Auditor, To: today.AddDays(-1)}, map[string]string{"to": "staff.date_passed"}},
			"reversed":                       {access.NewGrant{PersonID: bo, Role: access.Auditor, From: today.AddDays(9), To: today.AddDays(8)}, map[string]string{"to": "access.dates_reversed"}},
		} {
			_, err := w.service.Give(w.ctx, tt.n)
			if diff := cmp.Diff(tt.want, fields(err)); diff != "" {
				t.Errorf("%s: %v %s", name, err, diff)
			}
		}
		for _, nobody := range []string{"", "x", ids.New()} {
			if _, err := w.service.Give(w.ctx, access.NewGrant{PersonID: nobody, Role: access.Auditor}); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("to %q: %v", nobody, err)
			}
		}
	})
}

func TestStaff_isArrangedByAdministratorsOnly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		g := w.give(w.ctx, "cleo", access.CaseWorker, w.school.ID)
		cleo := w.people["cleo"].ID
		for name, who := range w.outsiders() {
			acts := map[string]error{
				"takes away": w.service.TakeAway(who.ctx, g.ID),
				"gives":      second(w.service.Give(who.ctx, access.NewGrant{PersonID: cleo, Role: access.Auditor, Department: ""})),
				"opens":      second(w.service.Member(who.ctx, cleo)),
			}
			if who.want != errs.KindNotFound {
				acts["lists"] = second(w.service.Staff(who.ctx, ""))
				acts["finds by number"] = second(w.service.FindByNumber(who.ctx, w.numbers["cleo"].Digits()))
				_, _, acts["finds by name"] = w.service.FindByName(who.ctx, "Ødegård")
				_, _, acts["invites"] = w.service.Invite(who.ctx, access.NewInvite{Email: "a@b.no", Role: access.Auditor})
				_, acts["sees where"] = w.service.GrantPlaces(who.ctx)
			}
			_, _, acts["confirms"] = w.service.GrantOf(who.ctx, cleo, g.ID)
			for act, err := range acts {
				if !errs.Is(err, who.want) {
					t.Errorf("%s %s: %v", name, act, err)
				}
			}
		}
		if members, err := w.service.Staff(w.other, ""); err != nil || len(members) != 0 {
			t.Errorf("the neighbour sees %v, %v", members, err)
		}
	})
}

func TestStaff_aHeadSeesTheDepartmentsOwn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		w.give(w.ctx, "cleo", access.CaseWorker, w.school.ID)
		w.give(w.ctx, "bo", access.CaseWorker, w.care.ID)
		head := w.as("pia", identity.Grant{Role: "department_head", Department: w.school.ID})
		members, err := w.service.Staff(head, "")
		if err != nil || len(members) != 1 || members[0].Person.Name.Given != "Cleo" {
			t.Errorf("sees %+v, %v", members, err)
		}
		if _, err := w.service.Member(head, w.people["cleo"].ID); err != nil {
			t.Errorf("opens one of them: %v", err)
		}
		if _, err := w.service.Member(head, w.people["bo"].ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("opens another's: %v", err)
		}
		n := access.NewGrant{PersonID: w.people["cleo"].ID, Role: access.Auditor, Department: w.school.ID}
		if _, err := w.service.Give(head, n); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("gives a role: %v", err)
		}
	})
}

func TestTakeAway_theLastAdministratorStays(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		m, err := w.service.Member(w.ctx, w.people["ada"].ID)
		if err != nil || len(m.Grants) != 1 {
			t.Fatalf("%+v, %v", m, err)
		}
		first := m.Grants[0].ID
		if _, g, err := w.service.GrantOf(w.ctx, m.Person.ID, first); err != nil || g.Role != access.Administrator {
			t.Errorf("to confirm: %+v, %v", g, err)
		}
		err = w.service.TakeAway(w.ctx, first)
		if e := errs.Of(err); e == nil || e.Key != "access.last_administrator" {
			t.Fatalf("the last one: %v", err)
		}
		w.give(w.ctx, "bo", access.Administrator, "")
		if err := w.service.TakeAway(w.ctx, first); err != nil {
			t.Errorf("one of two: %v", err)
		}
		for _, none := range []string{"x", ids.New()} {
			if err := w.service.TakeAway(w.ctx, none); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%q: %v", none, err)
			}
		}
		if _, _, err := w.service.GrantOf(w.ctx, m.Person.ID, first); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("one that is gone: %v", err)
		}
	})
}

func TestFindByNumber_asksTheRegisterForStrangers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		for _, name := range []string{"bo", "eva", "pia"} {
			digits := w.numbers[name].Digits()
			p, err := w.service.FindByNumber(w.ctx, " "+digits[:6]+" "+digits[6:]+" ")
			if err != nil || p.Name.Given != given(name) {
				t.Errorf("%s: %v, %v", name, p, err)
			}
		}
		unknown, err := w.service.FindByNumber(w.ctx, "01010112345")
		if diff := cmp.Diff(map[string]string{"number": "staff.find.number_invalid"}, fields(err)); diff != "" || unknown.ID != "" {
			t.Error(diff)
		}
		stranger, err := pid.Synthetic(clock.NewDate(1999, 9, 9), 0)
		w.ok(err)
		for name, number := range map[string]pid.PID{"dead": w.numbers["dag"], "not in the register": stranger} {
			_, err := w.service.FindByNumber(w.ctx, number.Digits())
			if diff := cmp.Diff(map[string]string{"number": "staff.find.number_unknown"}, fields(err)); diff != "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if diff := cmp.Diff(map[string]string{"number": "identity.not_synthetic"}, fields(second(w.service.FindByNumber(w.ctx, "13097248022")))); diff != "" {
			t.Errorf("a number outside the test series: %s", diff)
		}
	})
}

func TestFindByName_leavesProtectedPeopleOutAndNotesTheLook(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		found, more, err := w.service.FindByName(w.ctx, "ødeg")
		var names []string
		for _, p := range found {
			names = append(names, p.Name.Given)
		}
		if diff := cmp.Diff([]string{"Ada", "Bo", "Cleo"}, names); err != nil || more || diff != "" {
			t.Errorf("%v %t %s", err, more, diff)
		}
		if got := w.actions(3); !slices.Equal(got, []string{"audit.looked", "audit.looked", "audit.looked"}) {
			t.Errorf("the log says %v", got)
		}
		for _, short := range []string{"", "ø", " Bo "} {
			if _, _, err := w.service.FindByName(w.ctx, short); fields(err)["name"] != "staff.find.name_short" {
				t.Errorf("%q: %v", short, err)
			}
		}
	})
}

func TestInvite_isAcceptedOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		invite, secret, err := w.service.Invite(w.ctx, access.NewInvite{Email: " eva@torgby.example ", Name: "Eva", Role: access.CaseWorker, Department: w.school.ID})
		if err != nil || invite.Email != "eva@torgby.example" {
			t.Fatalf("%+v, %v", invite, err)
		}
		visitor := w.outsiders()["a visitor"].ctx
		shown, err := w.service.Invited(visitor, secret)
		if err != nil || shown.Role != access.CaseWorker || shown.DepartmentName != "" {
			t.Errorf("a visitor sees %+v, %v", shown, err)
		}
		bo := w.as("bo")
		if shown, err = w.service.Invited(bo, secret); err != nil || shown.DepartmentName != "Skole" {
			t.Errorf("one who has logged in sees %+v, %v", shown, err)
		}
		if err := second(w.service.Accept(visitor, secret)); !errs.Is(err, errs.KindLogin) {
			t.Errorf("a visitor accepts: %v", err)
		}
		if err := second(w.service.Invited(w.other, secret)); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("in another municipality: %v", err)
		}
		if g, err := w.service.Accept(bo, secret); err != nil || g.PersonID != w.people["bo"].ID || g.Department != w.school.ID {
			t.Errorf("accepted %+v, %v", g, err)
		}
		for what, err := range map[string]error{"shown": second(w.service.Invited(bo, secret)), "accepted": second(w.service.Accept(bo, secret))} {
			if !errs.Is(err, errs.KindConflict) {
				t.Errorf("%s again: %v", what, err)
			}
		}
	})
}

func TestInvite_tellsAllThatIsWrong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		_, _, err := w.service.Invite(w.ctx, access.NewInvite{Email: "eva", Role: "queen", Department: ids.New()})
		want := map[string]string{"email": "access.email", "role": "access.role_unknown", "department": "staff.department.unknown"}
		if diff := cmp.Diff(want, fields(err)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSubstitute_isSetListedAndEnded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		w.give(w.ctx, "cleo", access.CaseWorker, w.school.ID)
		cleo, bo, today := w.people["cleo"].ID, w.people["bo"].ID, w.service.today()
		set, err := w.service.SetSubstitute(w.ctx, cleo, bo, today, today.AddDays(7))
		if err != nil {
			t.Fatal(err)
		}
		list, err := w.service.Substitutes(w.ctx)
		if err != nil || len(list) != 1 || list[0].AbsentName != "Cleo Ødegård" || list[0].SubstituteName != "Bo Ødegård" {
			t.Fatalf("the list has %+v, %v", list, err)
		}
		if one, err := w.service.Substitute(w.ctx, set.ID); err != nil || one.ID != set.ID {
			t.Errorf("%+v, %v", one, err)
		}
		for name, who := range w.outsiders() {
			if err := w.service.EndSubstitute(who.ctx, set.ID); !errs.Is(err, who.want) {
				t.Errorf("%s ends: %v", name, err)
			}
			if who.want == errs.KindNotFound {
				continue
			}
			for what, err := range map[string]error{
				"lists": second(w.service.Substitutes(who.ctx)), "opens the form": second(w.service.Colleagues(who.ctx)),
				"sets": second(w.service.SetSubstitute(who.ctx, cleo, bo, today, today)),
			} {
				if !errs.Is(err, who.want) {
					t.Errorf("%s %s: %v", name, what, err)
				}
			}
		}
		if err := w.service.EndSubstitute(w.ctx, set.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.service.Substitute(w.ctx, set.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("after it ended: %v", err)
		}
		if err := w.service.EndSubstitute(w.ctx, "x"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("ending nothing: %v", err)
		}
	})
}

func TestSetSubstitute_tellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		ada, bo, today := w.people["ada"].ID, w.people["bo"].ID, w.service.today()
		for name, tt := range map[string]struct {
			absent, substitute string
			from, to           clock.Date
			want               map[string]string
		}{
			"nothing chosen": {"", "", clock.Date{}, clock.Date{}, map[string]string{"absent": "errs.required", "substitute": "errs.required", "from": "errs.required", "to": "access.dates_reversed"}},
			"herself":        {ada, ada, today, today, map[string]string{"substitute": "access.substitute_self"}},
			"over":           {ada, bo, today.AddDays(-9), today.AddDays(-1), map[string]string{"to": "staff.date_passed"}},
			"reversed":       {ada, bo, today.AddDays(2), today, map[string]string{"to": "access.dates_reversed"}},
		} {
			_, err := w.service.SetSubstitute(w.ctx, tt.absent, tt.substitute, tt.from, tt.to)
			if diff := cmp.Diff(tt.want, fields(err)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		if _, err := w.service.SetSubstitute(w.ctx, ada, ids.New(), today, today); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("nobody: %v", err)
		}
		if _, err := w.service.SetSubstitute(w.ctx, bo, ada, today, today); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("for one without a role: %v", err)
		}
	})
}

func goodToken(w *world) NewToken {
	return NewToken{Name: " Arkivet ", Role: access.Administrator, Department: w.school.ID, Days: 30, Scopes: []access.Permission{access.DepartmentManage}}
}

func TestToken_isMadeUsedAndRevoked(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		token, secret, err := w.service.CreateToken(w.ctx, goodToken(w))
		if err != nil || token.Name != "Arkivet" || !token.ExpiresAt.Equal(w.env.Clock.Now().Add(30*24*time.Hour)) {
			t.Fatalf("%+v, %v", token, err)
		}
		visitor := w.outsiders()["a visitor"].ctx
		ctx, err := w.roles.AsToken(visitor, secret)
		w.ok(err)
		below, err := w.service.CreateDepartment(ctx, below(w))
		if err != nil || below.Name != "SFO" {
			t.Errorf("it makes a department: %v", err)
		}
		if err := second(w.service.Sections(ctx)); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("it opens the pages of people: %v", err)
		}
		if one, err := w.service.Token(w.ctx, token.ID); err != nil || one.ID != token.ID {
			t.Errorf("%+v, %v", one, err)
		}
		if err := w.service.RevokeToken(w.ctx, token.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.roles.AsToken(visitor, secret); !errs.Is(err, errs.KindLogin) {
			t.Errorf("after it was revoked: %v", err)
		}
		for _, none := range []string{"x", ids.New()} {
			if err := w.service.RevokeToken(w.ctx, none); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%q: %v", none, err)
			}
			if err := second(w.service.Token(w.ctx, none)); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%q is shown: %v", none, err)
			}
		}
	})
}

func TestToken_isMadeByAdministratorsOnly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		token, _, err := w.service.CreateToken(w.ctx, goodToken(w))
		w.ok(err)
		auditor := w.as("bo", identity.Grant{Role: "auditor"})
		if list, err := w.service.Tokens(auditor); err != nil || len(list) != 1 {
			t.Errorf("the auditor sees %v, %v", list, err)
		}
		whos := w.outsiders()
		delete(whos, "another's manager")
		for name, who := range whos {
			_, _, made := w.service.CreateToken(who.ctx, goodToken(w))
			_, _, choices := w.service.TokenChoices(who.ctx)
			for what, err := range map[string]error{
				"makes": made, "opens the form": choices, "revokes": w.service.RevokeToken(who.ctx, token.ID),
				"lists": second(w.service.Tokens(who.ctx)), "opens": second(w.service.Token(who.ctx, token.ID)),
			} {
				if !errs.Is(err, who.want) {
					t.Errorf("%s %s: %v", name, what, err)
				}
			}
		}
		if err := w.service.RevokeToken(auditor, token.ID); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("the auditor revokes: %v", err)
		}
		if list, err := w.service.Tokens(w.other); err != nil || len(list) != 0 {
			t.Errorf("the neighbour sees %v, %v", list, err)
		}
		if err := w.service.RevokeToken(w.other, token.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the neighbour revokes: %v", err)
		}
	})
}

func TestCreateToken_tellsAllThatIsWrong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		for name, tt := range map[string]struct {
			change func(*NewToken)
			want   map[string]string
		}{
			"nothing written": {func(n *NewToken) { *n = NewToken{} }, map[string]string{"name": "errs.required", "role": "access.role_unknown", "days": "staff.token.days_wrong", "scopes": "access.scopes_unknown"}},
			"too many days":   {func(n *NewToken) { n.Days = 731 }, map[string]string{"days": "staff.token.days_wrong"}},
			"a long name":     {func(n *NewToken) { n.Name = string(make([]rune, 101)) + "x" }, map[string]string{"name": "staff.too_long"}},
			"unknown scope":   {func(n *NewToken) { n.Scopes = []access.Permission{"case.burn"} }, map[string]string{"scopes": "access.scopes_unknown"}},
			"to give rights":  {func(n *NewToken) { n.Scopes = append(n.Scopes, access.RoleManage) }, map[string]string{"scopes": "access.scopes_unknown"}},
			"no department":   {func(n *NewToken) { n.Department = ids.New() }, map[string]string{"department": "staff.department.unknown"}},
		} {
			n := goodToken(w)
			tt.change(&n)
			_, _, err := w.service.CreateToken(w.ctx, n)
			if diff := cmp.Diff(tt.want, fields(err)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}

func TestTokenChoices_holdNoRightsToGive(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		places, scopes, err := w.service.TokenChoices(w.ctx)
		if err != nil || !places.Whole || len(places.Units) != 2 {
			t.Errorf("%+v, %v", places, err)
		}
		var names []access.Permission
		for _, s := range scopes {
			names = append(names, s.Name)
		}
		for _, p := range forPeopleOnly() {
			if slices.Contains(names, p) {
				t.Errorf("%s can be chosen", p)
			}
		}
		for _, p := range []access.Permission{access.DepartmentManage, access.RoleRead, access.AuditRead} {
			if !slices.Contains(names, p) {
				t.Errorf("%s cannot be chosen", p)
			}
		}
	})
}
