package neighbours

import (
	"context"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

// senderView is a notice on the developer's page, or the staff's.
type senderView struct {
	View
	typed typed
}

func (v senderView) base() string {
	if v.Own {
		return "/my/notices/" + v.Notice.ID
	}
	return "/work/notices/" + v.Notice.ID
}

func (v senderView) documents() []ui.Document { return documentsOf(v.Documents, v.base()) }

func documentsOf(list []blob.Document, base string) (all []ui.Document) {
	for _, d := range list {
		all = append(all, ui.Document{Name: d.Name, Href: base + "/drawings/" + d.ID, Bytes: d.Size})
	}
	return all
}

// removable are the drawings with a button to take each away.
func (v senderView) removable() []ui.Document {
	list := v.documents()
	for i := range list {
		list[i].RemoveName, list[i].RemoveValue = "remove", v.Documents[i].ID
	}
	return list
}

// listed is who is to be notified, before it is sent.
func (v senderView) listed(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("neighbours.list_of"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"name", "property", "why", "way"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("neighbours.column." + key), Prose: key == "way"})
	}
	for _, l := range v.Lines {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: nameOf(words, l.Recipient)}, {Text: l.Property()}, {Text: sideOf(words, l.Recipient)}, {Text: wayText(words, l.Recipient, v.Own)},
		}})
	}
	return t
}

func sideOf(words *i18n.Localizer, r Recipient) string {
	if r.Opposite {
		return words.T("neighbours.opposite")
	}
	return words.T("neighbours.adjoining")
}

// spoken is a text to the developer, where it is she who reads, or else about her: what
// she must do, nobody else is told to.
func spoken(words *i18n.Localizer, key string, own bool) string {
	if !own {
		key += "_other"
	}
	return words.T(key)
}

// wayText says who brings the notice, and why when it is the developer.
func wayText(words *i18n.Localizer, r Recipient, own bool) string {
	if r.Way == ByTorg {
		return spoken(words, "neighbours.way.torg", own)
	}
	return spoken(words, "neighbours.way."+string(r.Kind), own)
}

// standing is how it stands with each, once it is sent.
func (v senderView) standing(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("neighbours.status_of"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"name", "property", "standing", "sent", "until", "answer"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("neighbours.column." + key), Tight: key == "standing"})
	}
	for _, l := range v.Lines {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: nameOf(words, l.Recipient)},
			{Text: l.Property()},
			{Content: ui.Tag(standingTag(words, l, v.Own))},
			{Text: v.sentText(words, l)},
			{Text: dayText(words, l.Until, l, v.Own)},
			{Text: answerText(words, l)},
		}})
	}
	return t
}

// sentText is when somebody was sent the notice. While others have not been, the developer
// is not told of each: see veiled.
func (v senderView) sentText(words *i18n.Localizer, l Line) string {
	if v.Own && l.Way == ByTorg && l.SentOn.IsZero() {
		return words.T("neighbours.day.not_sent")
	}
	return dayText(words, l.SentOn, l, v.Own)
}

// standingTag shows how far it is, with a word, a colour and a sign.
func standingTag(words *i18n.Localizer, l Line, own bool) ui.TagProps {
	tag := ui.TagProps{Label: words.T("neighbours.standing." + string(l.Standing))}
	switch l.Standing {
	case Answered:
		tag.Status = ui.StatusDone
		if l.Answer == Remarks {
			tag.Label, tag.Status, tag.Color = words.T("neighbours.standing.remarks"), ui.StatusReceived, ui.TagWarning
		}
	case Yours:
		tag.Label, tag.Status = spoken(words, "neighbours.standing.yours", own), ui.StatusWaiting
	case Delivered, SentOut:
		tag.Status = ui.StatusReceived
	case Underway:
		tag.Label, tag.Status = spoken(words, "neighbours.standing.underway", own), ui.StatusWorking
	case Listed:
		tag.Status = ui.StatusDraft
	}
	return tag
}

// withText are the answers that hold something to read.
func (v View) withText() (list []Line) {
	for _, l := range v.Lines {
		if l.Answer != "" && (l.About.Text != "" || l.About.Comment != "" || len(l.Documents) > 0) {
			list = append(list, l)
		}
	}
	return list
}

// unknown are the properties of which the register does not tell who owns a part, and
// whose other owners consent: the consent is not whole without it (plan- og bygningsloven
// § 29-4 third paragraph a).
func (v View) unknown() (properties []string) {
	for _, l := range v.Lines {
		if !l.Kind.unknown() || l.Answer == Consents || l.Opposite {
			continue
		}
		for _, property := range l.Properties {
			if slices.ContainsFunc(v.Lines, func(o Line) bool { return o.Answer == Consents && slices.Contains(o.Properties, property) }) {
				properties = append(properties, property)
			}
		}
	}
	return properties
}

// byYou are those whom the developer must bring the notice herself, and tell that she has:
// also who has answered with a code that the developer can have read.
func (v View) byYou() (list []Line) {
	for _, l := range v.Lines {
		if v.Notice.State == Sent && l.Way == ByHand && !l.heard() && (l.Answer == "" || l.DeliveredOn.IsZero()) {
			list = append(list, l)
		}
	}
	return list
}

// unanswered are those whose answer can come on paper.
func (v View) unanswered() (list []Line) {
	for _, l := range v.Lines {
		if v.Notice.State == Sent && mayChange(l, v.Today, onPaper) == nil {
			list = append(list, l)
		}
	}
	return list
}

// said is the head of an answer: who, of which property, when, and how late.
func said(ctx context.Context, l Line) string {
	words := i18n.From(ctx)
	return words.T("neighbours.said", "who", whoOf(words, l.Recipient), "date", words.Date(clock.DateIn(l.AnsweredAt)))
}

func noticeTerms(ctx context.Context, v View) []ui.Term {
	words, n := i18n.From(ctx), v.Notice
	list := []ui.Term{{Label: words.T("neighbours.term.property"), Value: n.Property()}}
	if n.Texts.Address != "" {
		list = append(list, ui.Term{Label: words.T("neighbours.term.address"), Value: n.Texts.Address})
	}
	list = append(list, ui.Term{Label: words.T("neighbours.term.sender"), Value: n.Texts.SenderName})
	if n.State == Sent {
		list = append(list, ui.Term{Label: words.T("neighbours.term.sent"), Value: words.DateTime(n.SentAt)},
			ui.Term{Label: words.T("neighbours.term.until_all"), Value: lastText(words, v.Reach.Last)})
	}
	return append(list, sayTerms(words, n)...)
}

// lastText is the day on which the case can go on, or that it is not known.
func lastText(words *i18n.Localizer, last clock.Date) string {
	if last.IsZero() {
		return words.T("neighbours.day.unknown")
	}
	return words.Date(last)
}

// waitsFor is why it is not known when the case can go on: how many are not notified, and
// that each has two weeks from when she is.
func (v View) waitsFor(ctx context.Context) string {
	words := i18n.From(ctx)
	var all []string
	if n := v.Reach.notified(); n > 0 && !v.Reach.To.IsZero() {
		key := "neighbours.reach.sent"
		if v.Reach.From != v.Reach.To {
			key = "neighbours.reach.sent_span"
		}
		all = append(all, words.T(key, "count", n, "from", words.Date(v.Reach.From), "until", words.Date(v.Reach.To)))
	}
	if v.Reach.Waiting > 0 {
		all = append(all, words.T("neighbours.reach.waiting", "count", v.Reach.Waiting, "all", v.Reach.All))
	}
	switch {
	case v.Reach.Hand > 0 && v.Own:
		all = append(all, words.T("neighbours.reach.hand", "count", v.Reach.Hand))
	case v.Reach.Hand > 0:
		all = append(all, words.T("neighbours.reach.hand_other", "count", v.Reach.Hand))
	}
	return strings.Join(append(all, words.T("neighbours.reach.each")), " ")
}

// sayTerms are what a notice says.
func sayTerms(words *i18n.Localizer, n Notice) (list []ui.Term) {
	add := func(key, value string) {
		if value != "" {
			list = append(list, ui.Term{Label: words.T("neighbours.term." + key), Value: value, Long: true})
		}
	}
	add("description", n.Texts.Description)
	for i, d := range n.Texts.Dispensations {
		if i == 0 {
			add("dispensations", d)
			continue
		}
		list[len(list)-1].Value += "\n" + d
	}
	add("contact", n.Texts.Contact)
	return list
}

// stateTag shows where a notice is.
func stateTag(ctx context.Context, n Notice) ui.TagProps {
	words := i18n.From(ctx)
	switch {
	case n.State == Draft && n.Exemption == Asked:
		return ui.TagProps{Label: words.T("neighbours.state.asked"), Status: ui.StatusWaiting}
	case n.State == Sent:
		return ui.TagProps{Label: words.T("neighbours.state.sent"), Status: ui.StatusReceived}
	case n.State == Exempt:
		return ui.TagProps{Label: words.T("neighbours.state.exempt"), Status: ui.StatusDone}
	}
	return ui.TagProps{Label: words.T("neighbours.state.draft"), Status: ui.StatusDraft}
}

// heardView is a notice on the page of the one who is notified.
type heardView struct {
	Heard
	typed typed
	path  string
}

func (v heardView) terms(ctx context.Context) []ui.Term {
	words, n := i18n.From(ctx), v.Notice
	until := words.T("neighbours.day.two_weeks") // she has the letter, and it is not noted that it is posted
	if v.Line.Way == ByHand || !v.Line.Until.IsZero() {
		until = dayText(words, v.Line.Until, v.Line, false)
	}
	list := []ui.Term{
		{Label: words.T("neighbours.term.sender"), Value: n.Texts.SenderName},
		{Label: words.T("neighbours.term.property"), Value: n.Property()},
		{Label: words.T("neighbours.term.yours"), Value: v.Line.Property()},
		{Label: words.T("neighbours.term.sent"), Value: dayText(words, v.Line.SentOn, v.Line, false)},
		{Label: words.T("neighbours.term.until"), Value: until},
	}
	return append(list, sayTerms(words, n)...)
}

// answerTerms are what the neighbour has answered, with what the developer says to it.
func (v heardView) answerTerms(ctx context.Context) []ui.Term {
	words, r := i18n.From(ctx), v.Line
	list := []ui.Term{
		{Label: words.T("neighbours.term.answer"), Value: answerText(words, r)},
		{Label: words.T("neighbours.term.answered"), Value: words.Date(clock.DateIn(r.AnsweredAt))},
	}
	if r.About.Text != "" {
		list = append(list, ui.Term{Label: words.T("neighbours.term.text"), Value: r.About.Text, Long: true})
	}
	if r.About.Comment != "" {
		list = append(list, ui.Term{Label: words.T("neighbours.term.comment"), Value: r.About.Comment, Long: true})
	}
	return list
}

// fixed is why the answer cannot be given, or changed.
func (v heardView) fixed() string {
	if v.Line.overwrites(v.source()) != nil {
		return "neighbours.not_by_hand_code"
	}
	return "neighbours.too_late_to_change"
}

func (v heardView) source() string {
	if v.ByHand {
		return byHandCode
	}
	return onPage
}

// answerOptions are the answers a neighbour chooses from. With the code of a letter that the
// developer has brought there is no consent among them.
func answerOptions(ctx context.Context, byHand bool) []ui.Option {
	list := paperOptions(ctx)
	if byHand {
		list = slices.DeleteFunc(list, func(o ui.Option) bool { return o.Value == string(Consents) })
	}
	for i := range list {
		list[i].Hint = i18n.T(ctx, "neighbours.answer."+list[i].Value+"_hint")
	}
	return list
}

// paperOptions are the answers as the staff write them down; what is said to the neighbour
// is not said to them.
func paperOptions(ctx context.Context) (list []ui.Option) {
	for _, a := range Answers() {
		list = append(list, ui.Option{Value: string(a), Label: i18n.T(ctx, "neighbours.answer."+string(a))})
	}
	return list
}

// overText says that an answer is in time although her own two weeks are over.
func overText(ctx context.Context, v heardView) string {
	words := i18n.From(ctx)
	if v.Line.Common.IsZero() {
		return words.T("neighbours.heard.over_open", "date", words.Date(v.Line.Until))
	}
	return words.T("neighbours.heard.over_until", "date", words.Date(v.Line.Until), "until", words.Date(v.Line.Common))
}

func howOptions(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: "signed", Label: i18n.T(ctx, "neighbours.how.signed")}, {Value: "letter", Label: i18n.T(ctx, "neighbours.how.letter")}}
}

func once() []ui.HiddenValue { return []ui.HiddenValue{{Name: cases.OnceField, Value: cases.NewKey()}} }

// listView is the staff's list.
type listView struct {
	props  ui.ListProps
	list   []Notice
	filter Filter
}

func (v listView) withFilter() ui.ListProps {
	props := v.props
	props.Filter = filterForm(v)
	return props
}

func (v listView) table(ctx context.Context) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("neighbours.list.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"property", "sender", "state", "sent", "until"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("neighbours.column." + key), Tight: key == "state" || key == "property"})
	}
	for _, n := range v.list {
		sent, until := "", ""
		if n.State == Sent {
			sent, until = words.Date(clock.DateIn(n.SentAt)), lastText(words, n.Until)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: n.Property(), Note: n.Texts.Address, Href: "/work/notices/" + n.ID}, {Text: n.Texts.SenderName}, {Content: ui.Tag(stateTag(ctx, n))}, {Text: sent}, {Text: until},
		}})
	}
	return t
}

// mineCards are somebody's own notices.
func mineCards(ctx context.Context, list []Notice) (cards []ui.LinkCardProps) {
	words := i18n.From(ctx)
	for _, n := range list {
		card := ui.LinkCardProps{Title: placeOf(n), Href: "/my/notices/" + n.ID, Text: words.T("neighbours.mine.sent_text", "property", n.Property()), Icon: "document", Status: stateTag(ctx, n)}
		switch {
		case n.State == Sent && n.Until.IsZero():
			card.Meta = words.T("neighbours.mine.until_unknown")
		case n.State == Sent:
			card.Meta = words.T("neighbours.mine.until", "date", words.Date(n.Until))
		}
		cards = append(cards, card)
	}
	return cards
}

// gotCards are the notices that somebody has got.
func gotCards(ctx context.Context, list []Got) (cards []ui.LinkCardProps) {
	words := i18n.From(ctx)
	for _, g := range list {
		card := ui.LinkCardProps{
			Title: placeOf(g.Notice), Href: "/my/neighbour-notices/" + g.Line.ID, Icon: "inbox",
			Text: words.T("neighbours.mine.got_text", "name", g.Notice.Texts.SenderName), Status: ui.TagProps{Label: words.T("neighbours.standing.unanswered"), Status: ui.StatusWaiting},
		}
		if g.Line.Answer != "" {
			card.Status = ui.TagProps{Label: words.T("neighbours.answer." + string(g.Line.Answer)), Status: ui.StatusDone}
		}
		if !g.Line.Until.IsZero() {
			card.Meta = words.T("neighbours.mine.until", "date", words.Date(g.Line.Until))
		}
		cards = append(cards, card)
	}
	return cards
}

// panelTable is who was notified and what they said, on a case's page.
func panelTable(ctx context.Context, v View, staff bool) ui.TableProps {
	words := i18n.From(ctx)
	t := ui.TableProps{Caption: words.T("neighbours.panel.title"), HideCaption: true, RowHeader: true}
	for _, key := range []string{"name", "property", "until", "answer"} {
		t.Columns = append(t.Columns, ui.Column{Label: words.T("neighbours.column." + key), Tight: key == "until"})
	}
	for _, l := range v.Lines {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: nameOf(words, l.Recipient)}, {Text: l.Property()}, {Text: dayText(words, l.Until, l, !staff)}, {Text: answerText(words, l)},
		}})
	}
	return t
}

// panelTerms are an answer's text and the developer's comment to it.
func panelTerms(ctx context.Context, l Line) []ui.Term {
	list := []ui.Term{{Label: said(ctx, l), Value: l.About.Text, Long: true}}
	if l.About.Comment != "" {
		list = append(list, ui.Term{Label: i18n.T(ctx, "neighbours.term.comment"), Value: l.About.Comment, Long: true})
	}
	return list
}

func joined(list []string) string { return strings.Join(list, "\n") }

func answerTitle(ctx context.Context, v heardView) string {
	if v.Line.Answer != "" {
		return i18n.T(ctx, "neighbours.heard.change")
	}
	return i18n.T(ctx, "neighbours.heard.reply")
}

func shown(f Filter) []ui.HiddenValue {
	if f.Asked {
		return []ui.HiddenValue{{Name: "show", Value: "asked"}}
	}
	return nil
}
