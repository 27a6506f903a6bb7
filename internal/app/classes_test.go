package app_test

import (
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/notify"
)

func TestClassOf_onPurpose(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]notify.Class{
		"case.decided": notify.Decision, "appeal.rejected": notify.Decision, "deadline.deemed_given": notify.Decision,
		"case.asked": notify.Reminder, "applications.remind": notify.Reminder, "case.received": notify.Notice,
		"case.staff.received": notify.Staff, "deadline.staff": notify.Staff, "appeal.staff.proposed": notify.Staff,
	} {
		if got, known := app.ClassOf(kind); !known || got != want {
			t.Errorf("%s: %s, %t; want %s", kind, got, known, want)
		}
	}
	if got, known := app.ClassOf("case.unheard_of"); known || got != notify.Notice {
		t.Errorf("a kind that nobody knows: %s, %t", got, known)
	}
}

// mailText is the subject of a message among the texts: with its service and what
// it tells.
var mailText = regexp.MustCompile(`(?m)^"(?:(\w+)\.mail\.([\w.]+?)[._]subject|(deadlines)\.passed\.(\w+)\.mail_subject)" =`)

// TestClassOf_knowsEveryMessageThatHasAText fails for a new message that nobody
// has given a class: each has a subject in its service's texts.
func TestClassOf_knowsEveryMessageThatHasAText(t *testing.T) {
	t.Parallel()
	found := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "nb.toml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range mailText.FindAllStringSubmatch(string(text), -1) {
			found++
			kind := kindOf(m[1]+m[3], m[2]+m[4])
			if _, known := app.ClassOf(kind); !known {
				t.Errorf("%s: the message %s (%s) has no class: say in classes.go which rules it follows", path, m[0], kind)
			}
		}
		return nil
	})
	if err != nil || found < 40 {
		t.Errorf("%d messages, %v", found, err)
	}
}

// kindOf is the kind of the message that a text is of.
func kindOf(service, what string) string {
	switch service {
	case "cases", "appeals", "deadlines":
		return strings.TrimSuffix(service, "s") + "." + what
	case "mypage": // agent.given, grantor.given
		_, end, _ := strings.Cut(what, ".")
		return "mypage.mandate_" + end
	case "retention":
		return strings.TrimSuffix("retention.takeout_"+what, "_ready")
	}
	return service + "." + what
}

// senders are the files that send messages, with what their kinds begin with.
var senders = map[string]string{
	"app/reach.go": "notify.staff.letter_back", "appeals/tell.go": "appeal.", "applications/tell.go": "applications.", "around/tell.go": "around.",
	"applications/unbound_send.go": "applications.unbound_", "cases/jobs.go": "case.staff.", "cases/tell.go": "case.", "conference/service_guests.go": "conference.guest_",
	"deadlines/tell.go": "", "neighbours/tell.go": "neighbours.", "nursing/tell.go": "nursing.", "mypage/representation.go": "mypage.mandate_", "retention/takeout_make.go": "retention.takeout",
}

// TestClassOf_knowsWhoSends fails for a new place that sends messages, and for
// one that sends kinds of another name than its texts have.
func TestClassOf_knowsWhoSends(t *testing.T) {
	t.Parallel()
	var seen []string
	for _, s := range sources(t, 0) {
		if forTests(s.path) || strings.HasPrefix(s.path, "platform/notify/") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok || !isMessage(literal.Type) {
				return true
			}
			seen = append(seen, s.path)
			if want, known := senders[s.path]; !known || !strings.HasPrefix(beginning(literal), want) {
				t.Errorf("%s sends kinds that begin with %q: say in senders what they are, and their classes in classes.go", s.path, beginning(literal))
			}
			return true
		})
	}
	for path := range senders {
		if !slices.Contains(seen, path) {
			t.Errorf("%s sends nothing any more", path)
		}
	}
}

func isMessage(e ast.Expr) bool {
	selector, ok := e.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Message" {
		return false
	}
	pkg, ok := selector.X.(*ast.Ident)
	return ok && pkg.Name == "notify"
}

// beginning is what a message's kind begins with, as far as it stands there.
func beginning(literal *ast.CompositeLit) string {
	for _, e := range literal.Elts {
		pair, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if key, ok := pair.Key.(*ast.Ident); !ok || key.Name != "Kind" {
			continue
		}
		value := pair.Value
		if sum, ok := value.(*ast.BinaryExpr); ok {
			value = sum.X
		}
		if text, ok := value.(*ast.BasicLit); ok && text.Kind == token.STRING {
			plain, _ := strconv.Unquote(text.Value)
			return plain
		}
	}
	return ""
}
