package staff

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/tenant"
)

func TestTree_showsEveryDepartmentOnce(t *testing.T) {
	t.Parallel()
	d := func(id, parent string) tenant.Department {
		return tenant.Department{ID: id, Name: id, ParentID: parent}
	}
	for name, tt := range map[string]struct {
		list []tenant.Department
		want []string
	}{
		"none":          {nil, nil},
		"below":         {[]tenant.Department{d("a", "b"), d("b", ""), d("c", "a")}, []string{"b", "b › a", "b › a › c"}},
		"beside":        {[]tenant.Department{d("a", ""), d("b", ""), d("c", "a")}, []string{"a", "a › c", "b"}},
		"a lost parent": {[]tenant.Department{d("a", "gone"), d("b", "a")}, []string{"a", "a › b"}},
		"a circle":      {[]tenant.Department{d("a", "b"), d("b", "a"), d("c", "")}, []string{"c", "a", "a › b"}},
	} {
		var got []string
		for _, u := range tree(tt.list) {
			got = append(got, u.Path)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestIsBelow_stopsInACircle(t *testing.T) {
	t.Parallel()
	list := []tenant.Department{{ID: "a", ParentID: "b"}, {ID: "b", ParentID: "a"}, {ID: "c", ParentID: "a"}, {ID: "d"}}
	for pair, want := range map[[2]string]bool{{"c", "a"}: true, {"c", "b"}: true, {"c", "d"}: false, {"d", "a"}: false, {"x", "a"}: false} {
		if got := isBelow(list, pair[0], pair[1]); got != want {
			t.Errorf("%s below %s: %t", pair[0], pair[1], got)
		}
	}
}

func TestDepartment_isMadeChangedAndEnded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		d := w.department(tenant.Department{Name: "  SFO  ", ParentID: w.school.ID, Email: "sfo@torgby.example"})
		if d.Name != "SFO" || d.Version != 1 || !ids.Valid(d.ID) {
			t.Errorf("made %+v", d)
		}
		d.Name, d.ParentID = "Skolefritid", w.care.ID
		changed, err := w.service.ChangeDepartment(w.ctx, d)
		if err != nil || changed.Version != 2 {
			t.Fatalf("changed %+v, %v", changed, err)
		}
		if _, err := w.service.ChangeDepartment(w.ctx, d); !errs.Is(err, errs.KindConflict) {
			t.Errorf("an old version: %v", err)
		}
		if err := w.service.EndDepartment(w.ctx, w.care.ID, w.care.Version); errs.Of(err) == nil || errs.Of(err).Key != "staff.department.has_below" {
			t.Errorf("one with another below: %v", err)
		}
		if err := w.service.EndDepartment(w.ctx, d.ID, 1); !errs.Is(err, errs.KindConflict) {
			t.Errorf("an old version ends: %v", err)
		}
		for range 2 {
			if err := w.service.EndDepartment(w.ctx, d.ID, 2); err != nil {
				t.Fatal(err)
			}
		}
		changed.Version = 3
		if _, err := w.service.ChangeDepartment(w.ctx, changed); !errs.Is(err, errs.KindConflict) {
			t.Errorf("an ended one is changed: %v", err)
		}
		want := []string{"staff.department_ended", "staff.department_changed", "staff.department_created"}
		if diff := cmp.Diff(want, w.actions(3)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDepartment_tellsAllThatIsWrong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		ended := w.department(tenant.Department{Name: "Gammel"})
		w.ok(w.service.EndDepartment(w.ctx, ended.ID, ended.Version))
		for name, tt := range map[string]struct {
			d    tenant.Department
			want map[string]string
		}{
			"no name":         {tenant.Department{Name: " ", Email: "x"}, map[string]string{"name": "tenant.department_name", "email": "access.email"}},
			"taken":           {tenant.Department{Name: "SKOLE"}, map[string]string{"name": "staff.department.name_taken"}},
			"unknown parent":  {tenant.Department{Name: "A", ParentID: ids.New()}, map[string]string{"parent": "staff.department.parent_unknown"}},
			"an ended parent": {tenant.Department{Name: "A", ParentID: ended.ID}, map[string]string{"parent": "staff.department.parent_unknown"}},
			"two addresses":   {tenant.Department{Name: "A", Email: "a@b.no, c@d.no"}, map[string]string{"email": "access.email"}},
		} {
			_, err := w.service.CreateDepartment(w.ctx, tt.d)
			if diff := cmp.Diff(tt.want, fields(err)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		again := w.department(tenant.Department{Name: "Gammel"})
		again.ParentID = again.ID
		if _, err := w.service.ChangeDepartment(w.ctx, again); fields(err)["parent"] == "" {
			t.Errorf("below itself: %v", err)
		}
	})
}

func TestDepartment_isArrangedByItsAdministratorsOnly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		for name, who := range w.outsiders() {
			d := w.school
			d.Name = "Hacket"
			if _, err := w.service.ChangeDepartment(who.ctx, d); !errs.Is(err, who.want) {
				t.Errorf("%s changes: %v", name, err)
			}
			if err := w.service.EndDepartment(who.ctx, d.ID, 1); !errs.Is(err, who.want) {
				t.Errorf("%s ends: %v", name, err)
			}
			if _, err := w.service.Department(who.ctx, d.ID); !errs.Is(err, who.want) {
				t.Errorf("%s opens: %v", name, err)
			}
			if who.want == errs.KindNotFound {
				continue // she may make one of her own
			}
			if _, err := w.service.CreateDepartment(who.ctx, tenant.Department{Name: "Ny"}); !errs.Is(err, who.want) {
				t.Errorf("%s makes: %v", name, err)
			}
			if _, err := w.service.NewDepartment(who.ctx); !errs.Is(err, who.want) {
				t.Errorf("%s opens the form: %v", name, err)
			}
		}
		units, err := w.service.Departments(w.other)
		if err != nil || len(units) != 0 {
			t.Errorf("the neighbour sees %v, %v", units, err)
		}
	})
}

func TestDepartment_anAdministratorOfOneArrangesThatOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		ctx := w.as("bo", identity.Grant{Role: "administrator", Department: w.school.ID})
		below, err := w.service.CreateDepartment(ctx, tenant.Department{Name: "SFO", ParentID: w.school.ID})
		if err != nil {
			t.Fatal(err)
		}
		for name, d := range map[string]tenant.Department{
			"at the top": {Name: "Topp"}, "below another": {Name: "Under", ParentID: w.care.ID},
		} {
			if _, err := w.service.CreateDepartment(ctx, d); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		moved := w.school
		moved.ParentID = w.care.ID
		if _, err := w.service.ChangeDepartment(ctx, moved); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("moved to where she has no say: %v", err)
		}
		renamed := w.school
		renamed.Name = "Skole og SFO"
		if _, err := w.service.ChangeDepartment(ctx, renamed); err != nil {
			t.Errorf("renamed: %v", err)
		}
		places, err := w.service.NewDepartment(ctx)
		if err != nil || places.Whole || len(places.Units) != 1 || places.Units[0].ID != w.school.ID {
			t.Errorf("can choose %+v, %v", places, err)
		}
		edit, err := w.service.Department(w.ctx, w.school.ID)
		if err != nil || !edit.Parents.Whole || len(edit.Parents.Units) != 1 || edit.Parents.Units[0].ID != w.care.ID {
			t.Errorf("it may move to %+v, %v; not below itself or %s", edit.Parents, err, below.Name)
		}
	})
}

func TestEndDepartment_notWhileNewCasesComeToIt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		here := w.here
		here.Settings = map[string]string{"kindergarten.department": w.care.ID}
		ctx := identity.With(tenant.Bind(t.Context(), here), w.actor("ada", identity.Grant{Role: "administrator"}))
		err := w.service.EndDepartment(ctx, w.care.ID, w.care.Version)
		if e := errs.Of(err); e == nil || e.Key != "staff.department.receives_cases" {
			t.Errorf("got %v", err)
		}
		if err := w.service.EndDepartment(ctx, w.school.ID, w.school.Version); err != nil {
			t.Errorf("another one: %v", err)
		}
	})
}

func TestSections_showWhatOneMayOpen(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		for name, tt := range map[string]struct {
			grants []identity.Grant
			want   []string
		}{
			"administrator": {[]identity.Grant{{Role: "administrator"}}, []string{"departments", "staff", "substitutes", "tokens", "permissions", "failed", "look"}},
			"head":          {[]identity.Grant{{Role: "department_head", Department: w.school.ID}}, []string{"staff", "substitutes", "permissions"}},
			"auditor":       {[]identity.Grant{{Role: "auditor"}}, []string{"staff", "tokens", "permissions", "log"}},
		} {
			sections, err := w.service.Sections(w.as("bo", tt.grants...))
			var got []string
			for _, s := range sections {
				got = append(got, s.Key)
			}
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("%s: %v %s", name, err, diff)
			}
		}
		for name, who := range w.outsiders() {
			if who.want == errs.KindNotFound {
				continue
			}
			if _, err := w.service.Sections(who.ctx); !errs.Is(err, who.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestLog_isForTheAuditorAndPagesBackwards(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		auditor := w.as("bo", identity.Grant{Role: "auditor"})
		for range logLength {
			if _, err := w.service.Member(w.ctx, w.people["cleo"].ID); err != nil {
				t.Fatal(err)
			}
		}
		first, err := w.service.Log(auditor, "")
		if err != nil || len(first.Entries) != logLength || first.Older == "" {
			t.Fatalf("%d entries, older %q, %v", len(first.Entries), first.Older, err)
		}
		rest, err := w.service.Log(auditor, first.Older)
		if err != nil || len(rest.Entries) != 3 || rest.Older != "" {
			t.Errorf("the rest has %d entries, older %q, %v", len(rest.Entries), rest.Older, err)
		}
		if _, err := w.service.Log(auditor, "'; drop"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("no id: %v", err)
		}
		for name, ctx := range map[string]error{"the administrator": second(w.service.Log(w.ctx, "")), "a resident": second(w.service.Log(w.as("bo"), ""))} {
			if !errs.Is(ctx, errs.KindForbidden) {
				t.Errorf("%s: %v", name, ctx)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestVerifyLog_tellsThatTheLogIsWhole(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		if _, err := w.sealer.Seal(w.ctx); err != nil {
			t.Fatal(err)
		}
		report, err := w.service.VerifyLog(w.as("bo", identity.Grant{Role: "auditor"}))
		if err != nil || !report.OK() || report.Entries != 3 || report.Sealed != 3 {
			t.Errorf("%+v, %v", report, err)
		}
		if err := second(w.service.VerifyLog(w.ctx)); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("the administrator: %v", err)
		}
	})
}

func TestSetColor_isForTheAdministratorOfAll(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		if err := w.service.SetColor(w.ctx, " #AA0033 "); err != nil {
			t.Fatal(err)
		}
		list, err := w.tenants.List(w.ctx)
		w.ok(err)
		for _, one := range list {
			want := tenant.DefaultColor
			if one.ID == w.here.ID {
				want = "#aa0033"
			}
			if one.Color != want {
				t.Errorf("%s has %s", one.Slug, one.Color)
			}
		}
		if got := w.actions(1); got[0] != "staff.color_set" {
			t.Errorf("the log says %v", got)
		}
		if diff := cmp.Diff(map[string]string{"color": "tenant.bad_color"}, fields(w.service.SetColor(w.ctx, "rød"))); diff != "" {
			t.Error(diff)
		}
		for name, ctx := range map[string]identity.Grant{"of one department": {Role: "administrator", Department: w.school.ID}, "auditor": {Role: "auditor"}} {
			if err := w.service.SetColor(w.as("bo", ctx), "#000000"); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := w.service.Color(w.as("bo", ctx)); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s sees the form: %v", name, err)
			}
			if _, err := w.service.Preview(w.as("bo", ctx), "#000000"); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s previews: %v", name, err)
			}
		}
	})
}

func TestNewLook_keepsTextReadable(t *testing.T) {
	t.Parallel()
	for _, color := range []string{"#1d4f91", "#ffffff", "#000000", "#ffff00", "#7f7f7f", "#00ff88"} {
		look, err := newLook(color)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range look.Swatches {
			floor := 4.5
			if s.Key == "line" {
				floor = 3
			}
			if s.Contrast < floor {
				t.Errorf("%s: %s has %.2f", color, s.Key, s.Contrast)
			}
		}
	}
	if look, _ := newLook("#ffffff"); !look.Adjusted || look.Contrast != 1 {
		t.Errorf("white: %+v", look)
	}
	if look, _ := newLook("#1d4f91"); look.Adjusted {
		t.Error("a good colour is said to be changed")
	}
	for _, bad := range []string{"", "#12345", "red", "#12345g"} {
		if _, err := newLook(bad); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestPermissions_areForThoseWithARole(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, w *world) {
		m, err := w.service.Permissions(w.as("bo", identity.Grant{Role: "case_worker", Department: w.school.ID}))
		if err != nil || len(m.Rows) != len(w.access.Permissions()) {
			t.Errorf("%d rows, %v", len(m.Rows), err)
		}
		for _, row := range m.Rows {
			if row.Permission.Name != PermOpen {
				continue
			}
			for _, cell := range row.Cells {
				want := cell.Role == access.Administrator || cell.Role == access.DepartmentHead || cell.Role == access.Auditor
				if cell.Never() == want {
					t.Errorf("%s opens the administration: %t", cell.Role, want)
				}
			}
		}
		if err := second(w.service.Permissions(w.as("bo"))); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a resident: %v", err)
		}
	})
}
