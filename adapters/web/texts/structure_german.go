package texts

func (german) ChartTitle() string  { return "Firmenstruktur" }
func (german) ChartLabel() string  { return "Organigramm" }
func (german) ChartAsList() string { return "Als Liste" }
func (german) ChartEmpty() string {
	return "Es gibt noch keine Abteilungen: Alle stehen an der Spitze der Firma."
}
func (german) ChartFind() string { return "Person suchen" }

func (t german) ChartFound(n int, sought string, more bool) string {
	switch {
	case n == 0:
		return "Niemand heißt „" + sought + "“"
	case more:
		return "Die ersten " + t.Number(n) + " mit „" + sought + "“ im Namen"
	}
	return counted(n, t.Number(n), "1 Person", "{n} Personen") + " zu „" + sought + "“"
}
func (german) ChartAll() string     { return "Alles aufklappen" }
func (german) ChartFold() string    { return "Zuklappen" }
func (german) ChartLarger() string  { return "Größer" }
func (german) ChartSmaller() string { return "Kleiner" }

func (t german) ChartToggle(n int, name string, open bool) string {
	if open {
		return "− zuklappen, was unter " + name + " steht"
	}
	return "+" + counted(n, t.Number(n), "1 Abteilung", "{n} Abteilungen") + " unter " + name
}

func (german) UnitPath() string          { return "Wo das steht" }
func (t german) UnitPeople(n int) string { return counted(n, t.Number(n), "1 Person", "{n} Personen") }

func (t german) UnitPeopleHere(n, below int) string {
	if below == n {
		return t.UnitPeople(n)
	}
	return t.UnitPeople(n) + " hier, mit allen darunter " + t.Number(below)
}
func (t german) UnitAllPeople(n int) string  { return "Alle " + t.Number(n) + " zeigen" }
func (german) UnitNobody() string            { return "Hier steht niemand." }
func (german) UnitNameless() string          { return "Jemand, dessen Name gelöscht ist" }
func (german) UnitHead() string              { return "Leitung" }
func (german) UnitHeadIs(name string) string { return "Leitung: " + name }

func (t german) UnitsIn(n int, name string) string {
	if name == "" {
		return counted(n, t.Number(n), "1 Abteilung darunter", "{n} Abteilungen darunter")
	}
	return counted(n, t.Number(n), "1 Abteilung darunter", "{n} Abteilungen darunter") + ", unter " + name
}
func (german) UnitsBelow() string     { return "Abteilungen darunter" }
func (german) UnitEdit() string       { return "Diese Abteilung ändern" }
func (german) UnitName() string       { return "Name" }
func (german) UnitNew() string        { return "Neue Abteilung" }
func (german) UnitNewBelow() string   { return "Neue Abteilung darunter" }
func (german) UnitMake() string       { return "Abteilung anlegen" }
func (german) UnitRename() string     { return "Umbenennen" }
func (german) UnitMove() string       { return "Verschieben" }
func (german) UnitMoveHint() string   { return "Alles darunter kommt mit." }
func (german) UnitBelowWhich() string { return "Unter welche Abteilung" }
func (german) UnitTopHint() string {
	return "Die Spitze ist die Firma selbst; ihren Namen ändern Sie unter"
}
func (german) UnitFind() string { return "Wen suchen Sie?" }

func (t german) UnitFound(n int, sought string) string {
	if n == 0 {
		return "Niemand in der Firma heißt „" + sought + "“."
	}
	return counted(n, t.Number(n), "1 Person gefunden.", "{n} Personen gefunden.")
}
func (german) UnitPeopleAndHead() string { return "Personen und Leitung" }
func (german) UnitMoveHere() string      { return "Hierher versetzen" }
func (german) UnitMoveHereHint() string {
	return "Suchen Sie jemanden, um die Person hierher zu versetzen oder ihr die Leitung zu geben."
}
func (german) UnitMakeHead() string { return "Leitung geben" }
func (german) UnitNoHead() string   { return "Ohne Leitung lassen" }
func (german) UnitMoved(name, from string) string {
	return name + " steht jetzt hier und stand vorher in: " + from + "."
}
func (german) MoveBack() string   { return "Zurück versetzen" }
func (german) UnitDelete() string { return "Abteilung löschen" }
func (german) UnitDeleteTitle(name string) string {
	return name + " löschen?"
}

func (t german) UnitDeletePeople(n int, to string) string {
	if n == 0 {
		return "Niemand steht darin."
	}
	return counted(n, t.Number(n), "1 Person kommt", "{n} Personen kommen") + " in die Abteilung darüber: " + to + "."
}

func (t german) UnitDeleteBelow(n int, to string) string {
	return counted(n, t.Number(n), "1 Abteilung darunter kommt", "{n} Abteilungen darunter kommen") + " mit allen, die dort stehen, zu: " + to + "."
}

func (german) UnitDeleteLater(to string) string {
	return "Auch wer später auf eine Einladung in diese Abteilung kommt, steht dann in: " + to + ". Das lässt sich nicht rückgängig machen."
}

func (german) GroupsTitle() string    { return "Arbeitsgruppen" }
func (german) GroupsNear() string     { return "Arbeitsgruppen in der Nähe" }
func (german) GroupsEmpty() string    { return "Es gibt noch keine Arbeitsgruppen." }
func (german) GroupsArchived() string { return "Archiviert" }

func (t german) GroupHere(here, all int) string {
	return t.Number(here) + " von " + t.Number(all) + " stehen hier"
}

func (t german) GroupMembers(n int) string {
	return counted(n, t.Number(n), "1 Mitglied", "{n} Mitglieder")
}

func (t german) GroupMore(shown int) string {
	return "Nur die ersten " + t.Number(shown) + " sind zu sehen."
}
func (german) GroupNobody() string  { return "Sie hat keine Mitglieder." }
func (german) GroupNew() string     { return "Neue Arbeitsgruppe" }
func (german) GroupMake() string    { return "Arbeitsgruppe anlegen" }
func (german) GroupEdit() string    { return "Diese Arbeitsgruppe ändern" }
func (german) GroupAdd() string     { return "Mitglieder aufnehmen" }
func (german) GroupAddOne() string  { return "Aufnehmen" }
func (german) GroupAddBack() string { return "Wieder aufnehmen" }
func (german) GroupAlready() string { return "ist schon Mitglied" }
func (german) GroupRemove() string  { return "Herausnehmen" }
func (german) GroupArchive() string { return "Archivieren" }
func (german) GroupRestore() string { return "Wieder aufleben lassen" }
func (german) GroupLeft(name string) string {
	return name + " ist nicht mehr Mitglied."
}

func (german) GroupArchiveHint() string {
	return "Eine archivierte Arbeitsgruppe nimmt niemanden mehr auf; man kann sie wieder aufleben lassen."
}

func (german) GroupIsArchived() string {
	return "Diese Arbeitsgruppe ist archiviert: Sie nimmt niemanden mehr auf."
}
func (german) GroupRestoreHint() string { return "Sie kommt mit ihren Mitgliedern zurück." }
