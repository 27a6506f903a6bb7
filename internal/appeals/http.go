package appeals

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// maxUpload bounds an appeal with its files.
const maxUpload = 60 << 20

// Routes registers the pages of the party and of the staff.
func (s *Service) Routes(r *web.Routes) {
	p := &pages{s}
	r.Page("GET /my/cases/{id}/appeal", PermLodge, p.form)
	r.Upload("POST /my/cases/{id}/appeal", PermLodge, maxUpload, p.lodge)
	r.Page("GET /my/cases/{id}/appeal/withdraw", PermLodge, p.confirmWithdraw)
	r.Form("POST /my/cases/{id}/appeal/withdraw", PermLodge, p.withdraw)
	r.Page("GET /my/cases/{id}/appeal/reasons", PermLodge, p.confirmReasons)
	r.Form("POST /my/cases/{id}/appeal/reasons", PermLodge, p.askReasons)
	r.Nav(ui.Staff, "appeals.nav", "/work/appeals", PermList)
	r.Page("GET /work/appeals", PermList, p.list)
	r.Page("GET /work/appeals/{id}", PermRead, p.show)
	r.Form("POST /work/appeals/{id}/late", PermPrepare, p.acceptLate)
	r.Form("POST /work/appeals/{id}/prepare", PermPrepare, p.prepare)
	r.Form("POST /work/appeals/{id}/withdraw", PermPrepare, p.registerWithdrawal)
	r.Form("POST /work/appeals/{id}/approval", PermApprove, p.approve)
	r.Form("POST /work/appeals/{id}/handed", PermPrepare, p.handOver)
	r.Upload("POST /work/appeals/{id}/answer", PermPrepare, maxUpload, p.answer)
	r.Page("GET /work/appeals/{id}/package", PermPackage, p.takePackage)
	r.Page("GET /work/cases/{id}/appeal", PermRegister, p.registerForm)
	r.Upload("POST /work/cases/{id}/appeal", PermRegister, maxUpload, p.register)
	r.Page("GET /work/cases/{id}/reasons", PermRegister, p.reasonsForm)
	r.Form("POST /work/cases/{id}/reasons", PermPrepare, p.giveReasons)
	r.Form("POST /work/cases/{id}/reasons/asked", PermRegister, p.registerReasons)
	r.Page("GET /work/appeal-bodies", PermArrange, p.bodies)
	r.Form("POST /work/appeal-bodies", PermArrange, p.setBody)
}

type pages struct{ *Service }

const (
	maxFiles  = 10
	maxParts  = 40
	maxFields = 1 << 18
)

// posted is what came with a form that takes files.
type posted struct {
	values url.Values
	files  []blob.Stored
}

// read takes a form in. Files go to their place as they come.
func (p *pages) read(r *http.Request) (in posted, err error) {
	in.values, err = web.ReadForm(r, web.FormLimits{Parts: maxParts, Text: maxFields}, p.Blobs.FormFiles(r.Context(), &in.files, maxFiles, "appeals.too_many_files"))
	return in, err
}

// newOf is the appeal that a form holds.
func newOf(in posted) New {
	v := in.values
	n := New{Wants: v.Get("wants"), Why: v.Get("why"), Late: v.Get("late"), Key: v.Get(cases.OnceField), Files: in.files, Appellant: v.Get("appellant")}
	if day, err := clock.ParseDate(v.Get("sent_on")); err == nil {
		n.SentOn = day
	}
	return n
}

func version(values url.Values) int64 {
	n, err := strconv.ParseInt(values.Get("version"), 10, 64)
	if err != nil || n < 1 {
		// A form without a version is a conflict with whatever stands: -1 is no version.
		return -1
	}
	return n
}

func caseURL(r *http.Request, area string) string {
	return "/" + area + "/cases/" + url.PathEscape(r.PathValue("id"))
}
