package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed static
var files embed.FS

// Prefix is what the paths of all assets begin with.
const Prefix = "/static/"

// asset is a file as it is sent: its name holds a digest of it, so that what a browser
// keeps under the name is always the same.
type asset struct {
	path       string
	kind       string
	plain      []byte
	compressed []byte
}

var byName, byPath = load() //nolint:gochecknoglobals // because it is a table that nobody changes

func load() (byName, byPath map[string]asset) {
	byName, byPath = map[string]asset{}, map[string]asset{}
	entries, err := fs.ReadDir(files, "static")
	if err != nil {
		panic("assets: " + err.Error()) // they are in the program
	}
	for _, entry := range entries {
		text, err := fs.ReadFile(files, "static/"+entry.Name())
		if err != nil {
			panic("assets: " + err.Error())
		}
		one := prepare(entry.Name(), text)
		byName[entry.Name()], byPath[one.path] = one, one
	}
	return byName, byPath
}

func prepare(name string, text []byte) asset {
	digest := sha256.Sum256(text)
	extension := path.Ext(name)
	var compressed bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&compressed, gzip.BestCompression) // of a level that there is
	_, _ = writer.Write(text)                                           // into memory
	_ = writer.Close()
	kind := mime.TypeByExtension(extension)
	if extension == ".js" {
		kind = "text/javascript; charset=utf-8"
	}
	return asset{
		path: Prefix + strings.TrimSuffix(name, extension) + "." + hex.EncodeToString(digest[:6]) + extension,
		kind: kind, plain: text, compressed: compressed.Bytes(),
	}
}

// Path returns the path of an asset by its file's name. It panics where there is none:
// names are constants.
func Path(name string) string {
	one, there := byName[name]
	if !there {
		panic("assets: there is no " + name)
	}
	return one.path
}

// Serve answers with the asset at the request's path, compressed where the client takes
// that, and reports whether there is one.
func Serve(w http.ResponseWriter, r *http.Request) bool {
	one, there := byPath[r.URL.Path]
	if !there {
		return false
	}
	body, header := one.plain, w.Header()
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = one.compressed
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Vary", "Accept-Encoding")
	header.Set("Content-Type", one.kind)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
	return true
}
