package neighbours

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/property"
)

// Source is what a notice begins from: an application that is being filled in, or
// a property.
type Source struct {
	DraftID  string
	Property string // number: "12/34" or "12-34"
	Again    bool   // another one is meant, although one is sent
}

// Begin begins a notice, or returns the one that is begun. The owners are looked
// up, and those who are see on whose behalf; nobody is told before the notice is sent.
// Whoever has nothing to do with the property is refused.
func (s *Service) Begin(ctx context.Context, from Source) (n Notice, err error) {
	if err := s.Access.Check(ctx, PermStart, access.Resource{Type: "notice"}); err != nil {
		return n, err
	}
	if err := s.warm(ctx); err != nil {
		return n, err
	}
	if n, err = s.seed(ctx, from); err != nil {
		return n, err
	}
	own, around, err := s.surroundings(ctx, &n)
	if err != nil {
		return n, err
	}
	if before, found, err := s.begun(ctx, n, from.Again); err != nil || found {
		return before, err
	}
	if err := s.askedFew(ctx, n.Sender); err != nil {
		return n, err
	}
	if err := s.entitle(ctx, &n, own); err != nil {
		return n, err
	}
	list, err := s.lookUp(ctx, n, around)
	if err != nil {
		return n, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return s.begin(ctx, tx, &n, list)
	})
	if errs.Is(err, errs.KindConflict) { // another click was first
		before, found, again := s.begun(ctx, n, false)
		if again == nil && found {
			return before, nil
		}
	}
	return n, err
}

func (s *Service) begin(ctx context.Context, tx *store.Tx, n *Notice, list []Recipient) error {
	sender, err := s.Identity.PersonIn(ctx, tx, n.Sender)
	if err != nil {
		return err
	}
	n.Texts.SenderName, n.Restricted = sender.Name.Full(), sender.Protection.Protected()
	n.CreatedAt, n.UpdatedAt, n.ListedAt, n.Version = tx.Now.Time, tx.Now.Time, tx.Now.Time, 1
	if err := s.insert(ctx, tx, *n); err != nil {
		return err
	}
	for _, r := range list {
		r.NoticeID = n.ID
		if err := s.insertRecipient(ctx, tx, r); err != nil {
			return err
		}
	}
	return s.record(ctx, tx, *n, "begin", map[string]string{"properties": n.Property(), "recipients": strconv.Itoa(len(list))})
}

// seed is a notice as it begins: with what stands in the application already.
func (s *Service) seed(ctx context.Context, from Source) (Notice, error) {
	n := Notice{ID: ids.New(), Sender: author(ctx), State: Draft, Department: tenant.From(ctx).Settings[s.Setting]}
	if from.DraftID == "" {
		ref := strings.ReplaceAll(strings.TrimSpace(from.Property), "-", "/")
		if ref == "" {
			return n, errs.InvalidFields(errs.Field{Name: "property", Key: "neighbours.need.property"})
		}
		n.Properties = []string{ref}
		return n, nil
	}
	if !ids.Valid(from.DraftID) {
		return n, errs.NotFound("errs.not_found")
	}
	o, err := s.Applications.Open(ctx, from.DraftID)
	if err != nil {
		return n, err
	}
	if o.Draft.Form != s.Form {
		return n, errs.NotFound("errs.not_found")
	}
	if o.Counter.Draft != "" { // it would go out in the name of whoever sits at the counter
		return n, errs.Conflict("neighbours.not_at_counter")
	}
	answers := o.Draft.Answers.Values
	n.DraftID, n.Sender, n.Properties = o.Draft.ID, o.Draft.Person, refsOf(answers)
	if len(n.Properties) == 0 {
		return n, errs.Conflict("neighbours.draft_without_property")
	}
	n.Texts.Address, _ = answers["address"].(string)
	n.Texts.Description, _ = answers["description"].(string)
	n.Texts.Dispensations = dispensationsOf(answers, o.Definition, i18n.LangOf(ctx))
	n.Documents = drawingsOf(answers)
	return n, nil
}

// refsOf are the properties of an application.
func refsOf(answers map[string]any) (refs []string) {
	for _, ref := range property.RefsIn(answers) {
		refs = append(refs, ref.String())
	}
	return refs
}

// dispensationsOf are the provisions that the application wants exceptions from,
// each on a line.
func dispensationsOf(answers map[string]any, d *forms.Definition, lang i18n.Lang) (all []string) {
	if answers["dispensation"] != "yes" {
		return nil
	}
	list, _ := answers["dispensations"].([]any)
	for _, element := range list {
		item, _ := element.(map[string]any)
		kind, _ := item["kind"].(string)
		provision, _ := item["provision"].(string)
		if line := strings.Trim(choiceText(d, "dispensations", "kind", kind, lang)+": "+provision, ": "); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// choiceText is a chosen value in words.
func choiceText(d *forms.Definition, group, inner, value string, lang i18n.Lang) string {
	if d == nil || d.Field(group) == nil || d.Field(group).Inner(inner) == nil {
		return ""
	}
	for _, c := range d.Field(group).Inner(inner).Choices {
		if c.Value == value {
			return c.Text.In(lang)
		}
	}
	return ""
}

// drawingsOf are the drawings that are attached to the application.
func drawingsOf(answers map[string]any) (documents []string) {
	for _, field := range []string{"site_plan", "facades", "sections", "floor_plans"} {
		list, _ := answers[field].([]any)
		for _, element := range list {
			file, _ := element.(map[string]any)
			if id, _ := file["id"].(string); id != "" && len(documents) < maxFiles {
				documents = append(documents, id)
			}
		}
	}
	return documents
}

// begun finds what the sender has begun already for the same.
func (s *Service) begun(ctx context.Context, n Notice, again bool) (before Notice, found bool, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err := s.ofSender(ctx, tx, n.Sender)
		for _, one := range list {
			same := one.DraftID == n.DraftID && (n.DraftID != "" || slices.Equal(one.Properties, n.Properties))
			if same && one.CaseID == "" && (one.State == Draft || n.DraftID != "" && !again) {
				before, found = one, true
				return nil
			}
		}
		return err
	})
	return before, found, err
}

// surroundings finds the properties of a notice on the map, and what lies around them.
// The notice gets their numbers as the map writes them, and the address of the first.
func (s *Service) surroundings(ctx context.Context, n *Notice) (own, around []Place, err error) {
	var refs []string
	for _, ref := range n.Properties {
		place, places, err := s.Around.Around(ctx, ref)
		if errs.Is(err, errs.KindNotFound) {
			return nil, nil, errs.InvalidFields(errs.Field{Name: "property", Key: "neighbours.need.property"})
		}
		if err != nil {
			return nil, nil, fmt.Errorf("neighbours: what lies around: %w", err)
		}
		if n.Texts.Address == "" {
			n.Texts.Address = place.Address
		}
		if !slices.Contains(refs, place.Ref) {
			own, refs = append(own, place), append(refs, place.Ref)
		}
		around = append(around, places...)
	}
	n.Properties = refs
	return own, slices.DeleteFunc(around, func(p Place) bool { return slices.Contains(refs, p.Ref) }), nil
}

// lookUp finds who is to be notified. It asks a register over the network.
func (s *Service) lookUp(ctx context.Context, n Notice, around []Place) ([]Recipient, error) {
	if len(around) == 0 {
		return nil, nil
	}
	owners, err := s.ownersAt(ctx, wanted(around))
	if err != nil {
		return nil, fmt.Errorf("neighbours: who owns: %w", err)
	}
	self, err := s.keysOfPerson(ctx, n.Sender)
	if err != nil {
		return nil, err
	}
	list := recipientsOf(around, owners, self...)
	if len(list) > mayNotify {
		return nil, errs.Conflict("neighbours.too_many_owners", "most", mayNotify)
	}
	return list, nil
}

// keysOfPerson are what knows a person again among owners.
func (s *Service) keysOfPerson(ctx context.Context, person string) (keys []string, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		keys = []string{personKey(person)}
		number, err := s.Identity.NumberIn(ctx, tx, person)
		if number != "" {
			keys = append(keys, number)
		}
		return err
	})
	return keys, err
}

// Refresh looks the owners up anew, before the notice is sent.
func (s *Service) Refresh(ctx context.Context, id string) (Notice, error) {
	n, _, err := s.read(ctx, id, PermWrite)
	if err != nil {
		return n, err
	}
	if n.State != Draft {
		return n, errs.Conflict("neighbours.not_now.write")
	}
	_, around, err := s.surroundings(ctx, &n)
	if err != nil {
		return n, err
	}
	if err := s.askedFew(ctx, n.Sender); err != nil {
		return n, err
	}
	list, err := s.lookUp(ctx, n, around)
	if err != nil {
		return n, err
	}
	return s.inNotice(ctx, id, n.Version, PermWrite, func(ctx context.Context, tx *store.Tx, n *Notice, _ []Recipient) error {
		if err := clearRecipients(ctx, tx, n.ID); err != nil {
			return err
		}
		for _, r := range list {
			r.NoticeID = n.ID
			if err := s.insertRecipient(ctx, tx, r); err != nil {
				return err
			}
		}
		n.ListedAt = tx.Now.Time
		return s.record(ctx, tx, *n, "list", map[string]string{"recipients": strconv.Itoa(len(list))})
	})
}

// read reads a notice with its recipients, with access asked.
func (s *Service) read(ctx context.Context, id string, perm access.Permission) (n Notice, list []Recipient, err error) {
	if !ids.Valid(id) {
		return n, nil, errs.NotFound("errs.not_found")
	}
	if err := s.warm(ctx); err != nil {
		return n, nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if n, err = s.load(ctx, tx, id, false); err != nil {
			return err
		}
		if err := s.Access.Check(ctx, perm, n.resource()); err != nil {
			return err
		}
		list, err = s.recipients(ctx, tx, n.ID)
		return err
	})
	return n, list, err
}
