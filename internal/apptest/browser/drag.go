package browser

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Drag presses the mouse on the middle of the first element of a selector, moves it so
// many pixels right and down in some steps, and lets go.
func (p *Page) Drag(selector string, right, down float64) {
	p.tb.Helper()
	x, y := p.middle(selector)
	held := func(e *input.DispatchMouseEventParams) {
		e.Button, e.Buttons, e.ClickCount = input.MouseButtonLeft, 1, 1
	}
	p.do("press on "+selector, chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x, y, held))
	for _, share := range dragged {
		p.do("drag "+selector, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x+right*share, y+down*share, held))
	}
	p.do("let go of "+selector, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x+right, y+down, held))
	p.settle()
}

// Swipe does with a finger what Drag does with the mouse.
func (p *Page) Swipe(selector string, right, down float64) {
	p.tb.Helper()
	x, y := p.middle(selector)
	p.touch(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: x, Y: y})
	for _, share := range dragged {
		p.touch(input.DispatchTouchEventTypeTouchMove, &input.TouchPoint{X: x + right*share, Y: y + down*share})
	}
	p.touch(input.DispatchTouchEventTypeTouchEnd)
	p.settle()
}

// dragged are the places on the way at which a dragged thing is seen.
var dragged = []float64{0.1, 0.4, 0.7, 1}

func (p *Page) touch(what input.DispatchTouchEventType, points ...*input.TouchPoint) {
	p.tb.Helper()
	if points == nil {
		points = []*input.TouchPoint{}
	}
	p.do("touch", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: what, TouchPoints: points})
		return err
	}))
}

// middle is where the middle of an element is on the screen, once it is in sight.
func (p *Page) middle(selector string) (x, y float64) {
	p.tb.Helper()
	quoted, err := json.Marshal(selector)
	if err != nil {
		p.tb.Fatal(err)
	}
	var at [2]float64
	p.until("find "+selector, func(ctx context.Context) error {
		found := p.Eval(`(() => {
			const e = document.querySelector(` + string(quoted) + `)
			if (!e) return null
			e.scrollIntoView({block: "center", behavior: "instant"})
			const r = e.getBoundingClientRect()
			return [r.left + r.width / 2, r.top + r.height / 2]
		})()`)
		if string(found) == "null" {
			return fmt.Errorf("there is no %s", selector)
		}
		return json.Unmarshal(found, &at)
	})
	return at[0], at[1]
}
