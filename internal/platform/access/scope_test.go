package access

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestScope_readsAsSQL(t *testing.T) {
	t.Parallel()
	a := newAccess(t)
	cols := ScopeColumns{Department: "department_id", Owner: "applicant_id", Assignee: "assignee_id", Restricted: "restricted"}
	tests := map[string]struct {
		actor identity.Actor
		want  string
		args  []any
	}{
		"nobody":   {identity.Actor{Kind: identity.Anonymous}, "1 = 0", nil},
		"resident": {resident("mother"), "applicant_id = $2", []any{"mother"}},
		"guardian": {guardian("father", "child"), "(applicant_id = $2 or applicant_id = $3)", []any{"child", "father"}},
		"system":   {system, "1 = 1", nil},
		"administrator reads only what is his or her own": {staff("admin", "administrator"), "applicant_id = $2", []any{"admin"}},
		"case worker": {
			staff("ola", "case_worker@kindergarten"),
			"(applicant_id = $2 or (department_id in ($3) and restricted is not true) or (department_id in ($3) and assignee_id = $2))",
			[]any{"ola", "kindergarten"},
		},
		"head": {
			staff("ola", "department_head@kindergarten", "department_head@school"),
			"(applicant_id = $2 or department_id in ($3, $4))",
			[]any{"ola", "kindergarten", "school"},
		},
		"case worker everywhere": {
			staff("ola", "case_worker"),
			"(restricted is not true or applicant_id = $2 or assignee_id = $2)",
			[]any{"ola"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scope, err := a.Scope(inTenant(t, tt.actor), "case.read", "case")
			if err != nil {
				t.Fatal(err)
			}
			got, args := scope.Where(cols, 2)
			if strings.TrimSuffix(strings.TrimPrefix(got, "("), ")") != strings.TrimSuffix(strings.TrimPrefix(tt.want, "("), ")") {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if diff := cmp.Diff(tt.args, args); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestScope_refusesPoliciesThatNeedMoreThanTheRow(t *testing.T) {
	t.Parallel()
	for name, condition := range map[string]string{
		"another fact":          `resource.state == "open"`,
		"a named department":    `resource.department == "school"`,
		"a named assignee":      `resource.assignee == "ola"`,
		"the owners as a whole": `resource.owners.isEmpty()`,
		"the id":                `resource.id == "1"`,
		"a guard":               `resource has state && principal is Staff`,
		"a pattern":             `resource.department like "s*"`,
		"the thing itself":      `resource == thing::"1"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := New(slog.New(slog.DiscardHandler), Rules{
				Module: "x", Permissions: []PermissionInfo{Describe("x", "thing.read")},
				Policies: file("// Why.\n@id(\"a\")\npermit (principal, action == Action::\"thing.read\", resource) when { " + condition + " };"),
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Scope(inTenant(t, resident("x")), "thing.read", "thing"); err == nil || !strings.Contains(err.Error(), "x/a") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestScope_needsATenantAndAKnownPermission(t *testing.T) {
	t.Parallel()
	a := newAccess(t)
	if _, err := a.Scope(identity.With(t.Context(), resident("x")), "case.read", "case"); err == nil {
		t.Error("asked without a tenant")
	}
	if _, err := a.Scope(inTenant(t, resident("x")), "case.burn", "case"); err == nil {
		t.Error("asked for an unknown permission")
	}
}

func TestWhere_columnsThatAreNotThere(t *testing.T) {
	t.Parallel()
	a := newAccess(t)
	scope, err := a.Scope(inTenant(t, staff("ola", "case_worker@kindergarten")), "case.read", "case")
	if err != nil {
		t.Fatal(err)
	}
	for want, cols := range map[string]ScopeColumns{
		"1 = 0":                            {},
		"(department_id in ($1))":          {Department: "department_id"},
		"(applicant_id = $1)":              {Owner: "applicant_id"},
		"(exists (select 1 where $1 = p))": {OwnerExists: "exists (select 1 where ? = p)"},
		"1 = 0 ":                           {Assignee: "assignee_id", Restricted: "restricted"},
	} {
		got, args := scope.Where(cols, 1)
		if got != strings.TrimSpace(want) {
			t.Errorf("%+v: got %s, want %s", cols, got, want)
		}
		if strings.Count(got, "$") == 0 != (len(args) == 0) {
			t.Errorf("%s has arguments %v", got, args)
		}
	}
}

// oddRules have policies that forbid, negate and ask for the unassigned, which
// the shipped ones hardly do.
func oddRules() Rules {
	return Rules{
		Module: "odd",
		Permissions: []PermissionInfo{
			Describe("odd", "odd.read"), Describe("odd", "odd.take"), Describe("odd", "odd.spare"),
		},
		Policies: file(`// Not in the own department, unless assigned.
@id("a")
permit (principal is Staff, action == Action::"odd.read", resource is odd)
when { !principal.case_worker_in.contains(resource.department) || principal.person == resource.assignee };

// Heads never see what stands without department.
@id("b")
forbid (principal in Role::"department_head", action == Action::"odd.read", resource)
when { resource.department == "" };

// Nobody sees what is an own thing.
@id("c")
forbid (principal, action == Action::"odd.read", resource)
when { resource.owners.contains(principal.person) };

// What nobody handles may be taken in the own department.
@id("d")
permit (principal, action == Action::"odd.take", resource)
when { resource.assignee == "" && principal.case_worker_in.contains(resource.department) };

// The auditor takes whatever is open or not assigned to one represented.
@id("e")
permit (principal in Role::"auditor", action == Action::"odd.take", resource)
when { if resource.restricted then resource.assignee != "" else !principal.persons.contains(resource.assignee) };

// Everybody has what is not protected and lies in a department.
@id("f")
permit (principal, action == Action::"odd.spare", resource)
when { resource.restricted == false && resource.department != "" };`),
	}
}

func scopeTable() fs.FS {
	return fstest.MapFS{"migrations/20261121999001_scope.sql": {Data: []byte(`-- +goose Up
create table scope_rows (
  tenant_id text not null, id text not null, department_id text, assignee_id text, restricted boolean,
  primary key (tenant_id, id)
);
create table scope_owners (
  tenant_id text not null, row_id text not null, person_id text not null, primary key (tenant_id, row_id, person_id)
);
`)}}
}

func randomActor(r *rand.Rand) identity.Actor {
	people := []string{"p1", "p2", "p3", "p4"}
	pick := func() string { return people[r.IntN(len(people))] }
	switch r.IntN(8) {
	case 0:
		return identity.Actor{Kind: identity.Anonymous}
	case 1:
		return system
	case 2:
		return resident(pick())
	case 3:
		return guardian(pick(), pick())
	}
	actor := identity.Actor{Kind: identity.Staff, PersonID: pick()}
	if r.IntN(4) == 0 {
		actor = identity.Actor{Kind: identity.Token, TokenID: "tok"}
	} else if r.IntN(3) == 0 {
		actor.OnBehalfOf = pick()
	}
	roles := append(Granted(), "unheard_of")
	for range r.IntN(4) {
		grant := identity.Grant{Role: string(roles[r.IntN(len(roles))]), Department: []string{"", "d1", "d2", "d3"}[r.IntN(4)]}
		actor.Grants = append(actor.Grants, grant)
	}
	return actor
}

func randomResource(r *rand.Rand, id string) Resource {
	res := Resource{
		ID: id, Department: []string{"", "d1", "d2", "d3", "d4"}[r.IntN(5)],
		Assignee: []string{"", "p1", "p2", "p3", "p4"}[r.IntN(5)],
		Attrs:    map[string]any{"restricted": r.IntN(2) == 0},
	}
	for _, p := range []string{"p1", "p2", "p3", "p4"} {
		if r.IntN(4) == 0 {
			res.Owners = append(res.Owners, p)
		}
	}
	return res
}

// saveRows writes the empty text as NULL half of the time: both mean nobody.
func saveRows(ctx context.Context, db *store.DB, rows []Resource) error {
	null := func(i int, s string) any {
		if s == "" && i%2 == 0 {
			return nil
		}
		return s
	}
	return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for i, row := range rows {
			restricted := row.Attrs["restricted"]
			if restricted == false && i%3 == 0 {
				restricted = nil
			}
			_, err := tx.Exec(ctx, `insert into scope_rows (tenant_id, id, department_id, assignee_id, restricted)
				values ($1, $2, $3, $4, $5)`, tx.Tenant, row.ID, null(i, row.Department), null(i, row.Assignee), restricted)
			if err != nil {
				return err
			}
			for _, owner := range row.Owners {
				_, err := tx.Exec(ctx, `insert into scope_owners (tenant_id, row_id, person_id) values ($1, $2, $3)`,
					tx.Tenant, row.ID, owner)
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// listed returns the ids that a list shows.
func listed(ctx context.Context, db *store.DB, scope Scope) (list []string, query string, err error) {
	condition, args := scope.Where(ScopeColumns{
		Department: "s.department_id", Assignee: "s.assignee_id", Restricted: "s.restricted",
		OwnerExists: "exists (select 1 from scope_owners o where o.tenant_id = s.tenant_id and o.row_id = s.id and o.person_id = ?)",
	}, 2)
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = store.All(ctx, tx, store.Value[string], `select id from scope_rows s
			where s.tenant_id = $1 and `+condition+` order by id limit 10000`, append([]any{tx.Tenant}, args...)...)
		return err
	})
	return list, condition, err
}

// The list and the single answer must never differ, whatever the policies say.
func TestScope_agreesWithCheck(t *testing.T) {
	t.Parallel()
	a := newAccess(t, oddRules())
	storetest.Each(t, []fs.FS{scopeTable()}, func(t *testing.T, env storetest.Env) {
		r := rand.New(rand.NewPCG(42, uint64(len(t.Name()))))
		rows := make([]Resource, 300)
		for i := range rows {
			rows[i] = randomResource(r, fmt.Sprintf("r%03d", i))
		}
		if err := saveRows(env.Ctx, env.DB, rows); err != nil {
			t.Fatal(err)
		}
		permissions := []Permission{
			"case.read", "case.decide", "case.log", "draft.read", "document.read", "odd.read", "odd.take", "odd.spare",
			RoleRead, AuditRead, "case.list",
		}
		for range 400 {
			actor := randomActor(r)
			ctx := WithLimits(identity.With(env.Ctx, actor), "tok", permissions)
			compare(ctx, t, a, env.DB, permissions[r.IntN(len(permissions))], rows)
		}
	})
}

func compare(ctx context.Context, t *testing.T, a *Access, db *store.DB, p Permission, rows []Resource) {
	t.Helper()
	var want []string
	for _, row := range rows {
		row.Type = p.Type()
		if a.Check(ctx, p, row) == nil {
			want = append(want, row.ID)
		}
	}
	scope, err := a.Scope(ctx, p, p.Type())
	if err != nil {
		t.Fatal(err)
	}
	got, query, err := listed(ctx, db, scope)
	if err != nil {
		t.Fatal(err)
	}
	if scope.Nothing() && len(got) > 0 {
		t.Errorf("an empty scope lists %d rows", len(got))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s for %+v: the list differs from the answers\n%s\n%s", p, identity.From(ctx), query, cmp.Diff(want, got))
	}
}
