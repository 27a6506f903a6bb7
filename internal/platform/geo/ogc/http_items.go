package ogc

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/web"
)

// How answers to everybody may be kept by others (RFC 9111 section 5.2.2).
const (
	keepPublic  = "public, max-age=60"
	keepPrivate = "private, no-cache"
)

// flushAt is how much of an answer is gathered before it is sent.
const flushAt = 512 << 10

func (h *api) items(w http.ResponseWriter, r *http.Request) error {
	l, err := h.askedLayer(r)
	if err != nil {
		return err
	}
	known := parameters()
	for _, f := range queryables(l) {
		known = append(known, f.Name)
	}
	v, err := readValues(r.URL.RawQuery, known...)
	if err != nil {
		return err
	}
	mediaType, asPage, err := choose(r, v, typeGeoJSON)
	if err != nil {
		return err
	}
	q, err := readQuestion(l, v)
	if err != nil {
		return err
	}
	if asPage {
		return h.itemsPage(w, r, q, v)
	}
	a := h.answer(w, r, l, mediaType, q.system.URI())
	if a.known() {
		return nil
	}
	return h.writeItems(r.Context(), a, q, v)
}

func (h *api) item(w http.ResponseWriter, r *http.Request) error {
	l, err := h.askedLayer(r)
	if err != nil {
		return err
	}
	v, err := readValues(r.URL.RawQuery, paramFormat, paramCRS)
	if err != nil {
		return err
	}
	mediaType, asPage, err := choose(r, v, typeGeoJSON)
	if err != nil {
		return err
	}
	system, err := readCRS(v, paramCRS)
	if err != nil {
		return err
	}
	f, err := h.find(r.Context(), l, r.PathValue("id"), !asPage)
	if err != nil {
		return err
	}
	if asPage {
		return h.itemPage(w, r, l, f)
	}
	a := h.answer(w, r, l, mediaType, system.URI())
	if a.known() {
		return nil
	}
	e := h.encoder(l, system)
	defer h.release(e)
	s := siteOf(r)
	here := s.item(l.Name, f.ID)
	e.item(f, []Link{
		{Href: a.self(), Rel: "self", Type: typeGeoJSON},
		{Href: asHTML(here, v), Rel: "alternate", Type: typeHTML},
		{Href: s.collection(l.Name), Rel: "collection", Type: typeJSON},
	})
	return a.whole(e.b)
}

// find is the feature as it is now, or as it was last.
func (s *Service) find(ctx context.Context, l layers.Layer, id string, raw bool) (layers.Feature, error) {
	q := layers.Query{Layer: l.Name, IDs: []string{id}, Limit: 1, Raw: raw}
	p, err := s.layers.Find(ctx, q)
	if err == nil && len(p.Features) == 0 {
		q.Timed, q.Limit = true, layers.MaxLimit
		p, err = s.layers.Find(ctx, q)
	}
	if err != nil {
		return layers.Feature{}, err
	}
	if len(p.Features) == 0 {
		return layers.Feature{}, errs.NotFound("layers.unknown_feature")
	}
	return p.Features[len(p.Features)-1], nil
}

// answer is an answer of features that is being given.
type answer struct {
	*Service

	w      http.ResponseWriter
	r      *http.Request
	public bool
	packed bool
	moved  bool // the layer moved on meanwhile: the answer is not that of its state
	state  string
	tag    string
	sent   *gzip.Writer // while it is sent piece by piece
	begun  bool
}

// answer sets the heads that go with features, also when they have not changed.
func (s *Service) answer(w http.ResponseWriter, r *http.Request, l layers.Layer, mediaType, crsURI string) *answer {
	a := &answer{Service: s, w: w, r: r, public: l.Public, packed: acceptsGzip(r)}
	a.state = s.state(r.Context(), l) + " " + a.self() + " " + mediaType
	sum := sha256.Sum256([]byte(a.state))
	a.tag = `W/"` + hex.EncodeToString(sum[:12]) + `"`
	head := w.Header()
	head.Set("Content-Type", mediaType)
	head.Set("Content-Crs", "<"+crsURI+">")
	head.Set("Cache-Control", keepPrivate)
	head.Set("Vary", "Accept, Accept-Encoding, Authorization, Cookie, X-API-Key")
	share(w, r, l.Public)
	if l.Public {
		head.Set("Cache-Control", keepPublic)
		head.Set("Vary", "Accept, Accept-Encoding")
	}
	head.Set("ETag", a.tag)
	if !l.UpdatedAt.IsZero() {
		head.Set("Last-Modified", l.UpdatedAt.UTC().Format(http.TimeFormat))
	}
	return a
}

// self is the address that was asked for.
func (a *answer) self() string { return string(siteOf(a.r)) + a.r.URL.RequestURI() }

// known answers what the reader has, or what has been made before.
func (a *answer) known() bool {
	if unchanged(a.r, a.tag) {
		a.w.Header().Del("Content-Type")
		a.w.WriteHeader(http.StatusNotModified)
		return true
	}
	if !a.public {
		return false
	}
	body, _, found := a.kept.Get(a.key())
	if found {
		a.send(body)
	}
	return found
}

// key names the answer where it is kept.
func (a *answer) key() string {
	if a.packed {
		return a.state + " gzip"
	}
	return a.state
}

// whole sends an answer that is ready, and keeps it when it is for everybody.
func (a *answer) whole(body []byte) error {
	if a.packed {
		var out bytes.Buffer
		z := a.zips(&out)
		if _, err := z.Write(body); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		a.zip.Put(z)
		body = out.Bytes()
	} else if a.public {
		body = bytes.Clone(body) // the buffer is used again
	}
	if a.public && !a.moved {
		a.kept.Put(a.key(), body, a.tag)
	}
	a.send(body)
	return nil
}

func (a *answer) send(body []byte) {
	if a.packed {
		a.w.Header().Set("Content-Encoding", "gzip")
	}
	a.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = a.w.Write(body) // the reader may have gone
}

// piece sends a part of an answer that is too large to be gathered.
func (a *answer) piece(body []byte) error {
	if !a.begun {
		a.begun = true
		if a.packed {
			a.w.Header().Set("Content-Encoding", "gzip")
			a.sent = a.zips(a.w)
		}
	}
	if a.sent != nil {
		_, err := a.sent.Write(body)
		return err
	}
	_, err := a.w.Write(body)
	return err
}

// end closes an answer that was sent in pieces.
func (a *answer) end() error {
	if a.sent == nil {
		return nil
	}
	err := a.sent.Close()
	a.zip.Put(a.sent)
	a.sent = nil
	return err
}

// writeItems asks for the features and writes them.
func (h *api) writeItems(ctx context.Context, a *answer, q question, v values) error {
	e := h.encoder(q.layer, q.system)
	defer h.release(e)
	if q.layer.HasExtent() {
		e.hasten(q.layer.Extent)
	}
	e.begins(h.clock.Now())
	found, err := h.walk(ctx, q, true, func(list []layers.Feature) error {
		for _, f := range list {
			e.member(f)
			if len(e.b) >= flushAt {
				if err := a.piece(e.b); err != nil {
					return err
				}
				e.b = e.b[:0]
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.moved = found.generation != q.layer.Generation
	e.ends(found.matched, pageLinks(siteOf(a.r), a.self(), q.layer.Name, v, found.next()))
	if !a.begun {
		return a.whole(e.b)
	}
	if err := a.piece(e.b); err != nil {
		return err
	}
	return a.end()
}

// pageLinks are the links of a page of features.
func pageLinks(s site, self, layer string, v values, next string) []Link {
	here := s.collection(layer) + "/items"
	links := []Link{
		{Href: self, Rel: "self", Type: typeGeoJSON},
		{Href: asHTML(here, v), Rel: "alternate", Type: typeHTML},
		{Href: s.collection(layer), Rel: "collection", Type: typeJSON},
	}
	if next != "" {
		links = append(links, Link{Href: with(here, v, paramCursor, next), Rel: "next", Type: typeGeoJSON})
	}
	return links
}

// asHTML is the same question as a page.
func asHTML(here string, v values) string { return with(here, v, paramFormat, "html") }

// with is an address with the parameters of another, one of them changed; an empty
// value takes it away.
func with(here string, v values, name, value string) string {
	all := url.Values{}
	for n, told := range v {
		all.Set(n, told)
	}
	all.Set(name, value)
	if value == "" {
		all.Del(name)
	}
	if len(all) == 0 {
		return here
	}
	return here + "?" + all.Encode()
}

// acceptsGzip reports whether an answer may be packed (RFC 9110 section 12.5.3).
func acceptsGzip(r *http.Request) bool {
	accept := strings.Join(r.Header.Values("Accept-Encoding"), ",")
	if accept == "" {
		return false
	}
	chosen, ok := web.Negotiate(strings.ReplaceAll(accept, "*", "*/*"), "gzip")
	return ok && chosen == "gzip"
}
