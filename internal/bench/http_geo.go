package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/store"
)

// AskMaps asks the server for one kind of answer over and over, and returns how that
// went and how large the last answer was.
func AskMaps(ctx context.Context, target Target, o Options, n Net, name string) (Result, int, error) {
	if len(target.Tenants) == 0 {
		return Result{}, 0, errNothing
	}
	r := newRun(target, o, "", []string{name})
	addresses, err := n.addresses(name)
	if err != nil {
		return Result{}, 0, err
	}
	var size atomic.Int64
	result, err := r.measure(ctx, o, func(ctx context.Context, _ int) bool {
		return r.fetch(ctx, target.Tenants[0].Host, name, addresses(int(r.counter.Add(1))), &size)
	})
	return result, int(size.Load()), err
}

// AskEverywhere asks every municipality once for a tile and a box of its plots, so that
// the server has to have all of them in memory, or to make room.
func AskEverywhere(ctx context.Context, target Target, n Net) (Latency, error) {
	r := newRun(target, Options{Clients: 1}, "", []string{everywhere})
	defer r.client.CloseIdleConnections()
	r.counted.Store(true)
	boxes, tile := n.boxes(150, "&limit=100"), n.tiles(16)[0]
	var size atomic.Int64
	for i, t := range target.Tenants {
		for _, address := range []string{fmt.Sprintf("/geo/tiles/%s/%d/%d/%d.mvt", Parcels, tile.Z, tile.X, tile.Y), boxes(i)} {
			r.fetch(ctx, t.Host, everywhere, address, &size)
		}
	}
	l := r.times[everywhere].latency()
	if example := r.example.Load(); example != nil {
		return l, errors.New("bench: " + *example)
	}
	return l, ctx.Err()
}

// everywhere names the requests of AskEverywhere.
const everywhere = "everywhere"

// fetch asks for an answer and reads it to its end.
func (r *run) fetch(ctx context.Context, host, name, address string, size *atomic.Int64) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+address, http.NoBody)
	if err != nil {
		return false
	}
	req.Header.Set("Accept-Encoding", "gzip")
	began := clock.System{}.Now()
	res, err := r.client.Do(req)
	var read int64
	if err == nil {
		read, err = io.Copy(io.Discard, res.Body)
		err = errors.Join(err, res.Body.Close())
	}
	if err == nil && (res.StatusCode != http.StatusOK || read == 0) {
		err = fmt.Errorf("%s with %d bytes", res.Status, read)
	}
	if !r.counted.Load() || ctx.Err() != nil {
		return err == nil
	}
	if err != nil {
		text := address + ": " + err.Error()
		r.example.CompareAndSwap(nil, &text)
		r.times[name].fail("asked")
		return false
	}
	r.times[name].add(clock.System{}.Now().Sub(began))
	size.Store(read)
	return true
}

// addresses makes the address of the request with a number.
func (n Net) addresses(name string) (func(i int) string, error) {
	switch name {
	case CachedTile:
		id := n.tiles(16)[0]
		address := fmt.Sprintf("/geo/tiles/%s/%d/%d/%d.mvt", Parcels, id.Z, id.X, id.Y)
		return func(int) string { return address }, nil
	case FreshTile:
		return n.fresh(), nil
	case ItemsPage:
		return n.boxes(700, "&limit=1000"), nil
	case SmallBox:
		return n.boxes(150, "&limit=100"), nil
	}
	return nil, fmt.Errorf("bench: no request is called %s", name)
}

// tiles are those of a level that lie wholly on the net.
func (n Net) tiles(level uint8) []tile.ID {
	utm, _ := crs.ByCode(crs.UTM32)
	from := corner()
	inner := orb.Bound{Min: from, Max: orb.Point{from[0] + n.metres(), from[1] + n.metres()}}
	out, back := crs.Between(utm, crs.CRS84()), crs.Between(crs.CRS84(), utm)
	all, _ := tile.Cover(crs.Box(inner, out), level, 1_000_000)
	var list []tile.ID
	for _, id := range all {
		if b := crs.Box(id.Degrees(), back); inner.Contains(b.Min) && inner.Contains(b.Max) {
			list = append(list, id)
		}
	}
	if len(list) == 0 { // a small net
		list = append(list, tile.At(out(inner.Center()), level))
	}
	return list
}

// fresh asks for each tile beside another choice of marks, so that none has been asked
// for before as long as there are any.
func (n Net) fresh() func(int) string {
	list, marks := n.tiles(14), Marks()
	return func(i int) string {
		names := []string{Parcels}
		for k, mark := range marks {
			if i/len(list)>>k&1 == 1 {
				names = append(names, mark)
			}
		}
		id := list[i%len(list)]
		return fmt.Sprintf("/geo/tiles/%s/%d/%d/%d.mvt", strings.Join(names, ","), id.Z, id.X, id.Y)
	}
}

// boxes asks for the plots in a box of so many metres, each time another.
func (n Net) boxes(metres float64, more string) func(int) string {
	utm, _ := crs.ByCode(crs.UTM32)
	out, from, room := crs.Between(utm, crs.CRS84()), corner(), max(n.metres()-metres, 1)
	return func(i int) string {
		r := rand.New(rand.NewPCG(uint64(i), 9)) //nolint:gosec // where somebody looks
		at := orb.Point{from[0] + r.Float64()*room, from[1] + r.Float64()*room}
		b := crs.Box(orb.Bound{Min: at, Max: orb.Point{at[0] + metres, at[1] + metres}}, out)
		text := make([]string, 4)
		for k, v := range []float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]} {
			text[k] = strconv.FormatFloat(v, 'f', 7, 64)
		}
		return "/geo/collections/" + Parcels + "/items?f=json&bbox=" + strings.Join(text, ",") + more
	}
}

// AskInside asks the layers themselves, in this process, who lives in an area: it is
// what warnings do before they reach anybody. The first question, which builds the
// index, is told apart.
func AskInside(ctx context.Context, db *store.DB, l *layers.Service, area orb.MultiPolygon, o Options) (asked Latency, found int, built time.Duration, err error) {
	utm, _ := crs.ByCode(crs.UTM32)
	ask := func() (took time.Duration, err error) {
		err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			began := clock.System{}.Now()
			numbers, err := l.Inside(ctx, tx, Persons, area, utm)
			found, took = len(numbers), clock.System{}.Now().Sub(began)
			return err
		})
		return took, err
	}
	if built, err = ask(); err != nil {
		return asked, 0, 0, err
	}
	var t times
	for end := (clock.System{}).Now().Add(o.For); (clock.System{}).Now().Before(end); {
		took, err := ask()
		if err != nil {
			return asked, 0, 0, err
		}
		t.add(took)
	}
	return t.latency(), found, built, nil
}
