package httpapi

// Unmarshal lets tests read a body as the routes do.
func Unmarshal(body []byte, value any) error { return unmarshal(body, value) }

var SourceOf = sourceOf

// CauseOf is what the log says of a problem, and its answer does not.
func CauseOf(problem *Problem) error { return problem.cause }
