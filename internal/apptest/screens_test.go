package apptest_test

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/demo"
)

// screens names the folder for pictures, from the root of the repository.
const screens = "TORG_SCREENSHOTS"

// TestScreens_forTheReadme takes the pictures of the documentation:
// TORG_SCREENSHOTS=docs/images makes them anew. It always looks that the pages
// are there to be shown.
func TestScreens_forTheReadme(t *testing.T) {
	if folder := os.Getenv(screens); folder != "" && !filepath.IsAbs(folder) {
		t.Setenv(screens, filepath.Join("..", "..", folder))
	}
	h := running(t)
	w := worldOf(t, h)
	v := visit(t, h, places()["nb"])
	v.Viewport(1280, 1000)
	v.open("/")
	v.take("front")
	v.logIn(demo.Mother, "/drafts/"+w.draft+"/pages/wishes")
	v.see("forms.rank", "number", 1)
	v.take("form")
	phone := visit(t, h, places()["nb"])
	phone.Viewport(390, 844)
	phone.logIn(demo.Mother, "/my")
	phone.see("mypage.drafts")
	phone.take("my-page-mobile")
	worker := visit(t, h, places()["nb"])
	worker.Viewport(1280, 1000)
	worker.logIn(demo.CaseWorker, "/work")
	worker.see("cases.list.title")
	worker.take("worklist")
	worker.open("/work/cases/" + w.mine)
	worker.see("cases.next.title")
	worker.take("case")
	worker.open("/work/cases/" + w.mine + "/decision")
	worker.Check(worker.say("cases.status.granted"))
	worker.Select(worker.say("kindergarten.decision.unit"), worker.freeUnit())
	worker.Fill(worker.say("kindergarten.decision.start"), time.Now().AddDate(0, 8, 0).Format(time.DateOnly))
	worker.Fill(worker.say("cases.decision.basis"), "Barnehageloven §§ 16 og 17 og kommunens vedtekter for opptak.")
	worker.Fill(worker.say("cases.decision.reasons"), "Barnet har rett til plass, og det er ledig plass i en av barnehagene dere har søkt om.")
	worker.press("cases.decision.preview")
	worker.WaitGone(worker.say("cases.decision.no_preview"))
	worker.take("decision")
}

// take saves a picture of what stands at the top of the page, as a window shows it.
func (v *visitor) take(name string) {
	v.t.Helper()
	v.Eval(`document.activeElement.blur()`)
	var width, height int
	v.eval("innerWidth", &width)
	v.eval("innerHeight", &height)
	path := v.Screenshot(name)
	whole, err := os.ReadFile(path)
	if err != nil {
		v.t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(whole))
	if err != nil {
		v.t.Fatal(err)
	}
	window := image.NewRGBA(image.Rect(0, 0, width, min(height, picture.Bounds().Dy())))
	draw.Draw(window, window.Bounds(), picture, picture.Bounds().Min, draw.Src)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, window); err != nil {
		v.t.Fatal(err)
	}
	if out.Len() > 200_000 {
		v.t.Errorf("the picture %s is %d bytes", name, out.Len())
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		v.t.Fatal(err)
	}
}
