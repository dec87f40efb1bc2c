package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Reader is a file that is only read, whoever has it open and writes to it
// meanwhile. It is for one goroutine.
type Reader struct{ conn *Conn }

// OpenReader opens a file that is there. Of the options, it takes Connected.
func OpenReader(ctx context.Context, path string, options Options) (*Reader, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	options.setDefaults()
	conn, err := openReading(ctx, path, options)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return &Reader{conn}, nil
}

// Read runs a query on a snapshot.
func (r *Reader) Read(ctx context.Context, query func(*Conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := r.conn.snapshot(ctx, query)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if fault := r.conn.fault; fault != nil {
		r.conn.fault = nil
		return fault
	}
	return err
}

// Close closes the file, which stays as it is.
func (r *Reader) Close() error { return r.conn.Close() }

// CheckStructure has SQLite look whether the file's pages, rows and indexes go
// together, and returns a *Damage with what it says. It takes long for large files.
func CheckStructure(conn *Conn, path string) error {
	said, err := conn.Statement("PRAGMA integrity_check(3)")
	if err != nil {
		return err
	}
	var all []string
	for said.Step() {
		all = append(all, said.ColumnText(0))
	}
	if err := errors.Join(said.Err(), said.Reset()); err != nil {
		return err
	}
	if text := strings.Join(all, "; "); text != "ok" {
		return &Damage{File: path, Reason: text}
	}
	return nil
}
