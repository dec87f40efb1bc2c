package sqlitedb

import (
	"runtime"
	"runtime/debug"
)

// indexEnd is the end of the name of a write-ahead log's index.
const indexEnd = "-shm"

// cutIndex says that somebody cut the index of a file's write-ahead log.
func cutIndex(path string) error {
	return &Damage{File: path + indexEnd, Reason: "it was cut while it was open"}
}

// guarded runs what uses the file. The index of its write-ahead log (-shm) is mapped into
// memory: where another program has cut that file, there is no memory behind it (SIGBUS),
// and Go would end the process with a fault. It becomes a *Damage, after which the
// connection is in the middle of something and does nothing more, not even close: the
// process had better end.
func (c *Conn) guarded(do func() error) (err error) {
	if c.cut != nil {
		return c.cut
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch met := recover().(type) {
		case nil:
		case interface {
			runtime.Error
			Addr() uintptr // which faults alone have
		}:
			c.cut = cutIndex(c.path)
			err = c.cut
		default:
			panic(met)
		}
	}()
	return do()
}
