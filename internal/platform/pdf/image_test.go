package pdf

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"
)

func pngOf(tb testing.TB, img image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestDecodePicture_laysTransparencyOnWhite(t *testing.T) {
	t.Parallel()
	img := image.NewNRGBA(image.Rect(0, 0, 3, 1))
	img.SetNRGBA(0, 0, color.NRGBA{255, 0, 0, 255})
	img.SetNRGBA(1, 0, color.NRGBA{255, 0, 0, 0})
	img.SetNRGBA(2, 0, color.NRGBA{0, 0, 0, 128})
	p, err := decodePicture(pngOf(t, img))
	if err != nil {
		t.Fatal(err)
	}
	if want := []byte{255, 0, 0, 255, 255, 255, 127, 127, 127}; !bytes.Equal(p.data, want) {
		t.Errorf("samples %v, want %v", p.data, want)
	}
	if p.width != 3 || p.height != 1 || p.packed {
		t.Errorf("picture %d × %d, packed %v", p.width, p.height, p.packed)
	}
}

func TestDecodePicture_writesGrayAsGray(t *testing.T) {
	t.Parallel()
	img := image.NewGray16(image.Rect(0, 0, 2, 1))
	img.SetGray16(1, 0, color.Gray16{0x8000})
	p, err := decodePicture(pngOf(t, img))
	if err != nil {
		t.Fatal(err)
	}
	if want := []byte{0, 128}; !bytes.Equal(p.data, want) || p.entries != "/ColorSpace /DeviceGray" {
		t.Errorf("%s %v, want %v", p.entries, p.data, want)
	}
}

func TestDecodePicture_removesMetadataFromPhotographs(t *testing.T) {
	t.Parallel()
	photo := photoJPEG(t)
	exif := slices.Concat([]byte{0xff, 0xe1, 0, 14}, []byte("Exif\x00\x00SECRET"), []byte{0xff, 0xfe, 0, 9}, []byte("COMMENT"))
	p, err := decodePicture(slices.Concat(photo[:2], exif, photo[2:], []byte("TRAILER")))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"SECRET", "COMMENT", "TRAILER", "Exif"} {
		if bytes.Contains(p.data, []byte(s)) {
			t.Errorf("%s is still in the image", s)
		}
	}
	if !bytes.Equal(p.data, photo) {
		t.Error("the image itself changed")
	}
	if _, err := jpeg.Decode(bytes.NewReader(p.data)); err != nil {
		t.Errorf("the image cannot be read any more: %v", err)
	}
}

func TestStripJPEG_refusesWhatIsCutShort(t *testing.T) {
	t.Parallel()
	photo := photoJPEG(t)
	for _, n := range []int{0, 2, 3, 20, 200, len(photo) - 2} {
		if _, ok := stripJPEG(photo[:n]); ok {
			t.Errorf("%d bytes were taken", n)
		}
	}
}

func TestImage_isEmbeddedOnce(t *testing.T) {
	t.Parallel()
	img := Image{Data: photoJPEG(t), Alt: "Inngang"}
	in := sound(t, plain(img, P("a"), img))
	n := 0
	for _, o := range in.objects {
		if s, ok := o.(pdfStream); ok && s.dict["Subtype"] == pdfName("Image") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d image objects, want 1", n)
	}
}

func TestImageSize_staysOnThePage(t *testing.T) {
	t.Parallel()
	f := &flow{bottom: 770}
	for name, tt := range map[string]struct {
		width        float64
		dots         [2]int
		wantW, wantH float64
	}{
		"natural":   {0, [2]int{300, 150}, 144, 72},
		"asked for": {50.8, [2]int{300, 150}, 144, 72},
		"too wide":  {400, [2]int{200, 100}, textWidth, textWidth / 2},
		"too tall":  {100, [2]int{10, 10000}, 1, (770 - topMargin) / 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, h := Image{Width: tt.width}.size(f, &placed{picture: &picture{width: tt.dots[0], height: tt.dots[1]}})
			if num(w) != num(tt.wantW) || num(h) != num(tt.wantH) {
				t.Errorf("size %v × %v, want %v × %v", w, h, tt.wantW, tt.wantH)
			}
		})
	}
}

func FuzzDecodePicture(f *testing.F) {
	f.Add(emblemPNG(f))
	f.Add(photoJPEG(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		p, err := decodePicture(data)
		if err != nil {
			if !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrLimit) {
				t.Errorf("error %v", err)
			}
			return
		}
		if p.width < 1 || p.height < 1 || len(p.data) == 0 {
			t.Errorf("picture %d × %d with %d bytes", p.width, p.height, len(p.data))
		}
	})
}

func TestImageSet_limitsAllImagesTogether(t *testing.T) {
	t.Parallel()
	set := &imageSet{dots: maxAllDots - 320*120 - 1}
	if _, err := set.get(photoJPEG(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := set.get(photoJPEG(t)); err != nil {
		t.Errorf("an image that is there already counts twice: %v", err)
	}
	if _, err := set.get(emblemPNG(t)); !errors.Is(err, ErrLimit) {
		t.Errorf("error %v, want ErrLimit", err)
	}
}
