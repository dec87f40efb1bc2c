package web

import (
	"net/http"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
)

const (
	// mostChecked is how many contacts are judged while somebody types.
	mostChecked = 1000
	// mostDoubts is how many are shown that would not be invited.
	mostDoubts = 5
)

// checkList says what is in a text, while it is typed or before it is sent. It does
// nothing, and remembers nothing.
func (p *Pages) checkList(channel batch.Channel) func(*visit) error {
	return func(v *visit) error {
		list, err := v.list(channel)
		if err != nil {
			return err
		}
		named := v.named(channel)
		list.Pasted = views.Pasted{All: len(named.contacts)}
		if all := len(named.contacts); all > 0 && all <= mostChecked {
			done, err := v.invite(v.Context(), v.dryRequest(), list, named, commands.NewDryRun())
			if list.Faults, err = v.listFaults(err); err != nil {
				return err
			}
			if len(list.Faults) == 0 {
				list.Pasted = v.foundIn(done.Rows, named.lines)
			}
		}
		if v.isPartial() { // what is wrong is said when it is sent
			return v.show(http.StatusOK, views.WhatWasFound(v.frame(""), list))
		}
		return v.showList(list)
	}
}

// dryRequest is a request for what comes to nothing.
func (v *visit) dryRequest() commands.Request {
	return commands.Request{Command: v.App.NewCommand(), New: true, Caller: v.x.Caller, Account: v.x.Account, Network: v.x.Network}
}

// foundIn counts rows by what would become of them.
func (v *visit) foundIn(rows []commands.Row, lines []int) views.Pasted {
	found := views.Pasted{Checked: true, All: len(rows)}
	for i, row := range rows {
		if row.Refused == nil {
			found.Good++
			continue
		}
		problem := httpkit.ProblemOf(row.Refused, "body")
		switch fateOf(problem.Code) {
		case isTwice:
			found.Twice++
		case isKnown:
			found.Known++
		case isLimited:
			found.Limited++
		case isWrong:
			found.Wrong++
			if len(found.Doubts) < mostDoubts && i < len(lines) {
				found.Doubts = append(found.Doubts, views.PastedDoubt{
					Line: lines[i], Contact: row.Contact, Text: v.words(problem), DidYouMean: meantBy(row.Refused),
				})
			}
		}
	}
	return found
}

// fate is what kind of reason there is for refusing a row.
type fate int

const (
	isWrong   fate = iota // it can be corrected, or confirmed
	isTwice               // it is in the list twice
	isKnown               // it is somebody who is invited, waits or is in already
	isLimited             // it is more than may be for now
)

func fateOf(code domain.Code) fate {
	switch code { //nolint:exhaustive // because all others are wrong
	case domain.DuplicateInBatch:
		return isTwice
	case domain.AlreadyInvited, domain.AlreadyRegistered, domain.AlreadyEmployed, domain.ContactHeld:
		return isKnown
	case domain.ContactLimit, domain.InviterLimit, domain.AccountLimit, domain.CountryLimit, domain.NumberBlockLimit, domain.InstallationLimit, domain.CountryNotAllowed:
		return isLimited
	}
	return isWrong
}
