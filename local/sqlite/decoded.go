package sqlite

import (
	"sync"

	"image-sharing/shared/sharing"
)

// mostDecoded is how many bytes of attributes are kept with what they say: some ten
// thousand images.
const mostDecoded = 8 << 20

// decoded are images that pages have had, by their attributes as the rows have them: to
// read the same text again takes a quarter of a page's time. A text says the same for
// ever, so what is kept is never out of date. It is for reading only, since many share it:
// what writes decodes for itself.
type decoded struct {
	mu     sync.Mutex
	images map[string]sharing.Image
	bytes  int // of the keys
}

// image scans a row of a page.
func (d *decoded) image(row scanner) (sharing.Image, error) { return scanImageWith(d.decode, row) }

// received scans a row of a page of received images.
func (d *decoded) received(row scanner) (sharing.Received, error) {
	return scanReceivedWith(d.decode, row)
}

func (d *decoded) decode(attributes string) (sharing.Image, error) {
	img, known := d.get(attributes)
	if known {
		return img, nil
	}
	img, err := decodeImage(attributes)
	if err == nil {
		d.put(attributes, img)
	}
	return img, err
}

func (d *decoded) get(text string) (img sharing.Image, known bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	img, known = d.images[text]
	return img, known
}

func (d *decoded) put(text string, img sharing.Image) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.images[text]; known {
		return // by another, since
	}
	for other := range d.images {
		if d.bytes+len(text) <= mostDecoded {
			break
		}
		delete(d.images, other)
		d.bytes -= len(other)
	}
	d.images[text] = img
	d.bytes += len(text)
}
