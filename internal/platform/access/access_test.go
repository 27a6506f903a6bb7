package access

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// caseRules are the policies of a service as it would ship them.
func caseRules() Rules {
	rules := Rules{Module: "cases", Policies: os.DirFS("testdata")}
	for _, name := range []Permission{
		"case.read", "case.assign", "case.ask", "case.decide", "case.note", "case.list", "case.withdraw",
		"case.answer", "case.accept", "case.log", "load.read", "draft.read", "draft.write", "draft.submit",
		"form.start", "document.read", "document.add",
	} {
		rules.Permissions = append(rules.Permissions, Describe("cases", name))
	}
	return rules
}

func newAccess(tb testing.TB, modules ...Rules) *Access {
	tb.Helper()
	a, err := New(slog.New(slog.DiscardHandler), append(modules, caseRules())...)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func inTenant(tb testing.TB, actor identity.Actor) context.Context {
	tb.Helper()
	return identity.With(store.WithTenant(tb.Context(), "t-a"), actor)
}

func resident(id string) identity.Actor { return identity.Actor{Kind: identity.Resident, PersonID: id} }

// staff holds roles written "case_worker@dep", or "case_worker" for the whole municipality.
func staff(id string, roles ...string) identity.Actor {
	actor := identity.Actor{Kind: identity.Staff, PersonID: id}
	for _, text := range roles {
		role, department, _ := strings.Cut(text, "@")
		actor.Grants = append(actor.Grants, identity.Grant{Role: role, Department: department})
	}
	return actor
}

func guardian(id, child string) identity.Actor {
	actor := resident(id)
	actor.OnBehalfOf = child
	return actor
}

var system = identity.Actor{Kind: identity.System, SystemName: "deadlines"}

func ordinaryCase() Resource {
	return Resource{Type: "case", ID: "c-1", Department: "kindergarten", Owners: []string{"mother", "child"}, Assignee: "ola"}
}

func protectedCase() Resource {
	r := ordinaryCase()
	r.Attrs = map[string]any{"restricted": true}
	return r
}

func TestCheck_answersAsThePoliciesSay(t *testing.T) {
	t.Parallel()
	a := newAccess(t)
	const (
		yes       = errs.Kind(-1)
		login     = errs.KindLogin
		notFound  = errs.KindNotFound
		forbidden = errs.KindForbidden
	)
	tests := map[string]struct {
		actor identity.Actor
		may   Permission
		of    Resource
		want  errs.Kind
	}{
		"public needs nobody":                      {identity.Actor{Kind: identity.Anonymous}, Public, Resource{}, yes},
		"a visitor must log in":                    {identity.Actor{Kind: identity.Anonymous}, LoggedIn, Resource{Type: "self"}, login},
		"a visitor must log in to see a case":      {identity.Actor{Kind: identity.Anonymous}, "case.read", ordinaryCase(), login},
		"a person has a page":                      {resident("mother"), LoggedIn, Resource{Type: "self"}, yes},
		"an owner reads":                           {resident("mother"), "case.read", ordinaryCase(), yes},
		"a guardian acts for the child":            {guardian("father", "child"), "case.withdraw", ordinaryCase(), yes},
		"a neighbour does not know of it":          {resident("neighbour"), "case.read", ordinaryCase(), notFound},
		"nor may withdraw it":                      {resident("neighbour"), "case.withdraw", ordinaryCase(), notFound},
		"an owner may not decide":                  {resident("mother"), "case.decide", ordinaryCase(), forbidden},
		"a case worker decides":                    {staff("ola", "case_worker@kindergarten"), "case.decide", ordinaryCase(), yes},
		"for the whole municipality too":           {staff("ola", "case_worker"), "case.decide", ordinaryCase(), yes},
		"one of another department knows nothing":  {staff("kari", "case_worker@school"), "case.decide", ordinaryCase(), notFound},
		"the head sees who looked":                 {staff("head", "department_head@kindergarten"), "case.log", ordinaryCase(), yes},
		"a case worker does not":                   {staff("ola", "case_worker@kindergarten"), "case.log", ordinaryCase(), forbidden},
		"an administrator does not read cases":     {staff("admin", "administrator"), "case.read", ordinaryCase(), notFound},
		"an auditor sees who looked":               {staff("rev", "auditor"), "case.log", ordinaryCase(), yes},
		"but not the case":                         {staff("rev", "auditor"), "case.read", ordinaryCase(), notFound},
		"a case worker has a work list":            {staff("ola", "case_worker@kindergarten"), "case.list", Resource{Type: "case"}, yes},
		"a resident has none":                      {resident("mother"), "case.list", Resource{Type: "case"}, forbidden},
		"nobody decides in an own case":            {staff("mother", "case_worker@kindergarten"), "case.decide", ordinaryCase(), forbidden},
		"protected: the assignee reads":            {staff("ola", "case_worker@kindergarten"), "case.read", protectedCase(), yes},
		"protected: a colleague does not":          {staff("kari", "case_worker@kindergarten"), "case.read", protectedCase(), notFound},
		"protected: the head reads":                {staff("head", "department_head@kindergarten"), "case.read", protectedCase(), yes},
		"protected: another head does not":         {staff("head", "department_head@school"), "case.read", protectedCase(), notFound},
		"protected: the owner reads":               {resident("mother"), "case.read", protectedCase(), yes},
		"protected: the system reads":              {system, "case.read", protectedCase(), yes},
		"protected: an assignee without role":      {staff("ola"), "case.read", protectedCase(), notFound},
		"the system does not decide":               {system, "case.decide", ordinaryCase(), forbidden},
		"an administrator gives roles":             {staff("admin", "administrator"), RoleManage, Resource{Type: "role"}, yes},
		"one of a department gives none elsewhere": {staff("admin", "administrator@school"), RoleManage, Resource{Type: "role", Department: "kindergarten"}, forbidden},
		"nor for the whole municipality":           {staff("admin", "administrator@school"), RoleManage, Resource{Type: "role"}, forbidden},
		"a head gives none":                        {staff("head", "department_head"), RoleManage, Resource{Type: "role"}, forbidden},
		"a person sees who looked at him or her":   {resident("mother"), SelfLog, Resource{Type: "self", ID: "mother", Owners: []string{"mother"}}, yes},
		"not who looked at others":                 {resident("mother"), SelfLog, Resource{Type: "self", ID: "ola", Owners: []string{"ola"}}, forbidden},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := a.Check(inTenant(t, tt.actor), tt.may, tt.of)
			if tt.want == yes {
				if err != nil {
					t.Fatalf("denied: %v", err)
				}
				return
			}
			if !errs.Is(err, tt.want) {
				t.Fatalf("got %v, want kind %d", err, tt.want)
			}
			denied, ok := errors.AsType[*Denied](err)
			if !ok || denied.Permission != tt.may || denied.ID != tt.of.ID || denied.Reason == "" {
				t.Errorf("the denial is not told of: %+v", denied)
			}
		})
	}
}

func TestCheck_refusesOtherTenantsBeforeAnyPolicy(t *testing.T) {
	t.Parallel()
	a := newAccess(t)
	ctx := inTenant(t, resident("mother"))
	foreign := ordinaryCase()
	foreign.Tenant = "t-b"
	if err := a.Check(ctx, "case.read", foreign); !errs.Is(err, errs.KindNotFound) {
		t.Errorf("another tenant's case: %v", err)
	}
	own := ordinaryCase()
	own.Tenant = "t-a"
	if err := a.Check(ctx, "case.read", own); err != nil {
		t.Errorf("own tenant's case: %v", err)
	}
	unbound := identity.With(t.Context(), resident("mother"))
	if err := a.Check(unbound, "case.read", own); !errs.Is(err, errs.KindInternal) {
		t.Errorf("without a tenant: %v", err)
	}
}

func TestCheck_mistakesOfOursAreInternalErrors(t *testing.T) {
	t.Parallel()
	a := newAccess(t)
	ctx := inTenant(t, staff("ola", "case_worker"))
	for name, err := range map[string]error{
		"unknown permission": a.Check(ctx, "case.burn", ordinaryCase()),
		"wrong type":         a.Check(ctx, "case.read", Resource{Type: "draft", ID: "d"}),
		"odd attribute":      a.Check(ctx, "case.read", Resource{Type: "case", ID: "c", Attrs: map[string]any{"x": 1.5}}),
	} {
		if !errs.Is(err, errs.KindInternal) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheck_tokenStaysWithinItsLimits(t *testing.T) {
	t.Parallel()
	a := newAccess(t)
	token := identity.Actor{
		Kind: identity.Token, TokenID: "tok", Grants: []identity.Grant{{Role: "case_worker", Department: "kindergarten"}},
	}
	bare := inTenant(t, token)
	if err := a.Check(bare, "case.read", ordinaryCase()); !errs.Is(err, errs.KindNotFound) {
		t.Errorf("a token without limits may do something: %v", err)
	}
	limited := WithLimits(bare, "tok", []Permission{"case.read", "role.manage"})
	if err := a.Check(limited, "case.read", ordinaryCase()); err != nil {
		t.Errorf("within its limits: %v", err)
	}
	if err := a.Check(limited, "case.decide", ordinaryCase()); !errs.Is(err, errs.KindForbidden) {
		t.Errorf("outside its limits: %v", err)
	}
	if err := a.Check(limited, "case.read", protectedCase()); !errs.Is(err, errs.KindNotFound) {
		t.Errorf("a protected person's case: %v", err)
	}
	if err := a.Check(WithLimits(bare, "other", []Permission{"case.read"}), "case.read", ordinaryCase()); err == nil {
		t.Error("another token's limits count")
	}
	unassigned := Resource{Type: "case", ID: "c", Department: "kindergarten", Attrs: map[string]any{"restricted": true}}
	if err := a.Check(limited, "case.read", unassigned); err == nil {
		t.Error("nobody's case counts as assigned to a token, which is no person")
	}
}

func file(text string) fstest.MapFS {
	return fstest.MapFS{"policies/x.cedar": {Data: []byte(text)}}
}

func TestNew_refusesBadPolicies(t *testing.T) {
	t.Parallel()
	things := []PermissionInfo{Describe("x", "thing.read")}
	head := "// Why.\n@id(\"a\")\n"
	tests := map[string]struct {
		policy string
		want   string
	}{
		"broken text":        {"permit (", "parser error"},
		"no name":            {"// Why.\npermit (principal, action == Action::\"thing.read\", resource);", "needs a name"},
		"no comment":         {"@id(\"a\") permit (principal, action == Action::\"thing.read\", resource);", "needs a comment"},
		"unknown permission": {head + `permit (principal, action == Action::"thing.burn", resource);`, "unknown permission"},
		"same permission twice": {
			head + `permit (principal, action in [Action::"thing.read", Action::"thing.read"], resource);`, "twice",
		},
		"action group":            {head + `permit (principal, action in Action::"thing.read", resource);`, "write the action"},
		"misspelt fact":           {head + `permit (principal, action == Action::"thing.read", resource) when { principal.persns.contains("x") };`, "principal.persns"},
		"misspelt kind":           {head + `permit (principal is Staf, action == Action::"thing.read", resource);`, "Staf"},
		"misspelt kind in a when": {head + `permit (principal, action == Action::"thing.read", resource) when { principal is Sistem };`, "Sistem"},
		"same name twice": {
			head + `permit (principal, action == Action::"thing.read", resource);` + "\n" +
				head + `forbid (principal, action == Action::"thing.read", resource);`, "used twice",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := New(slog.New(slog.DiscardHandler), Rules{Module: "x", Permissions: things, Policies: file(tt.policy)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want something with %q", err, tt.want)
			}
		})
	}
}

func TestNew_refusesBadPermissions(t *testing.T) {
	t.Parallel()
	for name, info := range map[string]PermissionInfo{
		"no verb":        {Name: "thing", Describe: "x.thing"},
		"no description": {Name: "thing.read"},
		"declared twice": Describe("x", RoleManage),
	} {
		if _, err := New(slog.New(slog.DiscardHandler), Rules{Module: "x", Permissions: []PermissionInfo{info}}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestRequire_findsUndeclaredPermissions(t *testing.T) {
	t.Parallel()
	a := newAccess(t)
	if err := a.Require(Public, LoggedIn, "case.read"); err != nil {
		t.Error(err)
	}
	if err := a.Require("case.read", "case.burn"); err == nil || !strings.Contains(err.Error(), "case.burn") {
		t.Errorf("got %v", err)
	}
}

func TestCheck_erringPolicyIsADenial(t *testing.T) {
	t.Parallel()
	// Cedar alone would skip the forbid, whose fact the resource lacks, and permit.
	text := `// Everybody may.
@id("all")
permit (principal, action == Action::"thing.read", resource);

// Unless it is locked.
@id("locked")
forbid (principal, action == Action::"thing.read", resource) when { resource.locked };`
	var out bytes.Buffer
	a, err := New(slog.New(slog.NewTextHandler(&out, nil)), Rules{
		Module: "x", Permissions: []PermissionInfo{Describe("x", "thing.read")}, Policies: file(text),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := inTenant(t, resident("mother"))
	unlocked := Resource{Type: "thing", ID: "1", Attrs: map[string]any{"locked": false}}
	if err := a.Check(ctx, "thing.read", unlocked); err != nil {
		t.Errorf("unlocked: %v", err)
	}
	if err := a.Check(ctx, "thing.read", Resource{Type: "thing", ID: "1"}); !errs.Is(err, errs.KindNotFound) {
		t.Errorf("a policy erred and the answer was %v", err)
	}
	if !strings.Contains(out.String(), "x/locked") {
		t.Errorf("the log does not name the policy: %s", out.String())
	}
}

func TestCheck_readsAllKindsOfAttributes(t *testing.T) {
	t.Parallel()
	text := `// Small open things.
@id("small")
permit (principal, action == Action::"thing.read", resource)
when { resource.size < 10 && resource.weight < 10 && resource.state == "open" && resource.tags.contains("a") };`
	a, err := New(slog.New(slog.DiscardHandler), Rules{
		Module: "x", Permissions: []PermissionInfo{Describe("x", "thing.read")}, Policies: file(text),
	})
	if err != nil {
		t.Fatal(err)
	}
	r := Resource{Type: "thing", ID: "1", Attrs: map[string]any{
		"size": 3, "weight": int64(3), "state": "open", "tags": []string{"a", "a", ""},
	}}
	if err := a.Check(inTenant(t, resident("mother")), "thing.read", r); err != nil {
		t.Error(err)
	}
	r.Attrs["state"] = "closed"
	if err := a.Check(inTenant(t, resident("mother")), "thing.read", r); err == nil {
		t.Error("a closed thing is readable")
	}
}

func TestPermissions_areSortedAndDescribed(t *testing.T) {
	t.Parallel()
	var names []string
	for _, info := range newAccess(t).Permissions() {
		names = append(names, string(info.Name))
	}
	if len(names) != 33 || names[0] != "audit.read" || names[len(names)-1] != "token.read" {
		t.Errorf("got %d: %v", len(names), names)
	}
	if diff := cmp.Diff(PermissionInfo{"case.read", "cases.permission.case_read"}, Describe("cases", "case.read")); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkCheck(b *testing.B) {
	a := newAccess(b)
	ctx := inTenant(b, staff("ola", "case_worker@kindergarten", "case_worker@school"))
	r := ordinaryCase()
	b.ReportAllocs()
	for b.Loop() {
		if err := a.Check(ctx, "case.read", r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScope(b *testing.B) {
	a := newAccess(b)
	ctx := inTenant(b, staff("ola", "case_worker@kindergarten", "department_head@school"))
	for b.Loop() {
		if _, err := a.Scope(ctx, "case.read", "case"); err != nil {
			b.Fatal(err)
		}
	}
}
