package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/staging"
)

func pdfOf(note string) string {
	return "%PDF-1.7\n% " + note + "\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
}

// sending is a request that carries a file.
type sending struct {
	town   int
	secret string // the case worker's of the town when empty
	body   io.Reader
	header map[string]string
}

func (in *installation) sendFile(s sending) (int, object) {
	in.t.Helper()
	req, err := http.NewRequestWithContext(in.t.Context(), http.MethodPost, in.url+"/api/files", s.body)
	if err != nil {
		in.t.Fatal(err)
	}
	if s.secret == "" {
		s.secret = in.secrets[s.town]
	}
	req.Host = in.towns[s.town].MainHost()
	req.Header.Set("Authorization", "Bearer "+s.secret)
	for name, value := range s.header {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		in.t.Fatal(err)
	}
	defer res.Body.Close()
	var out object
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		in.t.Fatalf("status %d: %v", res.StatusCode, err)
	}
	return res.StatusCode, out
}

// sent is the id of a file that was taken in.
func (in *installation) sent(text, key string) string {
	in.t.Helper()
	status, f := in.sendFile(sending{body: strings.NewReader(text), header: map[string]string{
		"Content-Type": blob.PDF, "Content-Disposition": `attachment; filename*=UTF-8''Uttalelse%20s%C3%B8r.pdf`, "Idempotency-Key": key,
	}})
	if status != http.StatusCreated {
		in.t.Fatalf("status %d: %v", status, f)
	}
	return f["id"].(string)
}

// attaching is the application with files.
func (in *installation) attaching(key string, files ...string) object {
	a := in.application(key)
	var list []any
	for _, id := range files {
		list = append(list, object{"id": id, "name": "løgn.exe", "size": 1})
	}
	a["answers"].(object)["other_documents"] = list
	return a
}

func (in *installation) documents(path string) map[string]string {
	in.t.Helper()
	found := map[string]string{}
	for _, d := range in.must(http.StatusOK, "GET", path, nil)["documents"].([]any) {
		found[d.(object)["id"].(string)] = d.(object)["name"].(string)
	}
	return found
}

func TestAPIFiles_followTheApplicationAndTheAnswer(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		first := in.sent(pdfOf("sakkyndig"), "f1")
		made := in.must(http.StatusCreated, "POST", "/api/applications", in.attaching("k", first))
		path := "/api/cases/" + made["case"].(string)
		if diff := cmp.Diff(map[string]string{first: "Uttalelse sør.pdf"}, in.documents(path)); diff != "" {
			t.Error(diff)
		}
		status, _, content := in.call(0, in.secrets[0], "GET", path+"/documents/"+first, nil)
		if status != http.StatusOK || string(content) != pdfOf("sakkyndig") {
			t.Errorf("status %d, %d bytes", status, len(content))
		}
		// The answer to the first request was lost; the file is used, and it stands.
		again := in.must(http.StatusOK, "POST", "/api/applications", in.attaching("k", first))
		if again["case"] != made["case"] {
			t.Errorf("two cases: %v, %v", made, again)
		}
		if f := in.must(http.StatusOK, "GET", "/api/files/"+first, nil); f["used"] != true || f["scan"] != "unscanned" {
			t.Errorf("%v", f)
		}

		now := in.must(http.StatusOK, "POST", path+"/assign", object{"version": made["version"]})
		in.must(http.StatusOK, "POST", path+"/ask", object{"version": now["version"], "text": "Har du ei uttale?"})
		in.must(http.StatusUnprocessableEntity, "POST", path+"/answer", object{})
		in.must(http.StatusUnprocessableEntity, "POST", path+"/answer", object{"files": []string{first}})
		second := in.sent(pdfOf("svar"), "f2")
		in.must(http.StatusOK, "POST", path+"/answer", object{"files": []string{second}})
		if all := in.documents(path); len(all) != 2 || all[second] == "" {
			t.Errorf("%v", all)
		}
		details := in.must(http.StatusOK, "GET", path, nil)
		if diff := cmp.Diff([]string{"received", "assigned", "asked", "answered_by_staff"}, kinds(details)); diff != "" {
			t.Error(diff)
		}
		// What was sent shows the file by its true name.
		if text, err := json.Marshal(details["sent"]); err != nil || !strings.Contains(string(text), "Uttalelse sør.pdf") || strings.Contains(string(text), "løgn") {
			t.Errorf("%v: %s", err, text)
		}
	})
}

func TestAPIFiles_comeAsAFormToo(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		if err := form.WriteField("note", "before the file"); err != nil {
			t.Fatal(err)
		}
		part, err := form.CreateFormFile("file", `C:\Mine\Kart.pdf`)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.WriteString(part, pdfOf("kart"))
		if err == nil {
			err = form.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		status, f := in.sendFile(sending{body: &body, header: map[string]string{"Content-Type": form.FormDataContentType()}})
		if status != http.StatusCreated || f["name"] != "Kart.pdf" || f["media_type"] != blob.PDF || f["size"] != float64(len(pdfOf("kart"))) || f["used"] != false {
			t.Errorf("status %d: %v", status, f)
		}
		until, err := time.Parse(time.RFC3339, f["expires_at"].(string))
		if err != nil || until.Sub(in.clock.Now()) != staging.Lives {
			t.Errorf("until %v, %v", f["expires_at"], err)
		}
		status, problem := in.sendFile(sending{body: strings.NewReader("--x--\r\n"), header: map[string]string{"Content-Type": "multipart/form-data; boundary=x"}})
		if status != http.StatusUnprocessableEntity {
			t.Errorf("a form without a file: status %d: %v", status, problem)
		}
	})
}

func TestAPIFiles_refuse(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		unscoped := in.token(0, "application.register", "case.read")
		for name, c := range map[string]struct {
			s      sending
			status int
		}{
			"a program":        {sending{body: strings.NewReader("MZ\x90\x00 this is not for us")}, http.StatusUnprocessableEntity},
			"nothing":          {sending{body: strings.NewReader("")}, http.StatusUnprocessableEntity},
			"too large":        {sending{body: io.MultiReader(strings.NewReader(pdfOf("stor")), io.LimitReader(noughts{}, blob.DefaultMaxBytes))}, http.StatusRequestEntityTooLarge},
			"without scope":    {sending{secret: unscoped, body: strings.NewReader(pdfOf("x"))}, http.StatusForbidden},
			"no such token":    {sending{secret: "torg_wrong", body: strings.NewReader(pdfOf("x"))}, http.StatusUnauthorized},
			"a foreign secret": {sending{town: 1, secret: in.secrets[0], body: strings.NewReader(pdfOf("x"))}, http.StatusUnauthorized},
			"a long key":       {sending{body: strings.NewReader(pdfOf("x")), header: map[string]string{"Idempotency-Key": strings.Repeat("k", 101)}}, http.StatusUnprocessableEntity},
		} {
			if status, problem := in.sendFile(c.s); status != c.status || problem["title"] == nil {
				t.Errorf("%s: status %d, want %d: %v", name, status, c.status, problem)
			}
		}
	})
}

type noughts struct{}

func (noughts) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestAPIFiles_areTheSendersAloneAndOnceAndForADay(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		mine := in.sent(pdfOf("mitt"), "k")
		same, f := in.sendFile(sending{body: strings.NewReader(pdfOf("mitt")), header: map[string]string{"Idempotency-Key": "k"}})
		if same != http.StatusOK || f["id"] != mine {
			t.Errorf("sent again: status %d: %v", same, f)
		}
		if status, _ := in.sendFile(sending{body: strings.NewReader(pdfOf("annet")), header: map[string]string{"Idempotency-Key": "k"}}); status != http.StatusConflict {
			t.Errorf("another file under the key: status %d", status)
		}
		colleague := in.token(0, everyScope()...)
		for name, c := range map[string]struct {
			town   int
			secret string
		}{"another token": {0, colleague}, "another municipality": {1, in.secrets[1]}} {
			if status, _, _ := in.call(c.town, c.secret, "GET", "/api/files/"+mine, nil); status != http.StatusNotFound {
				t.Errorf("%s reads it: status %d", name, status)
			}
		}
		status, problem, _ := in.call(0, colleague, "POST", "/api/applications", in.attaching("theirs", mine))
		wrong, _ := problem["errors"].([]any)
		if status != http.StatusUnprocessableEntity || len(wrong) != 1 || wrong[0].(object)["name"] != "answers.other_documents.0" {
			t.Errorf("another token uses it: status %d: %v", status, problem)
		}
		in.must(http.StatusUnprocessableEntity, "POST", "/api/applications", in.attaching("twice", mine, mine))
		in.clock.Advance(staging.Lives)
		fresh := in.token(0, everyScope()...)
		if status, _, _ := in.call(0, fresh, "GET", "/api/files/"+mine, nil); status != http.StatusNotFound {
			t.Errorf("there for too long: status %d", status)
		}
	})
}
