// Package faultfs is a file system for tests: it loses power, runs full and
// fails to sync on demand. SQLite uses it through Options.VFS.
//
// It keeps what was synced apart from what was only written. A power cut keeps
// all of the first and any sectors of the second. It does not try programs that
// bypass SQLite, nor disks that lie about syncing.
//
// Read disk.go first.
package faultfs
