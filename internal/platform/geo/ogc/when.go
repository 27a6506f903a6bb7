package ogc

import (
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// interval is the time that is asked for; zero ends are open.
type interval struct {
	from, to time.Time
}

// open ends an interval nowhere.
const open = ".."

// readTime reads datetime: an instant, a day, or an interval of them with open ends
// (OGC 17-069r4, /req/core/fc-time-definition; RFC 3339 section 5.6). A day is a day
// in Norway.
func readTime(text string) (interval, error) {
	first, second, between := strings.Cut(text, "/")
	if !between {
		start, end, ok := moment(text)
		if !ok {
			return interval{}, wrong("datetime", "value", shown(text))
		}
		return interval{start, end}, nil
	}
	var i interval
	var ok bool
	if first != open && first != "" {
		if i.from, _, ok = moment(first); !ok {
			return i, wrong("datetime", "value", shown(first))
		}
	}
	if second != open && second != "" {
		if _, i.to, ok = moment(second); !ok {
			return i, wrong("datetime", "value", shown(second))
		}
	}
	if !i.from.IsZero() && !i.to.IsZero() && i.to.Before(i.from) {
		return i, wrong("datetime_order")
	}
	return i, nil
}

// moment reads an instant or a day, and gives when it begins and ends.
func moment(text string) (start, end time.Time, ok bool) {
	if len(text) == len(time.DateOnly) {
		day, err := clock.ParseDate(text)
		if err != nil {
			return start, end, false
		}
		start = day.Start()
		return start, day.AddDays(1).Start().Add(-time.Nanosecond), !start.IsZero()
	}
	// An unescaped plus of an offset has become a space on its way.
	text = strings.ToUpper(strings.ReplaceAll(text, " ", "+"))
	at, err := time.Parse(time.RFC3339Nano, text)
	return at, at, err == nil && !at.IsZero()
}
