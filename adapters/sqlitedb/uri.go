package sqlitedb

import (
	"net/url"
	"path/filepath"
	"strings"
)

// uri is the address of a file by its whole path: https://sqlite.org/uri.html
// On Windows that may begin with a drive, which a URI takes without the slashes
// of an authority, or with the two of a share, which come behind them.
func uri(path string) string {
	path = filepath.ToSlash(path)
	escaped := (&url.URL{Path: path}).EscapedPath()
	if strings.HasPrefix(path, "/") {
		return "file://" + escaped
	}
	return "file:" + escaped
}
