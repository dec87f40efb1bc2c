package projections

import (
	"maps"
	"slices"

	"github.com/usher-engine/usher/domain"
)

// Former is what a person was called before a position of the log.
type Former struct {
	Name  Name            `json:"name,omitzero" personal:"true"`
	Until domain.Position `json:"until"`
}

// mostFormer is how many of a person's earlier names are kept: the latest.
const mostFormer = 100

// NoLonger returns a person's earlier names after one more.
func NoLonger(formerly []Former, name Name, until domain.Position) []Former {
	formerly = append(slices.Clip(formerly), Former{Name: name, Until: until})
	return formerly[max(0, len(formerly)-mostFormer):]
}

// Chronicle is what people are called whom rows name by id, and what they were called
// at the time that the rows tell of.
type Chronicle struct {
	Now      Names
	Formerly map[domain.PersonID][]Former
}

// At returns what they were called right after what stands at a position.
func (c Chronicle) At(position domain.Position) Names {
	return c.as(func(until domain.Position) bool { return until.After(position) })
}

// Before returns what they were called right before it.
func (c Chronicle) Before(position domain.Position) Names {
	return c.as(func(until domain.Position) bool { return !position.After(until) })
}

func (c Chronicle) as(still func(until domain.Position) bool) Names {
	if len(c.Formerly) == 0 {
		return c.Now
	}
	then := maps.Clone(c.Now)
	for id, names := range c.Formerly {
		at := slices.IndexFunc(names, func(one Former) bool { return still(one.Until) })
		if at >= 0 {
			then[id] = names[at].Name
		}
	}
	return then
}
