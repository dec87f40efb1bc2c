package views

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	structureview "github.com/usher-engine/usher/projections/structure"
)

// Of the org chart's boxes, in pixels. The server cannot measure text: CSS cuts what does
// not fit.
const (
	boxWidth, boxHeight = 216, 60
	boxPitchX           = boxWidth + 40
	boxPitchY           = boxHeight + 12
	// foldedAt is the level whose departments show none below them by themselves; the
	// company is level 0.
	foldedAt = 2
)

// zooms are how large a chart may be drawn, in per cent.
func zooms() []int { return []int{50, 75, 100, 150} }

// Chart is a company's structure as it is looked at: what is unfolded, who was sought, and
// how large it is.
type Chart struct {
	Root *structureview.Unit
	// Open are departments that were unfolded; All unfolds every one.
	Open map[domain.DepartmentID]bool
	All  bool
	Zoom int // 100 where zero
	// Sought is whose name was looked for, and Found who has it.
	Sought string
	Found  []Found
	// More says that more were found than are shown.
	More bool
}

// Found is somebody who was sought, and where they stand.
type Found struct {
	structureview.Member
	In *structureview.Unit
}

// maxFound bounds how many of those are shown whose name was looked for.
const maxFound = 20

// Find looks for people whose names have all the words that were typed, and unfolds what
// they stand below.
func (c *Chart) Find(sought string) {
	c.Sought = strings.TrimSpace(sought)
	words := strings.Fields(projections.SearchText(c.Sought))
	if len(words) > 0 {
		c.find(words, c.Root, nil)
	}
}

func (c *Chart) find(words []string, unit *structureview.Unit, above []*structureview.Unit) {
	for _, one := range unit.People {
		text := projections.SearchText(one.Name.String(), one.JobTitle)
		if slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
			continue
		}
		if len(c.Found) == maxFound {
			c.More = true
			return
		}
		c.Found = append(c.Found, Found{one, unit})
		for _, one := range above {
			c.open(one.ID)
		}
	}
	for _, below := range unit.Departments {
		c.find(words, below, append(above[:len(above):len(above)], unit))
	}
}

func (c *Chart) open(id domain.DepartmentID) {
	if c.Open == nil {
		c.Open = map[domain.DepartmentID]bool{}
	}
	c.Open[id] = true
}

// isFound reports whether somebody who was sought stands in a department.
func (c *Chart) isFound(unit *structureview.Unit) bool {
	return slices.ContainsFunc(c.Found, func(one Found) bool { return one.In == unit })
}

// isOpen reports whether what is below a department is shown.
func (c *Chart) isOpen(unit *structureview.Unit, level int) bool {
	return c.All || level < foldedAt || c.Open[unit.ID]
}

// isWhole reports whether nothing is folded.
func (c *Chart) isWhole() bool { return c.allOpen(c.Root, 0) }

func (c *Chart) allOpen(unit *structureview.Unit, level int) bool {
	if len(unit.Departments) > 0 && !c.isOpen(unit, level) {
		return false
	}
	return !slices.ContainsFunc(unit.Departments, func(below *structureview.Unit) bool { return !c.allOpen(below, level+1) })
}

// canFold reports whether there is anything that is unfolded and need not be.
func (c *Chart) canFold() bool { return c.All || len(c.Open) > 0 }

// head is who leads a department, where it is known who stands where.
func (c *Chart) head(unit *structureview.Unit) string { return HeadName(unit, c.Root) }

// HeadName returns the name of a department's head, who mostly stands in it; empty where there
// is none.
func HeadName(unit, root *structureview.Unit) string {
	if unit.Head.IsZero() {
		return ""
	}
	for _, where := range []*structureview.Unit{unit, root} {
		if head := member(where, unit.Head); head != nil {
			return head.Name.String()
		}
	}
	return ""
}

func member(in *structureview.Unit, id domain.PersonID) *structureview.Member {
	for i := range in.People {
		if in.People[i].Person == id {
			return &in.People[i]
		}
	}
	for _, below := range in.Departments {
		if found := member(below, id); found != nil {
			return found
		}
	}
	return nil
}

// box is a department in the drawing.
type box struct {
	unit  *structureview.Unit
	level int
	x, y  int
	open  bool
}

// drawing is where all boxes and the lines between them lie.
type drawing struct {
	boxes         []box
	lines         string // of a path
	width, height int
}

// draw lays the chart out from left to right: each department that shows none below it
// takes the next line, and the others stand beside the first below them.
func (c *Chart) draw() drawing {
	var d drawing
	c.place(&d, c.Root, 0, 0)
	return d
}

// place puts a department on a line, and returns the line behind all below it.
func (c *Chart) place(d *drawing, unit *structureview.Unit, level, line int) int {
	one := box{unit: unit, level: level, x: level * boxPitchX, y: line * boxPitchY, open: c.isOpen(unit, level)}
	d.boxes = append(d.boxes, one)
	d.width, d.height = max(d.width, one.x+boxWidth), max(d.height, one.y+boxHeight)
	if !one.open || len(unit.Departments) == 0 {
		return line + 1
	}
	from, middle, to := one.x+boxWidth, one.x+(boxWidth+boxPitchX)/2, one.x+boxPitchX
	d.lines += "M" + at(from, one.y) + "H" + strconv.Itoa(to)
	for i, below := range unit.Departments {
		if i > 0 {
			d.lines += "M" + at(middle, one.y) + "V" + strconv.Itoa(line*boxPitchY+boxHeight/2) + "H" + strconv.Itoa(to)
		}
		line = c.place(d, below, level+1, line)
	}
	return line
}

// at is the middle of a box's side, its upper edge being at y.
func at(x, y int) string { return strconv.Itoa(x) + " " + strconv.Itoa(y+boxHeight/2) }

// zoom is how large the chart is drawn, in per cent.
func (c *Chart) zoom() int {
	if slices.Contains(zooms(), c.Zoom) {
		return c.Zoom
	}
	return 100
}

// size is a length in the drawing as it is shown.
func (c *Chart) size(length int) string { return strconv.Itoa(length * c.zoom() / 100) }

// larger and smaller are the next sizes; 0 where there is none.
func (c *Chart) larger() int {
	if i := slices.Index(zooms(), c.zoom()) + 1; i < len(zooms()) {
		return zooms()[i]
	}
	return 0
}

func (c *Chart) smaller() int {
	if i := slices.Index(zooms(), c.zoom()) - 1; i >= 0 {
		return zooms()[i]
	}
	return 0
}

// query is the address of the chart as it is, changed by a function.
func (c *Chart) query(change func(url.Values)) string {
	query := url.Values{}
	for id := range c.Open {
		query.Add("open", id.String())
	}
	slices.Sort(query["open"]) // so that the same is the same
	if c.All {
		query["open"] = []string{allOpen}
	}
	if c.zoom() != 100 {
		query.Set("zoom", strconv.Itoa(c.zoom()))
	}
	if c.Sought != "" {
		query.Set("person", c.Sought)
	}
	change(query)
	return "?" + query.Encode()
}

// allOpen is written where all departments are to be unfolded.
const allOpen = "all"

// ReadOpen reads which departments are to be unfolded.
func (c *Chart) ReadOpen(texts []string) {
	for _, text := range texts {
		var id domain.DepartmentID
		if text == allOpen {
			c.All = true
		} else if id.UnmarshalText([]byte(text)) == nil {
			c.open(id)
		}
	}
}

// toggled is the address of the chart with a department unfolded, or folded.
func (c *Chart) toggled(unit *structureview.Unit) string {
	return c.query(func(query url.Values) {
		id := unit.ID.String()
		if c.Open[unit.ID] {
			query["open"] = slices.DeleteFunc(query["open"], func(one string) bool { return one == id })
			query.Del("person") // who would unfold it again
		} else {
			query.Add("open", id)
		}
	}) + "#" + anchor(unit)
}

func (c *Chart) whole() string {
	return c.query(func(query url.Values) { query["open"] = []string{allOpen} })
}

func (c *Chart) folded() string {
	return c.query(func(query url.Values) { query.Del("open"); query.Del("person") })
}

func (c *Chart) zoomed(to int) string {
	return c.query(func(query url.Values) { query.Set("zoom", strconv.Itoa(to)) })
}

// anchor is where a department is within the page.
func anchor(unit *structureview.Unit) string { return "department-" + unit.ID.String() }
