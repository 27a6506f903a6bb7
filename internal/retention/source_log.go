package retention

import (
	"context"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

type sessionSource struct{ *Service }

type sessionData struct {
	At      string `json:"at"`
	SeenAt  string `json:"last_seen_at"`
	EndedAt string `json:"ended_at,omitempty"`
	Level   string `json:"level"`
	Agent   string `json:"browser"`
}

// Name implements Source.
func (sessionSource) Name() string { return "log_ins" }

// Export implements Source. Where and how somebody logs in is nobody else's to know.
func (s sessionSource) Export(ctx context.Context, tx *store.Tx, of Whose, after string) (Page, error) {
	if !of.Own {
		return Page{Empty: true}, nil
	}
	list, err := s.Identity.SessionsOf(ctx, tx, of.Person, after, linesAtOnce)
	if err != nil || len(list) == 0 {
		return Page{Empty: true}, err
	}
	all := make([]sessionData, len(list))
	for i, l := range list {
		all[i] = sessionData{At: instant(l.CreatedAt), SeenAt: instant(l.SeenAt), EndedAt: instant(l.EndedAt), Level: l.ACR, Agent: l.Agent}
	}
	page := Page{Data: all}
	if len(list) == linesAtOnce {
		page.Next = list[len(list)-1].ID
	}
	return page, nil
}

// logData is a line of the log. The values beside a line are not in it: they tell
// of others too, and of how Torg works inside.
type logData struct {
	Entry      string `json:"entry"` // by which a receipt can be asked for
	At         string `json:"at"`
	By         string `json:"by,omitempty"`
	Role       string `json:"role,omitempty"`
	Department string `json:"department,omitempty"`
	For        string `json:"on_behalf_of,omitempty"`
	Substitute string `json:"stood_in_for,omitempty"`
	What       string `json:"what"`
	Case       string `json:"case_number,omitempty"`
}

type lookSource struct{ *Service }

// Name implements Source.
func (lookSource) Name() string { return "looks" }

// Export implements Source. A mandate does not reach it.
func (s lookSource) Export(ctx context.Context, tx *store.Tx, of Whose, after string) (Page, error) {
	if !of.Whole() {
		return Page{Empty: true}, nil
	}
	list, err := audit.LooksIn(ctx, tx, of.Person, after, linesAtOnce)
	if err != nil || len(list) == 0 {
		return Page{Empty: true}, err
	}
	return s.logPage(ctx, tx, of, list)
}

// actSource is what was done about the person, by the staff and by all others, and
// the log of each of her cases.
type actSource struct{ *Service }

// Name implements Source.
func (actSource) Name() string { return "acts" }

// inCases begins the place of a page that is a case's.
const inCases = "case:"

// Export implements Source. First come the lines that concern the person, up to
// an entry; then, from "case:" on, each case: "case:<case>" goes on with the one
// after it, "case:<case>/<entry>" within its log. By a mandate one has the log of
// the cases that it reaches, as on their pages.
func (s actSource) Export(ctx context.Context, tx *store.Tx, of Whose, after string) (Page, error) {
	if place, is := strings.CutPrefix(after, inCases); is {
		return s.ofCases(ctx, tx, of, place)
	}
	if !of.Whole() {
		return Page{Empty: true, Next: inCases}, nil
	}
	list, err := audit.ActsIn(ctx, tx, of.Person, after, linesAtOnce)
	if err != nil || len(list) == 0 {
		return Page{Empty: true, Next: inCases}, err
	}
	page, err := s.logPage(ctx, tx, of, list)
	if page.Next == "" {
		page.Next = inCases
	}
	return page, err
}

func (s actSource) ofCases(ctx context.Context, tx *store.Tx, of Whose, place string) (Page, error) {
	id, entry, within := strings.Cut(place, "/")
	var c cases.Case
	var err error
	if within {
		c, err = s.Cases.CaseIn(ctx, tx, id)
	} else {
		c, within, err = s.Cases.NextCaseOf(ctx, tx, of.Person, id)
	}
	if err != nil || !within {
		return Page{Empty: true}, err
	}
	next := inCases + c.ID
	if may, err := s.mayLog(ctx, of, c); err != nil || !may {
		return Page{Empty: true, Next: next}, err
	}
	list, err := audit.CaseIn(ctx, tx, c.ID, entry, linesAtOnce)
	if err != nil || len(list) == 0 {
		return Page{Empty: true, Next: next}, err
	}
	page, err := s.logPage(ctx, tx, of, list)
	page.Title = i18n.T(ctx, "retention.case_log", "number", c.Label())
	if page.Next != "" {
		next += "/" + page.Next
	}
	page.Next = next
	return page, err
}

func (s *Service) mayLog(ctx context.Context, w Whose, c cases.Case) (bool, error) {
	err := s.Cases.CheckCase(identity.With(ctx, w.Reader), cases.PermLog, c)
	if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindForbidden) {
		return false, nil
	}
	return err == nil, err
}

// logPage is a page of lines; its Next is the last line's id when there may be more.
func (s *Service) logPage(ctx context.Context, tx *store.Tx, of Whose, list []audit.LookEntry) (Page, error) {
	l, err := s.logReader(ctx, tx, of, list)
	if err != nil {
		return Page{}, err
	}
	var all []logData
	for _, e := range list {
		data, may, err := l.line(ctx, tx, e)
		if err != nil {
			return Page{}, err
		}
		if may {
			all = append(all, data)
		}
	}
	page := Page{Data: all, Empty: len(all) == 0}
	if len(list) == linesAtOnce {
		page.Next = list[len(list)-1].ID
	}
	return page, nil
}

// logReader knows what the reader of a copy may know of who did what.
type logReader struct {
	*Service
	of          Whose
	words       *i18n.Localizer
	names       map[string]string
	protected   map[string]bool
	departments map[string]string
	cases       map[string]caseLabel
}

type caseLabel struct {
	number string
	may    bool
}

func (s *Service) logReader(ctx context.Context, tx *store.Tx, of Whose, list []audit.LookEntry) (*logReader, error) {
	l := &logReader{Service: s, of: of, words: i18n.From(ctx), departments: map[string]string{}, cases: map[string]caseLabel{}}
	seen := map[string]bool{of.Person: true}
	for _, e := range list {
		seen[e.ActorID], seen[e.OnBehalfOf], seen[e.SubstituteFor] = true, true, true
	}
	delete(seen, "")
	people := make([]string, 0, len(seen))
	for id := range seen {
		people = append(people, id)
	}
	departments, err := tenant.Departments(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, d := range departments {
		l.departments[d.ID] = d.Name
	}
	l.names, l.protected = map[string]string{}, map[string]bool{}
	for len(people) > 0 { // the lookups are bounded, and a page may name more
		some := people[:min(len(people), linesAtOnce)]
		people = people[len(some):]
		if err := l.people(ctx, tx, some); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (l *logReader) people(ctx context.Context, tx *store.Tx, ids []string) error {
	names, err := l.Identity.NamesIn(ctx, tx, ids)
	if err != nil {
		return err
	}
	protected, err := l.Identity.ProtectedIn(ctx, tx, ids)
	for id, name := range names {
		l.names[id] = name
	}
	for id := range protected {
		l.protected[id] = true
	}
	return err
}

// line is a line as the reader may know it; false for one that tells of a case
// that she may not read, or of what somebody who is kept apart from her has done
// for the person the copy is of.
func (l *logReader) line(ctx context.Context, tx *store.Tx, e audit.LookEntry) (data logData, may bool, err error) {
	number := ""
	if e.Case != "" {
		label, err := l.caseOf(ctx, tx, e.Case)
		if err != nil || !label.may {
			return data, false, err
		}
		number = label.number
	}
	if l.keptApart(e) {
		return data, false, nil
	}
	data = logData{
		Entry: e.ID, At: instant(e.At.Time), By: e.ActorName, Role: l.words.T("audit.actor." + e.ActorKind), Department: l.departments[e.Department],
		For: l.other(e.OnBehalfOf), Substitute: l.names[e.SubstituteFor], What: l.words.T(audit.Describe(e.Action)), Case: number,
	}
	if e.ActorKind == string(identity.Resident) && e.ActorID != l.of.Reader.PersonID {
		data.By = l.named(e.ActorID, e.ActorName)
	}
	if e.Role != "" {
		data.Role = l.words.T("access.role." + e.Role)
	}
	return data, true, nil
}

// keptApart reports whether a line tells a guardian what somebody else of the
// family did outside any case while an address is protected.
func (l *logReader) keptApart(e audit.LookEntry) bool {
	if l.of.Own || e.Case != "" || e.ActorKind != string(identity.Resident) || e.ActorID == l.of.Reader.PersonID {
		return false
	}
	return l.protected[e.ActorID] || l.protected[l.of.Person]
}

// other is the name of for whom something was done, when that is not the reader.
func (l *logReader) other(id string) string {
	if id == "" || id == l.of.Reader.PersonID {
		return ""
	}
	return l.named(id, l.names[id])
}

// named is somebody's name; whoever has a protected address may have a new one,
// and when she did what tells of her life.
func (l *logReader) named(id, name string) string {
	if l.protected[id] && id != l.of.Person {
		return l.words.T("retention.protected")
	}
	return name
}

// caseOf tells the number of a case, and whether the reader may have its log. Her
// own log names all cases that concern her, also those she has no part in.
func (l *logReader) caseOf(ctx context.Context, tx *store.Tx, id string) (caseLabel, error) {
	if label, known := l.cases[id]; known {
		return label, nil
	}
	c, err := l.Cases.CaseIn(ctx, tx, id)
	if errs.Is(err, errs.KindNotFound) {
		l.cases[id] = caseLabel{may: l.of.Own}
		return l.cases[id], nil
	}
	if err != nil {
		return caseLabel{}, err
	}
	may, err := l.mayLog(ctx, l.of, c)
	if may {
		l.cases[id] = caseLabel{number: c.Label(), may: true}
	} else {
		l.cases[id] = caseLabel{may: l.of.Own}
	}
	return l.cases[id], err
}
