package bench

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	// perBatch is how many cases one transaction preloads, and perStatement how many
	// rows one statement: it has at most 32,766 parameters on SQLite, and one that is
	// always the same is planned once.
	perBatch     = 2500
	perStatement = 100
	// oldYear is the year of the preloaded cases' numbers, which no new case gets.
	oldYear = 2000
	// sealedSize is about what the encrypted answers of a form take.
	sealedSize = 700
)

// Preload puts cases into the database, spread over the tenants, with the rows that
// such cases have: submission, case, search words, journal, decision and deadline.
// Most were decided long ago; one in fifty is still open. It writes past the
// services, since it is about how much there is, not how it came.
func Preload(ctx context.Context, db *store.DB, tenants []Tenant, department map[string]string, cases int, said func(done int)) error {
	sealed := make([]byte, sealedSize)
	_, _ = rand.Read(sealed) // never fails
	for done := 0; done < cases; done += perBatch {
		t := tenants[done/perBatch%len(tenants)]
		p := preload{department: department[t.ID], from: done, count: min(perBatch, cases-done), sealed: sealed}
		err := db.Write(store.WithTenant(ctx, t.ID), p.write)
		if err != nil {
			return fmt.Errorf("bench: preload: %w", err)
		}
		said(done + p.count)
	}
	return nil
}

type preload struct {
	department  string
	from, count int
	sealed      []byte
}

// into are the tables that a case has rows in, and their columns.
func into() []string {
	return []string{
		"forms_submissions (tenant_id, id, draft_id, form_key, form_version, digest, lang, answers_cipher, submitted_by, subject_id, submitted_at, idempotency_key)",
		"cases (tenant_id, id, year, number, kind, status, outcome, answer, department_id, assignee_id, assignee_name, applicant_id, applicant_name, subject_id, subject_name, restricted, lang, submission_id, entries, received_at, updated_at, decided_at, closed_at, version)",
		"cases_words (tenant_id, word, case_id, names)",
		"cases_entries (tenant_id, case_id, seq, at, kind, internal, actor_id, actor_name, documents)",
		"cases_decisions (tenant_id, case_id, outcome, content_cipher, final, decided_by, decider_name, decided_at, saved_at)",
		"deadlines (tenant_id, id, case_id, rule, rule_version, state, started, due, falls, ended_on, binds, kind, department_id, assignee_id, applicant_id, subject_id, restricted, created_at, updated_at, version)",
	}
}

// The places of the tables in into.
const (
	inSubmissions = iota
	inCases
	inWords
	inEntries
	inDecisions
	inDeadlines
)

func (p preload) write(ctx context.Context, tx *store.Tx) error {
	parts := make([]rows, len(into()))
	for n := p.from; n < p.from+p.count; n++ {
		p.add(tx, n, parts)
	}
	for i, table := range into() {
		if err := parts[i].insert(ctx, tx, table); err != nil {
			return err
		}
	}
	return nil
}

// old is a case that is preloaded.
type old struct {
	n                              int
	id, submission, mother, child  string
	motherName, givenName, surname string
	status, outcome, answer        string
	worker, workerName             string
	at, ended                      store.Time
}

// oldCase thinks up the n-th: one in fifty is open, one in ten waits for an answer, as
// old cases do, and the rest are closed.
func oldCase(tx *store.Tx, n int) old {
	at := store.At(tx.Now.Add(-time.Duration(365*24-n%(300*24)) * time.Hour))
	c := old{
		n: n, id: ids.New(), submission: ids.New(), mother: ids.New(), child: ids.New(), at: at, ended: at,
		status: "closed", outcome: "granted", answer: "accepted", worker: "worker-" + strconv.Itoa(n%40), workerName: "Saksbehandler",
	}
	c.givenName, c.surname = nameOf(n)
	c.motherName = given()[n%24] + " " + c.surname
	switch {
	case n%50 == 7:
		c.status, c.outcome, c.answer, c.worker, c.workerName, c.ended = "received", "", "", "", "", store.Time{}
	case n%10 == 0:
		c.status, c.answer = "decided", ""
	}
	return c
}

// add makes the rows of one case.
func (p preload) add(tx *store.Tx, n int, parts []rows) {
	c := oldCase(tx, n)
	day := c.at.Format(time.DateOnly)
	parts[inSubmissions].add(tx.Tenant, c.submission, c.submission, form, 1, "preloaded", "nb", p.sealed, c.mother, c.child, c.at, "preload-"+strconv.Itoa(n))
	parts[inCases].add(tx.Tenant, c.id, oldYear, n+1, "kindergarten", c.status, c.outcome, c.answer, p.department, c.worker, c.workerName, c.mother, c.motherName,
		c.child, c.givenName+" "+c.surname, false, "nb", c.submission, 3, c.at, c.at, c.ended, c.ended, 4)
	words := strings.Fields(store.Fold(c.motherName + " " + c.givenName))
	slices.Sort(words)
	words = slices.Compact(words)
	for _, word := range words {
		parts[inWords].add(tx.Tenant, word, c.id, " "+strings.Join(words, " "))
	}
	state, ended := "met", any(day)
	if c.outcome == "" {
		state, ended = "running", nil
	}
	parts[inDeadlines].add(tx.Tenant, ids.New(), c.id, "administration.provisional_answer", 1, state, day, day, day, ended, "municipality", "kindergarten", p.department, c.worker,
		c.mother, c.child, false, c.at, c.at, 1)
	parts[inEntries].add(tx.Tenant, c.id, 1, c.at, "received", false, c.worker, c.workerName, "[]")
	if c.outcome == "" {
		return
	}
	for i, kind := range []string{"assigned", "decided"} {
		parts[inEntries].add(tx.Tenant, c.id, i+2, c.at, kind, false, c.worker, c.workerName, "[]")
	}
	parts[inDecisions].add(tx.Tenant, c.id, "granted", p.sealed[:300], true, c.worker, c.workerName, c.at, c.at)
}

// rows are those of one table.
type rows struct {
	width int
	args  []any
}

func (r *rows) add(values ...any) {
	r.width = len(values)
	r.args = append(r.args, values...)
}

// insert writes them, many in a statement.
func (r *rows) insert(ctx context.Context, tx *store.Tx, into string) error {
	for some := range slices.Chunk(r.args, max(1, r.width*perStatement)) {
		var text strings.Builder
		text.WriteString("insert into " + into + " values ")
		for i := range some {
			switch {
			case i == 0:
				text.WriteString("(")
			case i%r.width == 0:
				text.WriteString("), (")
			default:
				text.WriteString(", ")
			}
			text.WriteString("$" + strconv.Itoa(i+1))
		}
		text.WriteString(")")
		if _, err := tx.Exec(ctx, text.String(), some...); err != nil {
			return fmt.Errorf("bench: %s: %w", into, err)
		}
	}
	return nil
}

// LogIn opens a session of a person, as if she had come from ID-porten, and returns
// the secret of its cookie. It writes past the log-in, since ID-porten is not what
// is measured.
func LogIn(ctx context.Context, db *store.DB, person string) (secret string, err error) {
	secret = ids.Secret()
	err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		end := store.At(tx.Now.Add(24 * time.Hour))
		_, err := tx.Exec(ctx, `insert into identity_sessions (tenant_id, digest, id, person_id, represents, kind, acr, issuer, client_id, sid_digest,
				agent, created_at, last_seen_at, expires_at, ends_at, ended_by)
			values ($1, $2, $3, $4, '', 'resident', 'idporten-loa-high', '', '', '', 'bench', $5, $5, $6, $6, '')`,
			tx.Tenant, ids.Digest(secret), ids.New(), person, tx.Now, end)
		if err != nil {
			return fmt.Errorf("bench: log in: %w", err)
		}
		return nil
	})
	return secret, err
}

// Size returns how many bytes the database takes.
func Size(ctx context.Context, db *store.DB) (bytes int64, err error) {
	query := "select page_count * page_size from pragma_page_count(), pragma_page_size()"
	if db.Dialect() == store.Postgres {
		query = "select pg_database_size(current_database())"
	}
	err = db.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		bytes, err = store.One(ctx, tx, store.Value[int64], query)
		return err
	})
	return bytes, err
}

// Letter is the kind of the jobs that make letters.
const Letter = "cases.letter"

// Backlog returns how many jobs of the cases wait to be done now: letters, and others.
func Backlog(ctx context.Context, db *store.DB) (letters, others int64, err error) {
	err = db.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		for _, part := range []struct {
			jobs  *int64
			where string
		}{{&letters, "kind = $2"}, {&others, "kind <> $2 and kind like 'cases.%'"}} {
			*part.jobs, err = store.One(ctx, tx, store.Value[int64],
				"select count(*) from jobs where finished_at is null and run_at <= $1 and "+part.where, tx.Now, Letter)
			if err != nil {
				return fmt.Errorf("bench: jobs that wait: %w", err)
			}
		}
		return nil
	})
	return letters, others, err
}
