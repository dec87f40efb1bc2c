package httpapi

// Unmarshal lets tests read a body as the routes do.
func Unmarshal(body []byte, value any) error { return unmarshal(body, value) }

var SourceOf = sourceOf
