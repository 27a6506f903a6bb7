package browser

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Click clicks the element of a role ("button", "link", "tab", "menuitem") with
// an accessible name.
func (p *Page) Click(role, name string) {
	p.tb.Helper()
	p.click(fmt.Sprintf("click %s %q", role, name), func(ctx context.Context) (node, error) {
		return byName(ctx, role, name)
	})
}

// ClickText clicks where a text stands.
func (p *Page) ClickText(text string) {
	p.tb.Helper()
	p.click(fmt.Sprintf("click %q", text), func(ctx context.Context) (node, error) { return byText(ctx, text) })
}

// Check ticks a checkbox or chooses a radio button by its label, if it is not.
func (p *Page) Check(label string) {
	p.tb.Helper()
	p.tick(label, true)
}

// Uncheck takes the tick from a checkbox, if it has one.
func (p *Page) Uncheck(label string) {
	p.tb.Helper()
	p.tick(label, false)
}

func (p *Page) tick(label string, want bool) {
	p.tb.Helper()
	what := fmt.Sprintf("tick %q", label)
	const state = `function() { return this.checked ?? this.getAttribute("aria-checked") === "true" }`
	p.until(what, func(ctx context.Context) error {
		n, err := byLabel(ctx, label)
		if err != nil {
			return err
		}
		is, err := call[bool](ctx, n, state)
		if err != nil || is == want {
			return err
		}
		if err := press(ctx, n); err != nil {
			return err
		}
		if is, err = call[bool](ctx, n, state); err == nil && is != want {
			err = errors.New("the click changed nothing")
		}
		return err
	})
	p.settle()
}

// Fill replaces what a field holds, found by its label. A date is written as
// 2026-11-21, whatever the browser's language shows.
func (p *Page) Fill(label, text string) {
	p.tb.Helper()
	p.until(fmt.Sprintf("fill %q", label), func(ctx context.Context) error {
		n, err := byLabel(ctx, label)
		if err != nil {
			return err
		}
		return fill(ctx, n, text)
	})
	p.settle()
}

func fill(ctx context.Context, n node, text string) error {
	const prepare = `function() {
		if (this.disabled || this.readOnly) return "it is locked"
		this.focus()
		if (document.activeElement !== this) return "it takes no focus"
		if (["date", "time", "month", "week", "datetime-local", "color", "range"].includes(this.type)) return "set"
		if (this.select) this.select(); else document.getSelection().selectAllChildren(this)
		return "type"
	}`
	how, err := call[string](ctx, n, prepare)
	switch {
	case err != nil:
		return err
	case how == "set":
		const set = `function(text) {
			Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(this, text)
			this.dispatchEvent(new Event("input", {bubbles: true}))
			this.dispatchEvent(new Event("change", {bubbles: true}))
		}`
		_, err = call[chromedp.Void](ctx, n, set, text)
		return err
	case how != "type":
		return errors.New(how)
	case text == "":
		return chromedp.Do(ctx, chromedp.KeyEvent(kb.Delete))
	}
	_, err = chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
	return err
}

// Select chooses an option of a list by the words on it.
func (p *Page) Select(label, option string) {
	p.tb.Helper()
	const choose = `function(text) {
		const words = o => o.label.replace(/\s+/g, " ").trim()
		const option = Array.from(this.options ?? []).find(o => words(o) === text)
		if (!option) return "it has: " + Array.from(this.options ?? []).map(words).join(", ")
		if (option.disabled || this.disabled) return "it is locked"
		this.focus()
		option.selected = true
		this.dispatchEvent(new Event("input", {bubbles: true}))
		this.dispatchEvent(new Event("change", {bubbles: true}))
		return ""
	}`
	p.until(fmt.Sprintf("select %q in %q", option, label), func(ctx context.Context) error {
		n, err := byLabel(ctx, label)
		if err != nil {
			return err
		}
		return refusal(call[string](ctx, n, choose, oneLine(option)))
	})
	p.settle()
}

// Upload gives files to a file field, found by its label.
func (p *Page) Upload(label string, files ...string) {
	p.tb.Helper()
	for i, file := range files {
		full, err := filepath.Abs(file)
		if err != nil {
			p.tb.Fatalf("upload %s: %v", file, err)
		}
		files[i] = full
	}
	p.until(fmt.Sprintf("upload to %q", label), func(ctx context.Context) error {
		// Chromium adds what is chosen to the name: "Vedlegg: No file chosen".
		n, err := one(ctx, fmt.Sprintf("file field %q", label), []string{"button"}, func(n node) bool {
			return n.name == oneLine(label) || strings.HasPrefix(n.name, oneLine(label)+":")
		})
		if err != nil {
			return err
		}
		_, err = chromedp.Call(ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: files, BackendNodeID: n.id})
		return err
	})
	p.settle()
}

// Type types on the keyboard, into whatever has the focus.
func (p *Page) Type(text string) {
	p.tb.Helper()
	p.do("type", chromedp.KeyEvent(text))
	p.settle()
}

// Press presses one key, alone or with others: "Tab", "Shift+Tab", "Enter".
func (p *Page) Press(key string) {
	p.tb.Helper()
	name, modifiers := key, kb.ModifierNone
	if i := strings.LastIndex(key, "+"); i > 0 {
		for held := range strings.SplitSeq(key[:i], "+") {
			modifiers |= modifier(held)
		}
		name = key[i+1:]
	}
	p.do("press "+key, chromedp.KeyEvent(named(name), chromedp.KeyModifiers(modifiers)))
	p.settle()
}

func modifier(name string) kb.Modifier {
	switch name {
	case "Shift":
		return kb.ModifierShift
	case "Control":
		return kb.ModifierCtrl
	case "Alt":
		return kb.ModifierAlt
	case "Meta":
		return kb.ModifierMeta
	}
	return kb.ModifierNone
}

// named turns the name of a key into what the keyboard sends; a letter is itself.
func named(name string) string {
	keys := map[string]string{
		"Tab": kb.Tab, "Enter": kb.Enter, "Escape": kb.Escape, "Space": " ",
		"Backspace": kb.Backspace, "Delete": kb.Delete, "Home": kb.Home, "End": kb.End,
		"ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown, "ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight,
		"PageUp": kb.PageUp, "PageDown": kb.PageDown,
	}
	if key, ok := keys[name]; ok {
		return key
	}
	return name
}

func (p *Page) click(what string, find func(context.Context) (node, error)) {
	p.tb.Helper()
	p.until(what, func(ctx context.Context) error {
		n, err := find(ctx)
		if err != nil {
			return err
		}
		return press(ctx, n)
	})
	p.settle()
}

// press clicks in the middle of an element with the mouse, and refuses when the
// click would hit something else.
func press(ctx context.Context, n node) error {
	if err := loaded(ctx); err != nil {
		return err // what comes in above the element would move it from under the mouse
	}
	where := dom.ScrollIntoViewIfNeededParams{BackendNodeID: n.id}
	if _, err := chromedp.Call(ctx, dom.ScrollIntoViewIfNeeded, where); err != nil {
		return fmt.Errorf("scroll to %s: %w", n, err)
	}
	box, err := chromedp.Call(ctx, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: n.id})
	if err != nil {
		return fmt.Errorf("measure %s: %w", n, err)
	}
	if len(box.Quads) == 0 || len(box.Quads[0]) != 8 {
		return fmt.Errorf("%s is not drawn", n)
	}
	q := box.Quads[0]
	x, y := (q[0]+q[2]+q[4]+q[6])/4, (q[1]+q[3]+q[5]+q[7])/4
	const hit = `function(x, y) {
		const me = this.nodeType === Node.TEXT_NODE ? this.parentElement : this
		const top = document.elementFromPoint(x, y)
		if (me.disabled) return "it is locked"
		if (top && (me.contains(top) || top.closest("label")?.control === me)) return ""
		return "it is covered by " + (top ? top.outerHTML.slice(0, 120) : "nothing: it is out of sight")
	}`
	if err := refusal(call[string](ctx, n, hit, x, y)); err != nil {
		return err
	}
	return chromedp.Do(ctx, chromedp.MouseClickXY(x, y))
}

// refusal turns a page's answer into an error; the empty answer is consent.
func refusal(answer string, err error) error {
	if err == nil && answer != "" {
		err = errors.New(answer)
	}
	return err
}
