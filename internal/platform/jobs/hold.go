package jobs

// Hold leaves the jobs of a kind lying in this process, or with false lets them be
// taken again, at the runner's next look. A measurement keeps heavy work apart with
// it; what lies is not lost, and another process may take it. The runner may be
// running.
func (r *Registry) Hold(kind string, hold bool) {
	if hold {
		r.held.Store(kind, true)
		return
	}
	r.held.Delete(kind)
}

// runs returns the kind if this process runs it now.
func (r *Registry) runs(name string) *kind {
	if _, held := r.held.Load(name); held {
		return nil
	}
	return r.kinds[name]
}
