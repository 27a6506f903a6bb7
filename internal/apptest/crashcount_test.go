package apptest_test

import (
	"context"
	"path"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// allIsTold runs the jobs that are left, and counts. What the dead servers had in
// hand comes free when their leases run out, for which the clock is put on.
func (c *crash) allIsTold() {
	t := c.t
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	later := clock.NewFake(time.Now())
	a, err := openWorld(ctx, later, c.settings)
	must(t, err)
	defer func() { must(t, a.Stop(ctx)) }()
	town, ok := a.Directory.BySlugOrNumber("torgoy")
	if !ok {
		t.Fatal("no Torgøy")
	}
	bound := tenant.Bind(ctx, town)
	must(t, a.Keys.Warm(bound, town.ID))
	for range 20 {
		later.Advance(time.Minute)
		if _, err := a.Runner.Drain(ctx); err != nil {
			t.Fatal(err)
		}
	}
	c.casesStand(bound, a.DB)
	c.deliveriesStand(bound, a.DB)
	c.lettersWent(ctx, a.DB)
}

func (c *crash) number(ctx context.Context, db *store.DB, query string, args ...any) (n int64) {
	c.t.Helper()
	must(c.t, db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], query, append([]any{tx.Tenant}, args...)...)
		return err
	}))
	return n
}

// casesStand: each submission has one case, each decided case one letter and one
// message to each of those concerned, whether its answer arrived or not.
func (c *crash) casesStand(ctx context.Context, db *store.DB) {
	t := c.t
	t.Helper()
	for draft, id := range c.told.sent {
		if n := c.number(ctx, db, `select count(*) from cases where tenant_id = $1 and id = $2 and submission_id in
			(select id from forms_submissions where tenant_id = $1 and draft_id = $3)`, id, path.Base(draft)); n != 1 {
			t.Errorf("%d cases of the acknowledged application %s", n, draft)
		}
	}
	for _, draft := range c.unseen {
		if n := c.number(ctx, db, `select count(*) from forms_submissions where tenant_id = $1 and draft_id = $2`, path.Base(draft)); n != 1 {
			t.Errorf("the acknowledged draft %s is lost", draft)
		}
	}
	submissions := c.number(ctx, db, `select count(*) from forms_submissions where tenant_id = $1`)
	cases := c.number(ctx, db, `select count(*) from cases where tenant_id = $1`)
	apart := c.number(ctx, db, `select count(distinct submission_id) from cases where tenant_id = $1`)
	if submissions != cases || cases != apart {
		t.Errorf("%d submissions, %d cases of %d submissions", submissions, cases, apart)
	}
	for id := range c.told.decided {
		if n := c.number(ctx, db, `select count(*) from cases where tenant_id = $1 and id = $2 and outcome = 'refused'`, id); n != 1 {
			t.Errorf("the acknowledged decision in %s is lost", id)
		}
		if n := c.number(ctx, db, `select count(*) from blob_documents where tenant_id = $1 and owner_type = 'case' and owner_id = $2 and deleted_at is null`, id); n != 1 {
			t.Errorf("%d letters in %s", n, id)
		}
		// One to each of those who are told.
		if n := c.number(ctx, db, `select count(distinct person_id) from notify_messages where tenant_id = $1 and thread = $2 and kind = 'case.decided'`, "case:"+id); n == 0 {
			t.Errorf("nobody is told of the decision in %s", id)
		}
		if n := c.number(ctx, db, `select count(*) - count(distinct person_id) from notify_messages where tenant_id = $1 and thread = $2 and kind = 'case.decided'`, "case:"+id); n != 0 {
			t.Errorf("somebody is told %d times too often of the decision in %s", n, id)
		}
	}
	if n := c.number(ctx, db, `select count(*) from cases_decisions d where d.tenant_id = $1 and d.final and (d.letter_id = '' or 1 <> (
			select count(*) from cases_entries e where e.tenant_id = d.tenant_id and e.case_id = d.case_id and e.kind = 'letter' and e.documents like '%' || d.letter_id || '%'))`); n != 0 {
		t.Errorf("%d decisions have not one letter in the journal", n)
	}
}

// deliveriesStand: each message goes one way at a time, each way is one row, and
// whoever wants paper has one letter to print since she said so, whatever was under way when the
// server died.
func (c *crash) deliveriesStand(ctx context.Context, db *store.DB) {
	t := c.t
	t.Helper()
	for what, query := range map[string]string{
		"ways of a message stand twice": `select count(*) from (select message_id from notify_deliveries where tenant_id = $1
			group by message_id, rung having count(*) > 1) twice`,
		"messages have no delivery": `select count(*) from notify_messages m where m.tenant_id = $1 and m.channel in ('email', 'letter') and not exists (
			select 1 from notify_deliveries d where d.tenant_id = m.tenant_id and d.message_id = m.id)`,
		"deliveries have no message": `select count(*) from notify_deliveries d where d.tenant_id = $1 and not exists (
			select 1 from notify_messages m where m.tenant_id = d.tenant_id and m.id = d.message_id)`,
		"e-mails still wait": `select count(*) from notify_deliveries where tenant_id = $1 and channel = 'email' and state = 'waiting'`,
		"deliveries differ from their messages": `select count(*) from notify_deliveries d join notify_messages m on m.tenant_id = d.tenant_id and m.id = d.message_id
			where d.tenant_id = $1 and (d.state <> m.state or d.channel <> m.channel) and not exists (
				select 1 from notify_deliveries l where l.tenant_id = d.tenant_id and l.message_id = d.message_id and l.rung > d.rung)`,
		"decisions for paper have not one letter": `select count(*) from notify_messages m join notify_preferences p on p.tenant_id = m.tenant_id and p.person_id = m.person_id
			where m.tenant_id = $1 and m.kind = 'case.decided' and p.class = 'decision' and p.channel = 'letter' and m.created_at > p.updated_at and 1 <> (
				select count(*) from notify_deliveries d where d.tenant_id = m.tenant_id and d.message_id = m.id and d.channel = 'letter')`,
	} {
		if n := c.number(ctx, db, query); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	c.proof.paper = c.number(ctx, db, `select count(*) from notify_deliveries where tenant_id = $1 and channel = 'letter'`)
}

// lettersWent compares what the mail server took with what the database tells:
// each message at least once, nothing that was never committed, and none twice in
// one life of the server. A message goes again, with the same Message-ID by which
// mail programs know it, only where the server died between the carrier's answer
// and the commit: once more for each such death, so that hardly any goes thrice.
func (c *crash) lettersWent(ctx context.Context, db *store.DB) {
	t := c.t
	t.Helper()
	took := map[string][]int{} // in which lives
	for i, l := range c.office.letters() {
		life, _ := slices.BinarySearch(c.lives, i+1)
		if slices.Contains(took[l.messageID], life) {
			t.Errorf("the message %s went twice without a death between", l.messageID)
		}
		took[l.messageID] = append(took[l.messageID], life)
	}
	var known []string
	must(t, db.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		known, err = store.All(ctx, tx, store.Value[string], `select message_id from notify_messages where channel = 'email' order by id limit 100000`)
		return err
	}))
	for _, id := range known {
		switch n := len(took["<"+id+">"]); {
		case n == 0:
			t.Errorf("the message %s never went", id)
		case n == 2:
			c.proof.twice++
		case n > 2:
			c.proof.oftener++
		}
		delete(took, "<"+id+">")
	}
	for id := range took {
		t.Errorf("the message %s went and was never committed", id)
	}
	c.proof.messages, c.proof.handed = len(known), len(c.office.letters())
}

// proof is what make proof shows of a run.
type proof struct {
	drafts, messages, handed, twice, oftener int
	paper                                    int64
}

// sum writes a line that make proof finds.
func (c *crash) sum(database string, kills int) {
	lost := 0
	if c.t.Failed() {
		lost = -1 // the errors tell what
	}
	c.t.Logf("| crash | %s | %d kills | %d drafts, %d applications, %d decisions acknowledged | %d e-mails handed over %d times, %d twice, %d oftener | %d letters on paper | lost %d |",
		database, kills, c.proof.drafts, len(c.told.sent), len(c.told.decided), c.proof.messages, c.proof.handed, c.proof.twice, c.proof.oftener, c.proof.paper, lost)
}
