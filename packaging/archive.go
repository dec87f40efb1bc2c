package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// archive packs files in a folder of the archive's name: as Windows expects it,
// or as all others do.
func (d dist) archive(one system, name string, files []file) (err error) {
	ending, pack := ".tar.gz", d.tarball
	if one.goos == "windows" {
		ending, pack = ".zip", d.zip
	}
	to, err := os.Create(filepath.Join(d.out, name+ending))
	if err != nil {
		return err
	}
	return errors.Join(pack(to, name, inOrder(files)), to.Close())
}

func (d dist) tarball(to io.Writer, folder string, files []file) error {
	packed, err := gzip.NewWriterLevel(to, gzip.BestCompression)
	if err != nil {
		return err
	}
	all := tar.NewWriter(packed)
	for _, f := range files {
		info, err := os.Stat(f.from)
		if err != nil {
			return err
		}
		header := &tar.Header{Name: folder + "/" + f.to, Mode: int64(f.perm()), Size: info.Size(), ModTime: d.when, Format: tar.FormatUSTAR}
		if err := all.WriteHeader(header); err != nil {
			return err
		}
		if err := f.copy(all); err != nil {
			return err
		}
	}
	return errors.Join(all.Close(), packed.Close())
}

func (d dist) zip(to io.Writer, folder string, files []file) error {
	all := zip.NewWriter(to)
	for _, f := range files {
		header := &zip.FileHeader{Name: folder + "/" + f.to, Method: zip.Deflate, Modified: d.when}
		header.SetMode(f.perm())
		entry, err := all.CreateHeader(header)
		if err != nil {
			return err
		}
		if err := f.copy(entry); err != nil {
			return err
		}
	}
	return all.Close()
}

func (f file) copy(to io.Writer) error {
	opened, err := os.Open(f.from)
	if err != nil {
		return err
	}
	defer opened.Close()
	_, err = io.Copy(to, opened)
	return err
}
