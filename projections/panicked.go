package projections

import (
	"errors"
	"fmt"
	"path"
	"runtime"
	"strings"
)

// Panicked says for all to see that somebody panicked, and where: for whoever
// recovers. What was said then may name somebody, so only its type is told,
// unless it is the runtime that spoke.
func Panicked(fault any) string {
	said := fmt.Sprintf("panicked with a %T", fault)
	if err, is := fault.(error); is {
		if spoke, is := errors.AsType[runtime.Error](err); is {
			said = "panicked: " + spoke.Error()
		}
	}
	return said + " at " + panickedAt()
}

// panickedAt is the file and line of whoever panicked last, of those who call.
func panickedAt() string {
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	panicking := false
	for {
		frame, more := frames.Next()
		ofRuntime := strings.HasPrefix(frame.Function, "runtime.")
		switch {
		case frame.Function == "runtime.gopanic":
			panicking = true
		case panicking && !ofRuntime:
			return fmt.Sprintf("%s:%d", path.Base(frame.File), frame.Line)
		}
		if !more {
			return "a place unknown"
		}
	}
}
