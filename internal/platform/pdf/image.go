package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"strings"
)

// picture is an image ready to be embedded.
type picture struct {
	width, height int
	entries       string // color space and filter
	data          []byte
	packed        bool // data is already compressed
}

// decodePicture reads a JPEG or PNG. The whole image is decoded also when its
// bytes go into the file as they are: a damaged one is found now, not when the
// letter is opened.
func decodePicture(data []byte) (*picture, error) {
	config, kind, err := pictureConfig(data)
	if err != nil {
		return nil, invalidf("image cannot be read: %v", err)
	}
	if config.Width < 1 || config.Height < 1 {
		return nil, invalidf("image is empty")
	}
	if config.Width*config.Height > maxImageDots || config.Width > 1<<15 || config.Height > 1<<15 {
		return nil, limitf("an image of %d × %d dots", config.Width, config.Height)
	}
	if kind == "jpeg" {
		return decodeJPEG(data)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, invalidf("image cannot be read: %v", err)
	}
	return flatten(img), nil
}

func pictureConfig(data []byte) (image.Config, string, error) {
	if bytes.HasPrefix(data, []byte("\xff\xd8")) {
		c, err := jpeg.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return c, "", fmt.Errorf("jpeg header: %w", err)
		}
		return c, "jpeg", nil
	}
	c, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return c, "", fmt.Errorf("png header: %w", err)
	}
	return c, "png", nil
}

func decodeJPEG(data []byte) (*picture, error) {
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, invalidf("image cannot be read: %v", err)
	}
	space := ""
	switch img.(type) {
	case *image.Gray:
		space = "/DeviceGray"
	case *image.YCbCr:
		space = "/DeviceRGB"
	}
	bare, ok := stripJPEG(data)
	if space == "" || !ok {
		return flatten(img), nil // CMYK has no place under an RGB output intent
	}
	b := img.Bounds()
	return &picture{b.Dx(), b.Dy(), "/ColorSpace " + space + " /Filter /DCTDecode", bare, true}, nil
}

// stripJPEG removes comments and application data, where cameras write place
// and owner, but keeps Adobe's segment, which tells the colour transform.
func stripJPEG(data []byte) ([]byte, bool) {
	out := []byte{0xff, 0xd8}
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		marker, size := data[at+1], 2+int(binary.BigEndian.Uint16(data[at+2:]))
		if marker == 0xff { // a fill byte
			at++
			continue
		}
		if marker == 0xda { // the scans follow
			end := bytes.LastIndex(data, []byte{0xff, 0xd9})
			if end < at {
				return nil, false
			}
			return append(out, data[at:end+2]...), true
		}
		if at+size > len(data) {
			return nil, false
		}
		isApp := marker >= 0xe0 && marker <= 0xef && marker != 0xee
		if !isApp && marker != 0xfe {
			out = append(out, data[at:at+size]...)
		}
		at += size
	}
	return nil, false
}

// flatten lays an image on white and gives its samples as gray or RGB.
// Transparency would be allowed in PDF/A-2; print shops still dislike it.
func flatten(img image.Image) *picture {
	b := img.Bounds()
	flat := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(flat, flat.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(flat, flat.Rect, img, b.Min, draw.Over)
	gray := true
	for i := 0; i < len(flat.Pix) && gray; i += 4 {
		gray = flat.Pix[i] == flat.Pix[i+1] && flat.Pix[i] == flat.Pix[i+2]
	}
	channels, space := 3, "/DeviceRGB"
	if gray {
		channels, space = 1, "/DeviceGray"
	}
	data := make([]byte, 0, channels*b.Dx()*b.Dy())
	for i := 0; i < len(flat.Pix); i += 4 {
		data = append(data, flat.Pix[i:i+channels]...)
	}
	return &picture{b.Dx(), b.Dy(), "/ColorSpace " + space, data, false}
}

// imageSet holds the images of a letter, each once.
type imageSet struct {
	byDigest map[[32]byte]*placed
	list     []*placed
	dots     int
}

// placed is an image with its resource name.
type placed struct {
	*picture
	name string
}

func (s *imageSet) get(data []byte) (*placed, error) {
	key := sha256.Sum256(data)
	if p, ok := s.byDigest[key]; ok {
		return p, nil
	}
	pic, err := decodePicture(data)
	if err != nil {
		return nil, err
	}
	if s.dots += pic.width * pic.height; s.dots > maxAllDots {
		return nil, limitf("images of more than %d dots together", maxAllDots)
	}
	if s.byDigest == nil {
		s.byDigest = map[[32]byte]*placed{}
	}
	p := &placed{pic, fmt.Sprintf("Im%d", len(s.list))}
	s.byDigest[key], s.list = p, append(s.list, p)
	return p, nil
}

// resources writes the images and returns the XObject dictionary.
func (s *imageSet) resources(f *file) (string, error) {
	var out strings.Builder
	out.WriteString("<<")
	for _, p := range s.list {
		entries := fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 %s", p.width, p.height, p.entries)
		if p.packed {
			fmt.Fprintf(&out, "/%s %s ", p.name, f.addRaw(entries, p.data))
			continue
		}
		r, err := f.addStream(entries, p.data)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "/%s %s ", p.name, r)
	}
	return out.String() + ">>", nil
}

func (i Image) check(c *checker) error {
	if isBlank(Text(i.Alt)) {
		return invalidf("image without alternative text")
	}
	if !inRange(i.Width, 0, 1000) {
		return invalidf("image of width %g mm", i.Width)
	}
	if err := c.addImage(i.Data); err != nil {
		return err
	}
	return c.fields(i.Alt)
}

// size is the printed size in points.
func (i Image) size(f *flow, p *placed) (w, h float64) {
	w = i.Width * mm
	if w == 0 {
		w = float64(p.width) / 150 * 72
	}
	w = min(w, textWidth)
	h = w * float64(p.height) / float64(p.width)
	if most := (f.bottom - topMargin) / 2; h > most {
		w, h = w*most/h, most
	}
	return max(w, 1), max(h, 1)
}

func (i Image) lead(f *flow) float64 {
	p, err := f.images.get(i.Data)
	if err != nil {
		return 0 // set will say so
	}
	_, h := i.size(f, p)
	return h
}

func (i Image) set(f *flow) error {
	p, err := f.images.get(i.Data)
	if err != nil {
		return err
	}
	w, h := i.size(f, p)
	f.space(paraGap + 2)
	if err := f.keep(h); err != nil {
		return err
	}
	e := f.root.child("Figure", fmt.Sprintf("/Alt %s /A <</O /Layout /Placement /Block /BBox [%s %s %s %s]>>", str(oneLine(i.Alt)),
		num(leftMargin), num(pageHeight-f.y-h), num(leftMargin+w), num(pageHeight-f.y)))
	f.cur.begin(e)
	f.cur.draw(p.name, leftMargin, f.y, w, h)
	f.cur.end()
	f.advance(h)
	f.space(paraGap + 2)
	return nil
}
