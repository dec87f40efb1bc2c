package texts

import "github.com/usher-engine/usher/domain"

var germanRefusals = map[domain.Code]string{
	domain.LoginFailed: "Anmeldung oder Passwort stimmt nicht, oder es gibt noch keinen Zugang.",
	domain.NotFound:    "Das gibt es nicht (mehr).",
}
