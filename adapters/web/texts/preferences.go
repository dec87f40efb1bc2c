package texts

import "github.com/usher-engine/usher/domain/person"

// Preferences is the words of how somebody wants to be served.
type Preferences interface {
	MyPreferences() string
	ChangePreferences() string
	PreferredLanguage() string
	AsTheCompany() string
	PreferredZone() string
	PreferredZoneHint() string
	PreferredTheme() string
	Theme(theme person.Theme) string
	PreferredKeys() string
}

func (english) MyPreferences() string     { return "Language, time and looks" }
func (english) ChangePreferences() string { return "Change language, time and looks" }
func (english) PreferredLanguage() string { return "Language" }
func (english) AsTheCompany() string      { return "As the company" }
func (english) PreferredZone() string     { return "Time zone" }

func (english) PreferredZoneHint() string {
	return "Such as Europe/Berlin. Left empty, times are those of your device."
}
func (english) PreferredTheme() string { return "Light or dark" }

func (english) Theme(theme person.Theme) string {
	switch theme {
	case person.LightTheme:
		return "Light"
	case person.DarkTheme:
		return "Dark"
	case person.SystemTheme:
	}
	return "As the device"
}

func (english) PreferredKeys() string {
	return "Single keys lead to pages: i to invite, g and then a, e, s, h or t to Activity, Employees, Structure, History or Settings."
}

func (german) MyPreferences() string     { return "Sprache, Zeit und Aussehen" }
func (german) ChangePreferences() string { return "Sprache, Zeit und Aussehen ändern" }
func (german) PreferredLanguage() string { return "Sprache" }
func (german) AsTheCompany() string      { return "Wie die Firma" }
func (german) PreferredZone() string     { return "Zeitzone" }

func (german) PreferredZoneHint() string {
	return "Etwa Europe/Berlin. Bleibt das leer, gelten die Zeiten Ihres Geräts."
}
func (german) PreferredTheme() string { return "Hell oder dunkel" }

func (german) Theme(theme person.Theme) string {
	switch theme {
	case person.LightTheme:
		return "Hell"
	case person.DarkTheme:
		return "Dunkel"
	case person.SystemTheme:
	}
	return "Wie das Gerät"
}

func (german) PreferredKeys() string {
	return "Einzelne Tasten führen zu Seiten: i zum Einladen, g und dann a, e, s, h oder t zu Aktivität, Mitarbeitern, Struktur, Verlauf oder Einstellungen."
}
