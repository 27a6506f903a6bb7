package bench

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	// perBatch is how many cases one transaction preloads. A statement has at
	// most 32,766 parameters on SQLite.
	perBatch = 500
	// oldYear is the year of the preloaded cases' numbers, which no new case gets.
	oldYear = 2000
	// sealedSize is about what the encrypted answers of a form take.
	sealedSize = 700
)

// Preload puts cases into the database that were all decided long ago, spread
// over the tenants, with the rows that such cases have: submission, case, search
// words, journal and decision. It writes past the services, since it is about
// how much there is, not how it came.
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

func (p preload) write(ctx context.Context, tx *store.Tx) error {
	var submissions, cases, words, entries, decisions rows
	for n := p.from; n < p.from+p.count; n++ {
		p.add(tx, n, &submissions, &cases, &words, &entries, &decisions)
	}
	for _, part := range []struct {
		into string
		rows rows
	}{
		{"forms_submissions (tenant_id, id, draft_id, form_key, form_version, digest, lang, answers_cipher, submitted_by, subject_id, submitted_at, idempotency_key)", submissions},
		{"cases (tenant_id, id, year, number, kind, status, outcome, answer, department_id, assignee_id, assignee_name, applicant_id, applicant_name, subject_id, subject_name, restricted, lang, submission_id, entries, received_at, updated_at, decided_at, closed_at, version)", cases},
		{"cases_words (tenant_id, word, case_id)", words},
		{"cases_entries (tenant_id, case_id, seq, at, kind, internal, actor_id, actor_name, documents)", entries},
		{"cases_decisions (tenant_id, case_id, outcome, content_cipher, final, decided_by, decider_name, decided_at, saved_at)", decisions},
	} {
		if err := part.rows.insert(ctx, tx, part.into); err != nil {
			return err
		}
	}
	return nil
}

// add makes the rows of one case. Nine in ten are closed, the last is decided and
// waits for an answer, as old cases do.
func (p preload) add(tx *store.Tx, n int, submissions, cases, words, entries, decisions *rows) {
	id, submission, mother, child := ids.New(), ids.New(), ids.New(), ids.New()
	at := store.At(tx.Now.Add(-time.Duration(365*24-n%(300*24)) * time.Hour))
	givenName, familyName := nameOf(n)
	motherName := given()[n%24] + " " + familyName
	status, answer, worker := "closed", "accepted", "worker-"+strconv.Itoa(n%40)
	if n%10 == 0 {
		status, answer = "decided", ""
	}
	submissions.add(tx.Tenant, submission, submission, "kindergarten-place", 1, "preloaded", "nb", p.sealed, mother, child, at, "preload-"+strconv.Itoa(n))
	cases.add(tx.Tenant, id, oldYear, n+1, "kindergarten", status, "granted", answer, p.department, worker, "Saksbehandler", mother, motherName,
		child, givenName+" "+familyName, false, "nb", submission, 3, at, at, at, at, 4)
	seen := map[string]bool{}
	for word := range strings.FieldsSeq(store.Fold(strconv.Itoa(oldYear) + "/" + strconv.Itoa(n+1) + " " + motherName + " " + givenName)) {
		if !seen[word] {
			words.add(tx.Tenant, word, id)
			seen[word] = true
		}
	}
	for i, kind := range []string{"received", "assigned", "decided"} {
		entries.add(tx.Tenant, id, i+1, at, kind, false, worker, "Saksbehandler", "[]")
	}
	decisions.add(tx.Tenant, id, "granted", p.sealed[:300], true, worker, "Saksbehandler", at, at)
}

// rows are those of one insert statement.
type rows struct {
	width int
	args  []any
}

func (r *rows) add(values ...any) {
	r.width = len(values)
	r.args = append(r.args, values...)
}

func (r *rows) insert(ctx context.Context, tx *store.Tx, into string) error {
	var text strings.Builder
	text.WriteString("insert into " + into + " values ")
	for i := range r.args {
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
	if _, err := tx.Exec(ctx, text.String(), r.args...); err != nil {
		return fmt.Errorf("bench: %s: %w", into, err)
	}
	return nil
}

// Analyze lets the database count what Preload has put into it, as it does by
// itself in the course of a day.
func Analyze(ctx context.Context, db *store.DB) error {
	return db.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, "analyze")
		return err
	})
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

// Backlog returns how many jobs wait to be done now.
func Backlog(ctx context.Context, db *store.DB) (jobs int64, err error) {
	err = db.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		jobs, err = store.One(ctx, tx, store.Value[int64],
			"select count(*) from jobs where finished_at is null and run_at <= $1 and kind like 'cases.%'", tx.Now)
		return err
	})
	return jobs, err
}
