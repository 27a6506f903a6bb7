package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// The server's patience. A slow reader or writer holds no connection for ever;
// streams and uploads have deadlines of their own.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = 60 * time.Second
	idleTimeout   = 120 * time.Second
	maxHeader     = 64 << 10
	// stopTimeout is how long running requests and jobs have when the process is
	// told to stop.
	stopTimeout = 20 * time.Second
)

// Serve answers on the listener until the context ends, then finishes what is
// running and stops everything.
func (a *App) Serve(ctx context.Context, listener net.Listener, ready func()) error {
	life := context.WithoutCancel(ctx)
	if err := a.Start(ctx); err != nil {
		return errors.Join(err, listener.Close(), a.DB.Close())
	}
	server := &http.Server{
		Handler: a.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: bodyTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, BaseContext: func(net.Listener) context.Context { return life },
	}
	server.RegisterOnShutdown(a.Site.EndStreams)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	if ready != nil {
		ready()
	}
	var err error
	select {
	case err = <-failed:
		err = fmt.Errorf("app: serve: %w", err)
	case <-ctx.Done():
	}
	return errors.Join(err, finish(life, server.Shutdown, server.Close), finish(life, a.Stop, nil))
}

// finish gives one part of the process its time to end, and ends it by force
// when that has passed.
func finish(life context.Context, stop func(context.Context) error, force func() error) error {
	end, cancel := context.WithTimeout(life, stopTimeout)
	defer cancel()
	err := stop(end)
	if err != nil && force != nil {
		return force()
	}
	return err
}
