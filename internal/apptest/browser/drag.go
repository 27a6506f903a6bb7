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
	p.DragFrom(selector, 0.5, 0.5, right, down)
}

// DragFrom is Drag from another place of the element than its middle: so many shares of its
// width and height from its top left corner.
func (p *Page) DragFrom(selector string, across, along, right, down float64) {
	p.tb.Helper()
	x, y := p.place(selector, across, along)
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
	p.SwipeFrom(selector, 0.5, 0.5, right, down)
}

// SwipeFrom does with a finger what DragFrom does with the mouse.
func (p *Page) SwipeFrom(selector string, across, along, right, down float64) {
	p.tb.Helper()
	x, y := p.place(selector, across, along)
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

// place is where a place of an element is on the screen, once the element is in sight.
func (p *Page) place(selector string, across, along float64) (x, y float64) {
	p.tb.Helper()
	quoted, err := json.Marshal(selector)
	if err != nil {
		p.tb.Fatal(err)
	}
	var at [4]float64
	p.until("find "+selector, func(ctx context.Context) error {
		found := p.Eval(`(() => {
			const e = document.querySelector(` + string(quoted) + `)
			if (!e) return null
			e.scrollIntoView({block: "center", behavior: "instant"})
			const r = e.getBoundingClientRect()
			return [r.left, r.top, r.width, r.height]
		})()`)
		if string(found) == "null" {
			return fmt.Errorf("there is no %s", selector)
		}
		return json.Unmarshal(found, &at)
	})
	return at[0] + across*at[2], at[1] + along*at[3]
}

// Pinch puts two fingers on the middle of the first element of a selector, so many pixels
// apart, and parts them until they are so many times as far from each other.
func (p *Page) Pinch(selector string, apart, times float64) {
	p.tb.Helper()
	x, y := p.place(selector, 0.5, 0.5)
	first, second := 0.0, 1.0
	fingers := func(apart float64) []*input.TouchPoint {
		return []*input.TouchPoint{{X: x - apart/2, Y: y, ID: &first}, {X: x + apart/2, Y: y, ID: &second}}
	}
	p.touch(input.DispatchTouchEventTypeTouchStart, fingers(apart)...)
	for _, share := range dragged {
		p.touch(input.DispatchTouchEventTypeTouchMove, fingers(apart*(1+(times-1)*share))...)
	}
	p.touch(input.DispatchTouchEventTypeTouchEnd)
	p.settle()
}

// ctrlKey is the bit that tells that Ctrl is held.
const ctrlKey = 2

// Wheel turns the wheel over the middle of the first element of a selector, with Ctrl held
// or not. Down is positive.
func (p *Page) Wheel(selector string, down float64, ctrl bool) {
	p.tb.Helper()
	x, y := p.place(selector, 0.5, 0.5)
	p.do("turn the wheel", chromedp.MouseEvent(input.DispatchMouseEventTypeMouseWheel, x, y, func(e *input.DispatchMouseEventParams) {
		e.DeltaX, e.DeltaY = 1e-6, down // a number must be told, and nothing is not sent
		if ctrl {
			e.Modifiers = ctrlKey
		}
	}))
	p.settle()
}
