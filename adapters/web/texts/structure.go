package texts

// Structures is the words of the org chart, of departments and of workgroups.
type Structures interface {
	ChartTitle() string
	ChartLabel() string
	ChartAsList() string
	ChartEmpty() string
	ChartFind() string
	// ChartFound says how many were found by a name, and whether there are more.
	ChartFound(n int, sought string, more bool) string
	ChartAll() string
	ChartFold() string
	ChartLarger() string
	ChartSmaller() string
	// ChartToggle says what unfolding shows, or folding hides. It begins as the sign does
	// that stands there.
	ChartToggle(n int, name string, open bool) string

	UnitPath() string
	UnitPeople(n int) string
	UnitPeopleHere(n, below int) string
	UnitAllPeople(n int) string
	UnitNobody() string
	UnitNameless() string
	UnitHead() string
	UnitHeadIs(name string) string
	UnitsBelow() string
	// UnitsIn counts departments, and says below which where that has a name.
	UnitsIn(n int, name string) string
	UnitEdit() string
	UnitName() string
	UnitNew() string
	UnitNewBelow() string
	UnitMake() string
	UnitRename() string
	UnitMove() string
	UnitMoveHint() string
	UnitBelowWhich() string
	UnitTopHint() string
	UnitFind() string
	UnitFound(n int, sought string) string
	UnitPeopleAndHead() string
	UnitMoveHere() string
	UnitMoveHereHint() string
	UnitMakeHead() string
	UnitNoHead() string
	UnitMoved(name, from string) string
	MoveBack() string
	UnitDelete() string
	UnitDeleteTitle(name string) string
	UnitDeletePeople(n int, to string) string
	UnitDeleteBelow(n int, to string) string
	UnitDeleteLater(to string) string

	GroupsTitle() string
	GroupsNear() string
	GroupsEmpty() string
	GroupsArchived() string
	GroupHere(here, all int) string
	GroupMembers(n int) string
	GroupMore(shown int) string
	GroupNobody() string
	GroupNew() string
	GroupMake() string
	GroupEdit() string
	GroupAdd() string
	GroupAddOne() string
	GroupAddBack() string
	GroupAlready() string
	GroupRemove() string
	GroupLeft(name string) string
	GroupArchive() string
	GroupArchiveHint() string
	GroupIsArchived() string
	GroupRestore() string
	GroupRestoreHint() string
}

func (english) ChartTitle() string  { return "Company structure" }
func (english) ChartLabel() string  { return "Org chart" }
func (english) ChartAsList() string { return "As a list" }
func (english) ChartEmpty() string {
	return "There are no departments yet: everybody stands at the top of the company."
}
func (english) ChartFind() string { return "Find a person" }

func (t english) ChartFound(n int, sought string, more bool) string {
	switch {
	case n == 0:
		return "Nobody is called “" + sought + "”"
	case more:
		return "The first " + t.Number(n) + " whose names have “" + sought + "”"
	}
	return counted(n, t.Number(n), "1 person", "{n} people") + " by “" + sought + "”"
}
func (english) ChartAll() string     { return "Unfold all" }
func (english) ChartFold() string    { return "Fold" }
func (english) ChartLarger() string  { return "Larger" }
func (english) ChartSmaller() string { return "Smaller" }

func (t english) ChartToggle(n int, name string, open bool) string {
	if open {
		return "− fold what is below " + name
	}
	return "+" + counted(n, t.Number(n), "1 department", "{n} departments") + " below " + name
}

func (english) UnitPath() string          { return "Where this is" }
func (t english) UnitPeople(n int) string { return counted(n, t.Number(n), "1 person", "{n} people") }

func (t english) UnitPeopleHere(n, below int) string {
	if below == n {
		return t.UnitPeople(n)
	}
	return t.UnitPeople(n) + " here, " + t.Number(below) + " with those below"
}
func (t english) UnitAllPeople(n int) string { return "Show all " + t.Number(n) }
func (english) UnitNobody() string           { return "Nobody stands here." }
func (english) UnitNameless() string         { return "Somebody whose name is gone" }
func (english) UnitHead() string             { return "Head" }
func (english) UnitHeadIs(name string) string {
	return "Head: " + name
}

func (t english) UnitsIn(n int, name string) string {
	count := counted(n, t.Number(n), "1 department below", "{n} departments below")
	if name == "" {
		return count
	}
	return count + " " + name
}
func (english) UnitsBelow() string     { return "Departments below" }
func (english) UnitEdit() string       { return "Change this department" }
func (english) UnitName() string       { return "Name" }
func (english) UnitNew() string        { return "New department" }
func (english) UnitNewBelow() string   { return "New department below" }
func (english) UnitMake() string       { return "Make department" }
func (english) UnitRename() string     { return "Rename" }
func (english) UnitMove() string       { return "Move" }
func (english) UnitMoveHint() string   { return "All below it moves with it." }
func (english) UnitBelowWhich() string { return "Below which department" }
func (english) UnitTopHint() string {
	return "The top of the structure is the company itself; its name is in"
}
func (english) UnitFind() string { return "Whom are you looking for?" }

func (t english) UnitFound(n int, sought string) string {
	if n == 0 {
		return "No employee is called “" + sought + "”."
	}
	return counted(n, t.Number(n), "1 employee", "{n} employees") + " found."
}
func (english) UnitPeopleAndHead() string { return "People and head" }
func (english) UnitMoveHere() string      { return "Move here" }
func (english) UnitMoveHereHint() string {
	return "Look for an employee, to move them here or to make them the head."
}
func (english) UnitMakeHead() string { return "Make head" }
func (english) UnitNoHead() string   { return "Leave without a head" }
func (english) UnitMoved(name, from string) string {
	return name + " was moved here from " + from + "."
}
func (english) MoveBack() string   { return "Move back" }
func (english) UnitDelete() string { return "Delete department" }
func (english) UnitDeleteTitle(name string) string {
	return "Delete " + name + "?"
}

func (t english) UnitDeletePeople(n int, to string) string {
	if n == 0 {
		return "Nobody stands in it."
	}
	return counted(n, t.Number(n), "1 person moves", "{n} people move") + " to " + to + "."
}

func (t english) UnitDeleteBelow(n int, to string) string {
	return counted(n, t.Number(n), "1 department below it moves", "{n} departments below it move") + " to " + to + ", with all who stand there."
}

func (english) UnitDeleteLater(to string) string {
	return "Whoever comes later by an invitation to it will stand in " + to + ", too. This cannot be undone."
}

func (english) GroupsTitle() string    { return "Workgroups" }
func (english) GroupsNear() string     { return "Workgroups nearby" }
func (english) GroupsEmpty() string    { return "There are no workgroups yet." }
func (english) GroupsArchived() string { return "Archived" }

func (t english) GroupHere(here, all int) string {
	return t.Number(here) + " of its " + t.Number(all) + " from here"
}

func (t english) GroupMembers(n int) string {
	return counted(n, t.Number(n), "1 member", "{n} members")
}

func (t english) GroupMore(shown int) string {
	return "Only the first " + t.Number(shown) + " are shown."
}
func (english) GroupNobody() string  { return "It has no members." }
func (english) GroupNew() string     { return "New workgroup" }
func (english) GroupMake() string    { return "Make workgroup" }
func (english) GroupEdit() string    { return "Change this workgroup" }
func (english) GroupAdd() string     { return "Add members" }
func (english) GroupAddOne() string  { return "Add" }
func (english) GroupAddBack() string { return "Add back" }
func (english) GroupAlready() string { return "is a member" }
func (english) GroupRemove() string  { return "Remove" }
func (english) GroupArchive() string { return "Archive" }
func (english) GroupRestore() string { return "Take up again" }
func (english) GroupLeft(name string) string {
	return name + " is not a member any more."
}

func (english) GroupArchiveHint() string {
	return "An archived workgroup takes no new members; it can be taken up again."
}

func (english) GroupIsArchived() string {
	return "This workgroup is archived: it takes no new members."
}
func (english) GroupRestoreHint() string { return "It comes back with its members." }
