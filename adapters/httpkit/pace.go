package httpkit

import (
	"net/http"
	"time"
)

// AtPace returns a handler for servers without a WriteTimeout, which would bound an
// answer as a whole: one may take as long as it takes, but a client that takes
// nothing more of it for the time of a stall is left.
func AtPace(inner http.Handler, stall time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paced := &pacedWriter{ResponseWriter: w, connection: http.NewResponseController(w), stall: stall}
		_ = paced.connection.SetWriteDeadline(time.Time{}) // which is still that of the request before
		inner.ServeHTTP(paced, r)
		paced.move() // for what the server sends now
	})
}

// pacedWriter gives each part of an answer a deadline of its own.
type pacedWriter struct {
	http.ResponseWriter
	connection *http.ResponseController
	stall      time.Duration
}

func (w *pacedWriter) move() { _ = w.connection.SetWriteDeadline(time.Now().Add(w.stall)) }

func (w *pacedWriter) WriteHeader(status int) {
	w.move()
	w.ResponseWriter.WriteHeader(status)
}

func (w *pacedWriter) Write(data []byte) (int, error) {
	w.move()
	return w.ResponseWriter.Write(data)
}

// FlushError is for http.ResponseController.
func (w *pacedWriter) FlushError() error {
	w.move()
	return w.connection.Flush()
}

// Unwrap is for http.ResponseController.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
