package appeals

import (
	"testing"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/notify"
)

func lodging(t *testing.T) deadline.Rule {
	t.Helper()
	set, err := deadline.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	rule, err := set.On(ruleLodge, clock.NewDate(2026, 1, 1))
	if err != nil {
		t.Fatal(err)
	}
	return rule
}

func oslo(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Oslo())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func day(t *testing.T, s string) clock.Date {
	t.Helper()
	d, err := clock.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Three weeks are 21 days in Norwegian time, whatever the clocks do, and never end
// on a Saturday, Sunday or holiday.
func TestLimit_runsFromNotice(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ told, last string }{
		"an ordinary week":              {"2026-11-23 12:00", "2026-12-14"},
		"late in the evening":           {"2026-11-23 23:59", "2026-12-14"},
		"just after midnight":           {"2026-11-24 00:01", "2026-12-15"},
		"ends on Christmas Day":         {"2026-12-04 09:00", "2026-12-28"}, // Friday, Boxing Day, Sunday
		"ends on a Saturday":            {"2027-01-16 09:00", "2027-02-08"},
		"ends on Good Friday":           {"2027-03-05 09:00", "2027-03-30"}, // Easter Monday is 29 March
		"over the night of summer time": {"2027-03-15 12:00", "2027-04-05"},
		"over the night it ends":        {"2027-10-12 23:30", "2027-11-02"},
		"ends on the 17th of May":       {"2027-04-26 09:00", "2027-05-18"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := oslo(t, tt.told)
			timer, ok := deadline.Begin(lodging(t), at, deadline.About{})
			if !ok {
				t.Fatal("no clock")
			}
			l := limitOf(told{clocks: []deadlines.Deadline{{Party: "kari", Timer: timer, CreatedAt: at}}}, ruleLodge, "kari", at.Add(-time.Minute))
			if l.Last.String() != tt.last {
				t.Fatalf("last day %s, want %s", l.Last, tt.last)
			}
			if got := l.On(l.Last); got != InTime {
				t.Errorf("on the last day: %s", got)
			}
			if got := l.On(l.Last.AddDays(1)); got != Late {
				t.Errorf("the day after: %s", got)
			}
			if l.Left(l.Last) != 0 || l.Left(l.Last.AddDays(-9)) != 9 {
				t.Errorf("left: %d and %d", l.Left(l.Last), l.Left(l.Last.AddDays(-9)))
			}
		})
	}
}

func TestLimit_absolutelyAYear(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ decided, absolute string }{
		"a year":            {"2026-11-22 10:00", "2027-11-22"},
		"a leap day":        {"2028-02-29 10:00", "2029-02-28"},
		"before midnight":   {"2026-12-31 23:59", "2027-12-31"},
		"Norway, not Wales": {"2027-07-01 00:30", "2028-07-01"},
	} {
		l := limitOf(told{silent: true}, ruleLodge, "kari", oslo(t, tt.decided))
		if l.Absolute.String() != tt.absolute {
			t.Errorf("%s: %s, want %s", name, l.Absolute, tt.absolute)
		}
		if l.On(l.Absolute) != Late || l.On(l.Absolute.AddDays(1)) != TooLate {
			t.Errorf("%s: %s, then %s", name, l.On(l.Absolute), l.On(l.Absolute.AddDays(1)))
		}
	}
}

func TestLimit_withoutAClock(t *testing.T) {
	t.Parallel()
	decided := oslo(t, "2026-11-23 10:00")
	if l := limitOf(told{silent: true}, ruleLodge, "kari", decided); l.Last.String() != "2026-12-14" {
		t.Errorf("from the decision: %s", l.Last)
	}
	l := limitOf(told{}, ruleLodge, "kari", decided)
	if !l.Last.IsZero() || l.On(day(t, "2027-05-01")) != InTime {
		t.Errorf("nobody was told, but it ends %s", l.Last)
	}
	old, _ := deadline.Begin(lodging(t), decided.AddDate(0, -2, 0), deadline.About{})
	l = limitOf(told{clocks: []deadlines.Deadline{{Party: "kari", Timer: old, CreatedAt: decided.AddDate(0, -2, 0)}}}, ruleLodge, "kari", decided)
	if !l.Last.IsZero() {
		t.Errorf("the clock of an earlier decision counts: %s", l.Last)
	}
}

func TestLimit_standsWhileReasonsAreAwaited(t *testing.T) {
	t.Parallel()
	at := oslo(t, "2026-11-23 10:00")
	timer, _ := deadline.Begin(lodging(t), at, deadline.About{})
	timer.Happened(deadline.ReasonsAsked, at.AddDate(0, 0, 5))
	l := limitOf(told{clocks: []deadlines.Deadline{{Party: "kari", Timer: timer, CreatedAt: at}}}, ruleLodge, "kari", at)
	if !l.Stands || l.On(day(t, "2027-03-01")) != InTime || l.On(day(t, "2027-11-24")) != TooLate {
		t.Errorf("%+v", l)
	}
	timer.Happened(deadline.ReasonsGiven, oslo(t, "2026-12-20 10:00"))
	l = limitOf(told{clocks: []deadlines.Deadline{{Party: "kari", Timer: timer, CreatedAt: at}}}, ruleLodge, "kari", at)
	if l.Stands || l.Last.String() != "2027-01-11" { // 10 January is a Sunday
		t.Errorf("anew: %+v", l)
	}
}

// Each party has her own limit, and what lies in the print room starts none: neither
// does the clock that earlier releases began for all of them when the letter was made.
func TestLimit_isEachPartysOwn(t *testing.T) {
	t.Parallel()
	decided := oslo(t, "2026-10-30 10:00")
	at := func(party, on string) deadlines.Deadline {
		timer, _ := deadline.Begin(lodging(t), oslo(t, on), deadline.About{})
		return deadlines.Deadline{Party: party, Timer: timer, CreatedAt: decided.Add(time.Minute)}
	}
	all, kari, back := at("", "2026-10-30 10:00"), at("kari", "2026-11-06 10:00"), at("liv", "2026-10-30 10:00")
	back.Timer.Void(decided.AddDate(0, 0, 9))
	queued := &notify.Way{Channel: notify.Letter, State: notify.Waiting, MadeAt: decided}
	posted := &notify.Way{Channel: notify.Letter, State: notify.HandedOver, MadeAt: decided, SentAt: oslo(t, "2026-11-10 10:00")}
	for name, tt := range map[string]struct {
		t     told
		party string
		last  string
	}{
		"her own":                              {told{clocks: []deadlines.Deadline{all, kari}, way: posted}, "kari", "2026-11-27"},
		"another has none from it":             {told{clocks: []deadlines.Deadline{kari}, way: queued}, "liv", ""},
		"not posted, whatever the old clock":   {told{clocks: []deadlines.Deadline{all}, way: queued}, "liv", ""},
		"the old clock of who was told":        {told{clocks: []deadlines.Deadline{all}, way: posted}, "espen", "2026-11-20"},
		"it came back":                         {told{clocks: []deadlines.Deadline{all, back}, way: queued}, "liv", ""},
		"told where no clock was begun":        {told{way: posted}, "espen", "2026-12-01"},
		"nobody was told":                      {told{}, "espen", ""},
		"the law decided, and wrote no letter": {told{silent: true}, "espen", "2026-11-20"},
	} {
		if got := limitOf(tt.t, ruleLodge, tt.party, decided).Last.String(); got != tt.last {
			t.Errorf("%s: %q, want %q", name, got, tt.last)
		}
	}
}

// An appeal against a rejection that was set aside is over, and the appeal that was
// rejected stands; a rejection can be appealed against, an appeal that waits cannot.
func TestMatter_whatAPartyCanAppealAgainst(t *testing.T) {
	t.Parallel()
	first := Appeal{ID: "a", Appellant: "kari", State: Rejected}
	for name, tt := range map[string]struct {
		list   []Appeal
		target string
		may    bool
	}{
		"nothing yet":               {nil, "", true},
		"it is being prepared":      {[]Appeal{{ID: "a", Appellant: "kari", State: Received}}, "", false},
		"another's is":              {[]Appeal{{ID: "a", Appellant: "espen", State: Received}}, "", true},
		"it was taken back":         {[]Appeal{{ID: "a", Appellant: "kari", State: Withdrawn}}, "", true},
		"it was rejected":           {[]Appeal{first}, "a", true},
		"and that is appealed":      {[]Appeal{first, {ID: "b", Against: "a", Appellant: "kari", State: Received}}, "", false},
		"and rejected too":          {[]Appeal{first, {ID: "b", Against: "a", Appellant: "kari", State: Rejected}}, "b", true},
		"and upheld":                {[]Appeal{first, {ID: "b", Against: "a", Appellant: "kari", State: Answered, Answer: Upheld}}, "", false},
		"and set aside":             {[]Appeal{{ID: "a", Appellant: "kari", State: Received}, {ID: "b", Against: "a", Appellant: "kari", State: Changed}}, "", false},
		"set aside by the body":     {[]Appeal{{ID: "a", Appellant: "kari", State: Ready}, {ID: "b", Against: "a", Appellant: "kari", State: Answered, Answer: SentBack}}, "", false},
		"of a decision before this": {[]Appeal{{ID: "a", Appellant: "kari", State: Received, Round: -1}}, "", true},
	} {
		against, may := matter{Appeals: tt.list}.target("kari")
		got := ""
		if against != nil {
			got = against.ID
		}
		if got != tt.target || may != tt.may {
			t.Errorf("%s: %q %t, want %q %t", name, got, may, tt.target, tt.may)
		}
	}
}

func TestMayAskReasons(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		d       cases.Decision
		setting string
		want    bool
	}{
		"what was applied for":         {cases.Decision{Outcome: cases.OutcomeGranted, Reasons: "Plass."}, "", true},
		"no reasons":                   {cases.Decision{Outcome: cases.OutcomeRefused, Reasons: " \n"}, "", true},
		"a refusal with its reasons":   {cases.Decision{Outcome: cases.OutcomeRefused, Reasons: "Det er fullt."}, "", false},
		"where they always answer":     {cases.Decision{Outcome: cases.OutcomeRefused, Reasons: "Det er fullt."}, "always", true},
		"a setting that nobody knows":  {cases.Decision{Outcome: cases.OutcomeRefused, Reasons: "Det er fullt."}, "ja", false},
		"a permit that the law gave":   {cases.Decision{Outcome: cases.OutcomeGranted}, "", true},
		"a refusal that nobody signed": {cases.Decision{Outcome: cases.OutcomeRefused}, "", true},
	} {
		if got := mayAskReasons(tt.d, tt.setting); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestItem_hasASafeName(t *testing.T) {
	t.Parallel()
	d := &dossier{words: i18n.New().For(i18n.NB)}
	for _, tt := range []struct{ title, ending, want string }{
		{"Søknad æøå.pdf", "pdf", "001-soknad-aeoa.pdf"},
		{"../../etc/passwd.pdf", "pdf", "002-etc-passwd.pdf"},
		{"CON.docx", "docx", "003-con.docx"},
		{"漢字.png", "png", "004-document.png"},
		{"en veldig lang tittel som fortsetter og fortsetter og fortsetter uten ende.jpg", "jpg", "005-en-veldig-lang-tittel-som-fortsetter-og-fortsetter-og-fortse.jpg"},
	} {
		if got := d.item(tt.title, "x", tt.ending, nil).path; got != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.title, got, tt.want)
		}
	}
}

func TestWithhold_takesOutWhereSomebodyIs(t *testing.T) {
	t.Parallel()
	s := forms.Summary{Pages: []forms.SummaryPage{{Rows: []forms.SummaryRow{
		{Name: "person_address", Lines: []string{"Skjult vei 1"}, Answered: true},
		{Name: "phone", Lines: []string{"91234567"}, Answered: true},
		{Name: "email"},
		{Name: "why", Lines: []string{"Derfor"}, Answered: true},
		{Name: "siblings", Items: []forms.SummaryItem{{Rows: []forms.SummaryRow{{Name: "address", Lines: []string{"Skjult vei 1"}, Answered: true}}}}},
	}}}}
	withhold(&s, "ikke med")
	rows := s.Pages[0].Rows
	if rows[0].Lines[0] != "ikke med" || rows[1].Lines[0] != "ikke med" || len(rows[2].Lines) != 0 || rows[3].Lines[0] != "Derfor" || rows[4].Items[0].Rows[0].Lines[0] != "ikke med" {
		t.Errorf("%+v", rows)
	}
}

func TestDigest_isOfWhoAndWhat(t *testing.T) {
	t.Parallel()
	n := New{Wants: "a", Why: "b", Key: "k"}
	same, other := n, n
	other.Why = "c"
	if n.digest(t.Context()) != same.digest(t.Context()) || n.digest(t.Context()) == other.digest(t.Context()) {
		t.Error("the digest does not tell two appeals apart")
	}
	n.Key = ""
	if n.digest(t.Context()) != "" {
		t.Error("no key has a digest")
	}
}

// Of two appeals the one that is confirmed last may have been handed over first.
func TestMatter_knowsTheLastDayOfHandingOver(t *testing.T) {
	t.Parallel()
	first, second := clock.NewDate(2026, 12, 1), clock.NewDate(2026, 12, 9)
	m := matter{Appeals: []Appeal{{HandedOn: second}, {}}}
	for on, want := range map[clock.Date]clock.Date{first: second, second: second, second.AddDays(1): second.AddDays(1)} {
		if got := m.handedLast(on); got != want {
			t.Errorf("handed over on %v: %v, want %v", on, got, want)
		}
	}
	m.Appeals = append(m.Appeals, Appeal{State: Rejected, PreparedAt: second.AddDays(2).Start()})
	if got := m.handedLast(first); got != second.AddDays(2) {
		t.Errorf("another was rejected last: %v", got)
	}
	if got := (matter{}).handedLast(first); got != first {
		t.Errorf("the only one: %v", got)
	}
}
