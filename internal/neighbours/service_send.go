package neighbours

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Send sends a notice; the deadline runs from when all have been sent it. Whoever owns
// what is to be built on, and is not the developer, gets a copy. A second press finds it sent.
func (s *Service) Send(ctx context.Context, id string, version int64) (Notice, error) {
	n, list, err := s.read(ctx, id, PermWrite)
	if err != nil || n.State == Sent {
		return n, err
	}
	if n.State != Draft {
		return n, errs.Conflict("neighbours.not_now.write")
	}
	if version != 0 && version != n.Version {
		return n, errs.Conflict("errs.conflict")
	}
	if err := s.complete(ctx, n, list); err != nil {
		return n, err
	}
	list, hers, err := s.meet(ctx, n, list)
	if err != nil {
		return n, err
	}
	if len(list) == 0 {
		return n, errs.Conflict("neighbours.nobody")
	}
	owners, err := s.ownersToTell(ctx, n)
	if err != nil {
		return n, err
	}
	proof, err := s.receiptFile(ctx, n, list)
	if err != nil {
		return n, err
	}
	return s.inNotice(ctx, id, 0, PermWrite, func(ctx context.Context, tx *store.Tx, now *Notice, fresh []Recipient) error {
		list := slices.Clone(list) // this may run twice
		for i := range list {
			list[i].catchUp(one(fresh, list[i].ID))
		}
		if now.State == Sent {
			return errSame
		}
		if now.Version != n.Version {
			return errs.Conflict("errs.conflict")
		}
		if err := s.fewEnough(ctx, tx, *now, len(list)); err != nil {
			return err
		}
		for _, id := range hers {
			if err := dropRecipient(ctx, tx, n.ID, id); err != nil {
				return err
			}
		}
		if err := s.send(ctx, tx, now, list, proof); err != nil {
			return err
		}
		return s.copyTo(ctx, tx, *now, owners)
	})
}

// Ready says what is missing before a notice can be sent: nothing when it can be, or when it
// is sent already.
func (s *Service) Ready(ctx context.Context, id string) (Notice, error) {
	n, list, err := s.read(ctx, id, PermWrite)
	switch {
	case err != nil || n.State == Sent:
		return n, err
	case n.State != Draft:
		return n, errs.Conflict("neighbours.not_now.write")
	}
	return n, s.complete(ctx, n, list)
}

// catchUp lets a recipient who is being notified have what was heard of her as she was looked
// up: that her address became secret. The notice's own version tells of all other changes.
func (r *Recipient) catchUp(now *Recipient) {
	if now == nil {
		return
	}
	r.Version, r.About.Protected, r.About.Followed = now.Version, r.About.Protected || now.About.Protected, now.About.Followed
}

// complete says what is missing. What a notice must hold: the works, so that the
// neighbour can judge them, with drawings (byggesaksforskriften § 5-4), and the
// dispensations (plan- og bygningsloven § 19-1).
func (s *Service) complete(ctx context.Context, n Notice, list []Recipient) error {
	wrong := checkText("description", n.Texts.Description, minText)
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		there, err := s.documents(ctx, tx, n.Documents)
		if err == nil && len(there) == 0 {
			wrong = append(wrong, errs.Field{Name: "files", Key: "neighbours.need.files"})
		}
		if err != nil || n.DraftID == "" {
			return err
		}
		d, err := s.Forms.Draft(ctx, tx, n.DraftID)
		if err == nil && d.Answers.Values["dispensation"] == "yes" && len(n.Texts.Dispensations) == 0 {
			wrong = append(wrong, errs.Field{Name: "dispensations", Key: "neighbours.need.dispensations"})
		}
		if errs.Is(err, errs.KindNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return errs.Conflict("neighbours.nobody")
	}
	return errs.InvalidFields(wrong...)
}

// meet makes sure that the municipality knows those whom it is to reach. Whom the
// population register does not know, or says is dead, the developer notifies
// herself. Her own ground that stands under a former number of hers is left out: hers are
// the ids of those. It asks the register over the network.
func (s *Service) meet(ctx context.Context, n Notice, list []Recipient) (met []Recipient, hers []string, err error) {
	var more []Recipient // further guardians of the same owner
	for _, r := range list {
		var others []Recipient
		switch {
		case r.Way != ByTorg:
		case r.Kind == Organisation:
			err = s.meetOrganisation(ctx, &r)
		default:
			others, err = s.meetPerson(ctx, n, &r)
		}
		if err != nil {
			return nil, nil, err
		}
		if r.PersonID != "" && r.PersonID == n.Sender {
			hers = append(hers, r.ID)
			continue
		}
		met, more = append(met, r), append(more, others...)
	}
	return append(met, more...), hers, nil
}

// linesOf writes an address as on an envelope.
func linesOf(a identity.Address) []string {
	lines := slices.Clone(a.Lines)
	if last := strings.TrimSpace(a.PostalCode + " " + a.PostalPlace); last != "" {
		lines = append(lines, last)
	}
	return lines
}

func (s *Service) meetOrganisation(ctx context.Context, r *Recipient) error {
	number, err := pid.ParseOrg(r.About.Number)
	if err != nil {
		r.byHand(Unknown)
		return nil //nolint:nilerr // a number that is none is the register's fault: the developer notifies
	}
	r.PersonID, err = s.Identity.EnsureOrganisation(ctx, identity.RegisterOrganisation{Number: number, Name: r.About.Name, Address: addressOf(r.About.Lines)})
	if err != nil {
		return fmt.Errorf("neighbours: an organisation: %w", err)
	}
	r.About.Number, r.About.Lines = "", nil
	return nil
}

// addressOf takes the lines of an address apart: the last is postal code and place.
func addressOf(lines []string) (a identity.Address) {
	if len(lines) == 0 {
		return a
	}
	last := lines[len(lines)-1]
	if code, place, ok := strings.Cut(last, " "); ok && len(code) == 4 && strings.Trim(code, "0123456789") == "" {
		return identity.Address{Lines: lines[:len(lines)-1], PostalCode: code, PostalPlace: place}
	}
	return identity.Address{Lines: lines}
}

// meetPerson finds whom a person is reached by: herself, or her guardians, of whom all
// but the first are returned.
func (s *Service) meetPerson(ctx context.Context, n Notice, r *Recipient) ([]Recipient, error) {
	number, err := pid.Parse(r.About.Number)
	if err != nil {
		r.byHand(Unknown)
		return nil, nil //nolint:nilerr // as above
	}
	p, err := s.Identity.EnsurePerson(ctx, number)
	switch {
	case errs.Is(err, errs.KindForbidden), errors.Is(err, identity.ErrUnknownPerson), err == nil && p.RegisterUpdatedAt.IsZero():
		r.byHand(Unknown)
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("neighbours: a person: %w", err)
	case p.Deceased():
		r.OwnerID = p.ID
		r.About.Protected = r.About.Protected || p.Protection.Protected()
		r.byHand(Estate)
		// The estate's post goes where the dead person lived, until the court of probate
		// has said who answers for it; the population register has no other address.
		if address, known := p.VisibleAddress(identity.From(identity.AsSystem(ctx, "neighbours"))); known {
			r.About.Lines = linesOf(address)
		}
		return nil, nil
	case p.MinorOn(s.today()):
		r.OwnerID = p.ID
		r.About.Protected = r.About.Protected || p.Protection.Protected()
		return s.meetGuardians(ctx, n, r, p)
	}
	r.PersonID, r.OwnerID, r.About.Number, r.About.Lines, r.About.Protected = p.ID, p.ID, "", nil, r.About.Protected || p.Protection.Protected()
	return nil, nil
}

// meetGuardians lets a minor's guardians be notified, each by herself (vergemålsloven
// §§ 9 and 16; of parents those who have the responsibility, barnelova § 30). The
// developer is not told who they are. She is left out where she is one: what she builds
// she cannot answer for on the owner's behalf (vergemålsloven § 34). Where nobody is
// left, she must find whoever is appointed.
func (s *Service) meetGuardians(ctx context.Context, n Notice, r *Recipient, minor identity.Person) (more []Recipient, err error) {
	guardians, err := s.Identity.GuardiansOf(ctx, minor.ID)
	if err != nil {
		return nil, fmt.Errorf("neighbours: guardians: %w", err)
	}
	var told []string
	for _, g := range guardians {
		if (g.Responsible || g.Kind == identity.AppointedGuardian) && g.Person.ID != n.Sender && !slices.Contains(told, g.Person.ID) {
			told = append(told, g.Person.ID)
		}
	}
	if len(told) == 0 {
		r.byHand(Ward)
		return nil, nil
	}
	r.Kind, r.PersonID, r.About.Number, r.About.Lines = Ward, told[0], "", nil
	for _, person := range told[1:] {
		other := *r
		other.ID, other.PersonID, other.Version, other.Properties = ids.New(), person, 0, slices.Clone(r.Properties)
		more = append(more, other)
	}
	return more, nil
}

// send tells everyone, in the transaction.
func (s *Service) send(ctx context.Context, tx *store.Tx, n *Notice, list []Recipient, proof blob.Stored) error {
	n.State, n.SentAt, n.Until = Sent, tx.Now.Time, Deadline(clock.DateIn(tx.Now.Time))
	for i := range list {
		r := &list[i]
		if r.Way == ByTorg {
			code := newCode()
			r.code = digestOf(code) // her deadline is written down when it has left: see followed
			var err error
			if r.message, err = s.tellNeighbour(ctx, tx, *n, *r, code); err != nil {
				return err
			}
		}
		if r.Version == 0 { // found as it was sent
			if err := s.insertRecipient(ctx, tx, *r); err != nil {
				return err
			}
			r.Version = 1
		}
		if err := s.saveRecipient(ctx, tx, r); err != nil {
			return err
		}
		if err := s.recordOf(ctx, tx, *n, *r, "notify", map[string]string{"way": string(r.Way)}); err != nil {
			return err
		}
	}
	if err := s.record(ctx, tx, *n, "send", map[string]string{"recipients": strconv.Itoa(len(list)), "until": n.Until.String()}); err != nil {
		return err
	}
	if err := s.attachReceipt(ctx, tx, *n, proof); err != nil {
		return err
	}
	if err := jobs.Enqueue(ctx, tx, followArgs{Notice: n.ID}, jobs.At(tx.Now.Add(followSoon))); err != nil {
		return err
	}
	return s.fill(ctx, tx, *n, list)
}

// attachReceipt puts the list of who was notified with the application, which asks
// for it (byggesaksforskriften § 5-4).
func (s *Service) attachReceipt(ctx context.Context, tx *store.Tx, n Notice, proof blob.Stored) error {
	if writable, err := s.writable(ctx, tx, n); err != nil || !writable {
		return err
	}
	d, err := s.Blobs.Keep(ctx, tx, proof, blob.Owner{Type: ownerDraft, ID: n.DraftID, Person: n.Sender})
	if err != nil {
		return fmt.Errorf("neighbours: keep the receipt: %w", err)
	}
	_, err = s.Forms.AddFile(ctx, tx, n.DraftID, fieldReceipts, forms.Document{ID: d.ID, Name: d.Name, Size: d.Size})
	if errs.Is(err, errs.KindInvalid) || errs.Is(err, errs.KindNotFound) {
		return s.Blobs.Remove(ctx, tx, d.ID) // the form takes no more, or none
	}
	return err
}

// receiptFile stores the list of who is notified as a PDF.
func (s *Service) receiptFile(ctx context.Context, n Notice, list []Recipient) (blob.Stored, error) {
	n.State, n.SentAt = Sent, s.DB.Clock().Now()
	var out bytes.Buffer
	words := s.wordsOf(ctx)
	lines := veiled(n, s.plain(n, list))
	for i := range lines {
		if lines[i].Way == ByTorg { // nothing has left yet
			lines[i].SentOn, lines[i].Until, lines[i].Standing = clock.Date{}, clock.Date{}, Underway
		}
	}
	if err := s.writeReceipt(ctx, &out, words, n, lines); err != nil {
		return blob.Stored{}, err
	}
	stored, err := s.Blobs.Put(ctx, &out, blob.PutOptions{Name: words.T("neighbours.receipt.file") + ".pdf", Generated: true})
	if err != nil {
		return stored, fmt.Errorf("neighbours: keep the receipt: %w", err)
	}
	return stored, nil
}
