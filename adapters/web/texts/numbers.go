package texts

import (
	"fmt"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Numbers is how numbers and times are written.
type Numbers interface {
	// Number writes 12345 as 12,345 or 12.345.
	Number(n int) string
	// Day writes a date with its weekday, as a heading: Monday, 2 March 2026.
	Day(at time.Time) string
	// Date writes a date without its weekday: 2 March 2026.
	Date(at time.Time) string
	// Clock writes the time of day: 14:05.
	Clock(at time.Time) string
	// Moment writes date and time of day with the zone: 2 March 2026, 14:05 UTC.
	Moment(at time.Time) string
}

var (
	englishNumbers = message.NewPrinter(language.English) //nolint:gochecknoglobals // because it is a table that nobody changes
	germanNumbers  = message.NewPrinter(language.German)  //nolint:gochecknoglobals // because it is a table that nobody changes

	germanDays   = [...]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"} //nolint:gochecknoglobals // because it is a table that nobody changes
	germanMonths = [...]string{                                                                                 //nolint:gochecknoglobals // because it is a table that nobody changes
		"", "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
	}
)

func (english) Number(n int) string        { return englishNumbers.Sprintf("%d", n) }
func (english) Day(at time.Time) string    { return at.Format("Monday, 2 January 2006") }
func (english) Date(at time.Time) string   { return at.Format("2 January 2006") }
func (english) Clock(at time.Time) string  { return at.Format("15:04") }
func (english) Moment(at time.Time) string { return at.Format("2 January 2006, 15:04 MST") }

func (german) Number(n int) string { return germanNumbers.Sprintf("%d", n) }

func (t german) Day(at time.Time) string {
	return germanDays[at.Weekday()] + ", " + t.Date(at)
}

func (german) Date(at time.Time) string {
	return fmt.Sprintf("%d. %s %d", at.Day(), germanMonths[at.Month()], at.Year())
}
func (german) Clock(at time.Time) string { return at.Format("15:04") }

func (t german) Moment(at time.Time) string { return t.Date(at) + at.Format(", 15:04 MST") }
