package journeys_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/domain"
)

// traveller plays the steps of one transcript. What it remembers is written
// with a dollar sign: $ann is what "save ann=token" kept of an answer.
type traveller struct {
	t     *testing.T
	usher *enginetest.Usher
	known map[string]string
	// positions that answers had so far; which they are depends on the log.
	positions []string
}

func newTraveller(t *testing.T, usher *enginetest.Usher) *traveller {
	t.Helper()
	return &traveller{t: t, usher: usher, known: map[string]string{"operator": enginetest.OperatorToken}}
}

// step plays one step. Its first line is one of
//
//	METHOD PATH [as WHO] [key KEY] [csv] [save NAME=FIELD ...]   and a body below;
//	                                                       [times N] shows the last of N answers
//	lists ACCOUNT as WHO          what the lists say, each in a line or more
//	message TO as WHO             the newest message to a contact; keeps $token, $password, $code
//	why ACCOUNT PERSON as WHO     why somebody has access, in the sentence for people
//	await BATCH of ACCOUNT as WHO waits until nothing more becomes of a bulk invitation
//	wait DURATION                 lets all be followed up, and moves the clock
func (w *traveller) step(input string) string {
	w.t.Helper()
	line, body, _ := strings.Cut(input, "\n")
	words := strings.Fields(w.fill(line))
	switch words[0] {
	case "lists":
		return w.lists(words[1], words[3])
	case "message":
		return w.message(words[1], words[2], words[4])
	case "await":
		w.await("/v1/accounts/"+words[3]+"/batches/"+words[1], words[5])
		return "ok"
	case "why":
		var grounds struct{ Sentence string }
		w.get("/v1/accounts/"+words[1]+"/employees/"+words[2]+"/why", words[4], &grounds)
		return grounds.Sentence
	case "wait":
		length, err := time.ParseDuration(words[1])
		require.NoError(w.t, err)
		w.usher.Settle(w.t)
		w.usher.Advance(length)
		return "ok"
	}
	return w.request(words, many(w.fill(body)))
}

var variable = regexp.MustCompile(`\$[a-z_0-9]+`)

func (w *traveller) fill(text string) string {
	return variable.ReplaceAllStringFunc(text, func(name string) string {
		value, known := w.known[name[1:]]
		require.True(w.t, known, "%s is not known", name)
		return value
	})
}

func (w *traveller) request(words []string, body string) string {
	header := http.Header{}
	var saves [][2]string
	times := 1
	for i := 2; i < len(words); {
		switch words[i] {
		case "as":
			header.Set("Authorization", "Bearer "+words[i+1])
			i += 2
		case "times":
			times, _ = strconv.Atoi(words[i+1])
			i += 2
		case "csv":
			header.Set("Content-Type", "text/csv")
			i++
		case "key":
			header.Set("Idempotency-Key", words[i+1])
			i += 2
		case "save":
			name, field, _ := strings.Cut(words[i+1], "=")
			saves = append(saves, [2]string{name, field})
			i += 2
		default:
			require.Failf(w.t, "a word that means nothing", "%q in %v", words[i], words)
		}
	}
	for range times - 1 {
		w.usher.Do(w.t, words[0], words[1], header, body)
	}
	status, answer := w.usher.Do(w.t, words[0], words[1], header, body)
	w.t.Logf("%s %s: %d %s", words[0], words[1], status, answer)
	for _, save := range saves {
		value := field(w.t, answer, save[1])
		w.known[save[0]] = value
		if save[0] == "link" {
			w.known["joined"] = lastSegment(value)
		}
	}
	return fmt.Sprintf("%d\n%s", status, w.withoutPositions(pretty(answer), words[0] == http.MethodGet))
}

var position = regexp.MustCompile(`"position": "([^"]+)"`)

// withoutPositions numbers positions by when they were first seen. A list may reflect more
// than any command was answered, which is what Usher appended by itself: then it is the
// latest of those.
func (w *traveller) withoutPositions(answer string, list bool) string {
	return position.ReplaceAllStringFunc(answer, func(member string) string {
		at := position.FindStringSubmatch(member)[1]
		place := slices.Index(w.positions, at)
		if place < 0 && list {
			place = w.latest(at)
		}
		if place < 0 {
			place = len(w.positions)
			w.positions = append(w.positions, at)
		}
		return fmt.Sprintf(`"position": "(%d)"`, place+1)
	})
}

// latest is the place of the latest position that is not after another; less than 0 where
// none is.
func (w *traveller) latest(reflected string) int {
	at, err := domain.ParsePosition(reflected)
	require.NoError(w.t, err)
	place, newest := -1, domain.Position{}
	for i, seen := range w.positions {
		one, err := domain.ParsePosition(seen)
		require.NoError(w.t, err)
		if !one.After(at) && !newest.After(one) {
			place, newest = i, one
		}
	}
	return place
}

// field is a value in an answer: names and places joined by dots.
func field(t *testing.T, answer []byte, path string) string {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal(answer, &value), "%s", answer)
	for _, name := range strings.Split(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[name]
		case []any:
			var place int
			_, err := fmt.Sscan(name, &place)
			require.NoError(t, err)
			require.Less(t, place, len(v), "%s in %s", path, answer)
			value = v[place]
		}
	}
	text, ok := value.(string)
	require.True(t, ok, "%s is not a text in %s", path, answer)
	return text
}

func pretty(answer []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, answer, "", "  ") != nil {
		return string(answer)
	}
	return out.String()
}

type page struct {
	Items []map[string]any `json:"items"`
}

func (w *traveller) get(path, token string, into any) {
	w.t.Helper()
	w.usher.Settle(w.t)
	status, answer := w.usher.Do(w.t, http.MethodGet, path, http.Header{"Authorization": {"Bearer " + token}}, "")
	require.Equal(w.t, http.StatusOK, status, "%s: %s", path, answer)
	require.NoError(w.t, json.Unmarshal(answer, into))
}

// lists says who is in which list, as the account's administrators see it.
func (w *traveller) lists(account, token string) string {
	base := "/v1/accounts/" + account
	var out strings.Builder
	list := func(title, path string, show func(map[string]any) string) {
		var p page
		w.get(base+path, token, &p)
		lines := make([]string, len(p.Items))
		for i, item := range p.Items {
			lines[i] = show(item)
		}
		if path != "/activity" && path != "/chat" {
			sort.Strings(lines)
		}
		write(&out, title, lines)
	}
	list("Invited", "/invited", func(i map[string]any) string {
		return fmt.Sprintf("%s by %s, %s", i["contact"], i["channel"], i["status"])
	})
	list("Approvals", "/approvals", func(i map[string]any) string {
		return fmt.Sprintf("%s %s, %s, awaits %s", i["first_name"], i["last_name"], i["login"], i["awaits"])
	})
	list("Employees", "/employees", func(i map[string]any) string {
		return fmt.Sprintf("%s %s, %s, %s, %s, %s, by %s", i["first_name"], i["last_name"], i["login"], i["role"], i["status"], i["access"], basis(i["basis"]))
	})
	var tree struct {
		Root       map[string]any   `json:"root"`
		Workgroups []map[string]any `json:"workgroups"`
	}
	w.get(base+"/structure", token, &tree)
	lines := department(tree.Root, "")
	for _, group := range tree.Workgroups {
		lines = append(lines, "workgroup "+node(group))
	}
	write(&out, "Company structure", lines)
	text := func(i map[string]any) string { return fmt.Sprint(i["text"]) }
	list("Activity Stream", "/activity", text)
	list("General chat", "/chat", text)
	return out.String()
}

func basis(value any) string {
	if parts, ok := value.(map[string]any); ok {
		value = parts["kind"]
	}
	return fmt.Sprint(value)
}

func department(d map[string]any, indent string) []string {
	lines := []string{indent + node(d)}
	below, _ := d["departments"].([]any)
	for _, child := range below {
		if c, ok := child.(map[string]any); ok {
			lines = append(lines, department(c, indent+"  ")...)
		}
	}
	return lines
}

func node(d map[string]any) string {
	people, _ := d["people"].([]any)
	names := make([]string, 0, len(people))
	for _, p := range people {
		if person, ok := p.(map[string]any); ok {
			names = append(names, fmt.Sprint(person["name"]))
		}
	}
	slices.Sort(names)
	return fmt.Sprintf("%s: %s", d["name"], strings.Join(names, ", "))
}

func write(out io.StringWriter, title string, lines []string) {
	if len(lines) == 0 {
		lines = []string{"-"}
	}
	for i, line := range lines {
		if i == 0 {
			line = fmt.Sprintf("%-18s %s", title+":", line)
		} else {
			line = strings.Repeat(" ", 19) + line
		}
		_, _ = out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// message shows the newest message to a contact, with its secrets named.
func (w *traveller) message(account, to, token string) string {
	var p page
	w.get("/v1/accounts/"+account+"/outbox", token, &p)
	for _, item := range p.Items {
		if item["to"] != to {
			continue
		}
		text := fmt.Sprint(item["text"])
		if link, ok := item["link"].(string); ok && link != "" {
			w.known["token"] = lastSegment(link)
		}
		for _, secret := range []string{"password", "code"} {
			if value, ok := item[secret].(string); ok && value != "" {
				w.known[secret] = value
			}
		}
		head := fmt.Sprintf("%s to %s\n", item["channel"], to)
		if subject, ok := item["subject"].(string); ok && subject != "" {
			head += subject + "\n"
		}
		return head + indent(text)
	}
	return "none"
}

// indent keeps the empty lines of a text from ending the step.
func indent(text string) string {
	return "| " + strings.ReplaceAll(text, "\n", "\n| ")
}

func lastSegment(link string) string { return link[strings.LastIndexByte(link, '/')+1:] }
