package views

// htmxConfig keeps htmx from swapping what is no answer to a question: of a failure of
// the server, usher.js speaks beside the button.
const htmxConfig = `{"extensions":"sse","history":"reload","noSwap":[204,304,"5xx"]}`
