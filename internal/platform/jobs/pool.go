package jobs

import "sync"

// pool holds the claimed tasks and hands them to the workers: the most urgent
// lane first, and no lane over its share, so that an alarm never waits for a
// worker that sends newsletters.
type pool struct {
	mu      sync.Mutex
	more    sync.Cond
	waiting map[Lane][]*task
	running map[Lane]int
	share   map[Lane]int
	closed  bool
}

func newPool(workers int) *pool {
	p := &pool{waiting: map[Lane][]*task{}, running: map[Lane]int{}, share: shares(workers)}
	p.more.L = &p.mu
	return p
}

// shares is how many workers each lane may hold.
func shares(workers int) map[Lane]int {
	return map[Lane]int{
		LaneAlarm:   workers,
		LaneMessage: max(1, workers*3/4),
		LaneBulk:    max(1, workers/2),
	}
}

func (p *pool) put(tasks []*task) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range tasks {
		p.waiting[t.lane] = append(p.waiting[t.lane], t)
	}
	p.more.Broadcast()
}

// take waits for a task; nil says that there will be none.
func (p *pool) take() *task {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if t := p.next(); t != nil {
			return t
		}
		if p.closed {
			return nil
		}
		p.more.Wait()
	}
}

func (p *pool) next() *task {
	for _, l := range Lanes() {
		if len(p.waiting[l]) == 0 || p.running[l] >= p.share[l] {
			continue
		}
		t := p.waiting[l][0]
		p.waiting[l] = p.waiting[l][1:]
		p.running[l]++
		t.begun.Store(true)
		return t
	}
	return nil
}

// done frees the worker's place in the lane.
func (p *pool) done(l Lane) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[l]--
	if len(p.waiting[l]) > 0 {
		p.more.Signal()
	}
}

// withdraw takes back the tasks that nobody has begun and that match.
func (p *pool) withdraw(match func(*task) bool) []*task {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []*task
	for l, waiting := range p.waiting {
		var stay []*task
		for _, t := range waiting {
			if match(t) {
				out = append(out, t)
			} else {
				stay = append(stay, t)
			}
		}
		p.waiting[l] = stay
	}
	return out
}

// close lets the workers go home.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.more.Broadcast()
}
