package wording

import (
	"strconv"
	"strings"
)

// noticeWords is what administrators are told.
type noticeWords struct {
	waits     Text   // one
	wait      Text   // {count}
	waitBySMS string // {count}, with a colon so that it holds for one, too
}

// PeopleWait tells administrators how many wait for approval; of more than 999 that they
// are so many or more.
func (w Words) PeopleWait(company string, count int) Text {
	text := w.notices.wait
	if count == 1 {
		text = w.notices.waits
	}
	text = text.about(company)
	return Text{Subject: counting(text.Subject, count), Text: counting(text.Text, count)}
}

// PeopleWaitSMS returns the same by SMS.
func (w Words) PeopleWaitSMS(company string, count int) string {
	return counting(about(w.notices.waitBySMS, shorten(company)), count)
}

// MostCounted is up to how many of those who wait are counted.
const MostCounted = 1000

func counting(text string, count int) string {
	number := strconv.Itoa(count)
	if count >= MostCounted {
		number = strconv.Itoa(MostCounted) + "+"
	}
	return strings.ReplaceAll(text, "{count}", number)
}

func englishNotices() noticeWords {
	return noticeWords{
		waits: Text{
			"Somebody waits for approval at {company}",
			"Hello,\n\nsomebody has registered at {company} and waits for approval. Sign in and decide under Approvals.\n\nThis message comes once an hour at most.",
		},
		wait: Text{
			"{count} people wait for approval at {company}",
			"Hello,\n\n{count} people have registered at {company} and wait for approval. Sign in and decide under Approvals.\n\nThis message comes once an hour at most.",
		},
		waitBySMS: "{company}: waiting for approval: {count}. Sign in to decide.",
	}
}

func germanNotices() noticeWords {
	return noticeWords{
		waits: Text{
			"Jemand wartet bei {company} auf Freigabe",
			"Guten Tag,\n\njemand hat sich bei {company} registriert und wartet auf Freigabe. Melden Sie sich an und entscheiden Sie unter \"Approvals\".\n\nDiese Nachricht kommt höchstens einmal in der Stunde.",
		},
		wait: Text{
			"{count} Personen warten bei {company} auf Freigabe",
			"Guten Tag,\n\n{count} Personen haben sich bei {company} registriert und warten auf Freigabe. Melden Sie sich an und entscheiden Sie unter \"Approvals\".\n\nDiese Nachricht kommt höchstens einmal in der Stunde.",
		},
		waitBySMS: "{company}: Auf Freigabe warten: {count}. Bitte anmelden.",
	}
}

func frenchNotices() noticeWords {
	return noticeWords{
		waits: Text{
			"Quelqu'un attend une approbation chez {company}",
			"Bonjour,\n\nquelqu'un s'est inscrit chez {company} et attend une approbation. Connectez-vous et décidez sous « Approvals ».\n\nCe message est envoyé au plus une fois par heure.",
		},
		wait: Text{
			"{count} personnes en attente d'une approbation chez {company}",
			"Bonjour,\n\n{count} personnes se sont inscrites chez {company} et sont en attente d'une approbation. Connectez-vous et décidez sous « Approvals ».\n\nCe message est envoyé au plus une fois par heure.",
		},
		waitBySMS: "{company} : en attente d'approbation : {count}. Connectez-vous.",
	}
}

func spanishNotices() noticeWords {
	return noticeWords{
		waits: Text{
			"Alguien espera una aprobación en {company}",
			"Hola:\n\nalguien se registró en {company} y espera una aprobación. Inicie sesión y decida en «Approvals».\n\nEste mensaje llega como máximo una vez por hora.",
		},
		wait: Text{
			"{count} personas esperan una aprobación en {company}",
			"Hola:\n\n{count} personas se registraron en {company} y esperan una aprobación. Inicie sesión y decida en «Approvals».\n\nEste mensaje llega como máximo una vez por hora.",
		},
		waitBySMS: "{company}: esperan una decisión: {count}. Inicie sesión.",
	}
}
