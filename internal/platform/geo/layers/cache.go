package layers

import (
	"container/list"
	"sync"
)

// Cache keeps what was made lately, by its name, within so many bytes. What nobody
// asks for goes first. It may be used by any number of goroutines.
type Cache struct {
	mu    sync.Mutex
	most  int64
	bytes int64
	order *list.List // of *made, the last used first
	names map[string]*list.Element
}

// made is one thing that was made.
type made struct {
	name string
	body []byte
	tag  string
}

// overhead is about what an entry takes beside its name and body.
const overhead = 160

// NewCache returns an empty cache of so many bytes.
func NewCache(bytes int64) *Cache {
	return &Cache{most: bytes, order: list.New(), names: map[string]*list.Element{}}
}

// Get returns what was put under a name, with its tag.
func (c *Cache) Get(name string) (body []byte, tag string, found bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, found := c.names[name]
	if !found {
		return nil, "", false
	}
	c.order.MoveToFront(e)
	m, _ := e.Value.(*made)
	return m.body, m.tag, true
}

// Put keeps a body, which nobody may change afterwards. What is larger than an
// eighth of the cache is not kept: it would push out too much.
func (c *Cache) Put(name string, body []byte, tag string) {
	size := int64(len(name)+len(body)+len(tag)) + overhead
	if size > c.most/8 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, found := c.names[name]; found {
		c.remove(e)
	}
	c.names[name] = c.order.PushFront(&made{name: name, body: body, tag: tag})
	c.bytes += size
	for c.bytes > c.most {
		c.remove(c.order.Back())
	}
}

func (c *Cache) remove(e *list.Element) {
	m, _ := c.order.Remove(e).(*made)
	delete(c.names, m.name)
	c.bytes -= int64(len(m.name)+len(m.body)+len(m.tag)) + overhead
}

// Bytes is what the cache takes.
func (c *Cache) Bytes() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}
