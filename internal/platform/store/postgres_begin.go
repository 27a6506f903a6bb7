package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresConnector opens connections that begin a transaction and bind it to
// its tenant in one round trip.
type postgresConnector struct{ driver.Connector }

func openPool(config *pgx.ConnConfig) *sql.DB {
	return sql.OpenDB(postgresConnector{stdlib.GetConnector(*config)})
}

// Connect implements driver.Connector.
func (c postgresConnector) Connect(ctx context.Context) (driver.Conn, error) {
	raw, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := raw.(*stdlib.Conn)
	if !ok {
		return nil, errors.Join(errors.New("store: the PostgreSQL driver has changed"), raw.Close())
	}
	return &postgresConn{conn}, nil
}

type postgresConn struct{ *stdlib.Conn }

type boundKey struct{}

// bound tells the connection whose rows the transaction begun with the context
// may see.
func bound(ctx context.Context, tenant string) context.Context {
	if tenant == "" {
		tenant = allTenants
	}
	return context.WithValue(ctx, boundKey{}, tenant)
}

// BeginTx implements driver.ConnBeginTx. The setting is local to the
// transaction, so that neither the next user of the connection nor a pooler in
// between inherits it.
func (c *postgresConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	tenant, ok := ctx.Value(boundKey{}).(string)
	if !ok {
		return c.Conn.BeginTx(ctx, options)
	}
	if tenant != allTenants && !isKey(tenant) {
		return nil, errBadTenant
	}
	raw := c.Conn.Conn()
	if raw.IsClosed() {
		return nil, driver.ErrBadConn
	}
	begin := "begin"
	if options.ReadOnly {
		begin = "begin isolation level repeatable read read only"
	}
	tx, err := raw.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin + "; select set_config('app.tenant', '" + tenant + "', true)"})
	if err != nil {
		return nil, fmt.Errorf("store: bind tenant: %w", err)
	}
	return boundTx{ctx, tx}, nil
}

// boundTx ends with the context it was begun with, as the driver's own does.
type boundTx struct {
	ctx context.Context //nolint:containedctx // driver.Tx has no room for it
	tx  pgx.Tx
}

// Commit implements driver.Tx.
func (t boundTx) Commit() error { return t.tx.Commit(t.ctx) }

// Rollback implements driver.Tx.
func (t boundTx) Rollback() error { return t.tx.Rollback(t.ctx) }
