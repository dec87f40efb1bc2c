// Package commands is everything that can be asked of Usher: each use-case loads,
// authorises, decides and appends along the one path of execution.
//
// Read app.go first: it lists which file has which use-case, and one file is enough
// to follow one. admission.go is who is let in by a contact and what must end
// before; access says who may do what, limits how much, links what a link is,
// wording what people are told. ports.go declares what is needed from outside and
// built in adapters: no technology is known here. names.go only names what the
// rooms below own. Tests are sentences of commandstest. Docstrings name the refusals
// of the use-case itself; those of Permit, contended and too_busy may come besides.
package commands
