package httpapi

import (
	"context"
	"net/http"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

type invitationSeen struct {
	Invitation int `json:"invitation,omitzero" doc:"The invitation that was seen, so that a newer one is not meant; without it, the last." example:"1"`
}

type correction struct {
	Invitation int    `json:"invitation,omitzero" doc:"The invitation that was seen; without it, the last." example:"1"`
	Contact    string `json:"contact" doc:"The right contact, of the same kind." example:"ben@mill.example"`
	Confirming
}

type invitationDays struct {
	Days int `json:"days" doc:"For how many days invitations can be redeemed that are sent from now on: 1 to 90." example:"14"`
}

type revocations struct {
	Revoked  int    `json:"revoked" doc:"How many open invitations were taken back."`
	Position string `json:"position" example:"42"`
}

type inviteeInput struct {
	InAccount
	Keyed
	Person string `path:"person" doc:"The invited person's id."`
	Body   *invitationSeen
}

func (in *inviteeInput) invitation() (commands.InvitationOf, error) {
	id, err := pathPerson(in.Person)
	of := commands.InvitationOf{Person: id}
	if in.Body != nil {
		of.Invitation = in.Body.Invitation
	}
	if err == nil && of.Invitation < 0 {
		err = domain.Refuse(domain.InvalidRequest, "invitations are counted from 1").In("invitation")
	}
	return of, err
}

// own says who may handle what was sent.
const own = "For administrators, and for whoever may invite of what they sent themselves."

func (a *api) inviteeRoutes() {
	const tag, path = "Invitations", "/v1/accounts/{account}/invitations/{person}"
	codes := []domain.Code{domain.InvitationChanged, domain.NotYet}
	command(a, route{
		id: "resend-invitation", needs: commands.InvitePeople, sends: true, method: http.MethodPost, path: path + "/resend", tag: tag,
		summary:     "Send an invitation again",
		description: "With a link of its own; the older link is dead in the same instant. " + own,
		codes:       append(codes, domain.AlreadyEmployed, domain.AlreadyRegistered, domain.ContactHeld),
	}, a.resendInvitation)
	command(a, route{
		id: "revoke-invitation", needs: commands.InvitePeople, method: http.MethodPost, path: path + "/revoke", tag: tag,
		summary: "Take an invitation back", description: "Its link is dead at once. " + own, codes: codes,
	}, a.revokeInvitation)
	command(a, route{
		id: "correct-invitation", needs: commands.InvitePeople, sends: true, method: http.MethodPost, path: path + "/correct", tag: tag, status: http.StatusCreated,
		summary:     "Correct a mistyped contact",
		description: "The link to the wrong contact is dead at once; the right one is invited with the same placement and text. The answer names the person invited now. " + own,
		codes:       append(codes, domain.InvalidEmail, domain.InvalidPhone, domain.InvalidContact, domain.ConfirmContact, domain.ConfirmUnknownRange, domain.AlreadyInvited, domain.AlreadyRegistered, domain.AlreadyEmployed, domain.ContactHeld),
	}, a.correctInvitation)
	command(a, route{
		id: "revoke-batch", needs: commands.InvitePeople, method: http.MethodPost, path: "/v1/accounts/{account}/batches/{batch}/revoke", tag: tag,
		summary: "Take a whole bulk invitation back", description: "All its links are dead at once. " + own,
	}, a.revokeBatch)
	command(a, route{
		id: "revoke-invitations-of", needs: commands.ManageInvitations, method: http.MethodPost, path: "/v1/accounts/{account}/employees/{person}/revoke-invitations", tag: tag,
		summary: "Take back whatever an inviter left open", description: "For administrators.", codes: codes,
	}, a.revokeInvitationsOf)
	command(a, route{
		id: "change-invitation-days", needs: commands.ChangeSettings, method: http.MethodPut, path: "/v1/accounts/{account}/settings/invitations", tag: "Settings",
		summary: "Change how long invitations last", description: "For administrators. Invitations that were sent before stay as they are.",
		codes: []domain.Code{domain.InvalidDays},
	}, a.changeInvitationDays)
	command(a, route{
		id: "decline-link", method: http.MethodPost, path: "/v1/join/{token}/decline", tag: "Links", public: true, guessable: true,
		summary: "Decline an invitation", description: "For whoever holds the link of a personal invitation.", codes: deadLinks(),
	}, a.declineLink)
	command(a, route{
		id: "ask-for-proof", sends: true, method: http.MethodPost, path: "/v1/join/{token}/proof", tag: "Links", public: true, guessable: true, status: http.StatusAccepted,
		summary: "Ask for the link that proves an address once more", description: "For whoever holds such a link, be it that its time is out. It is good for another 24 hours.", codes: deadLinks(),
	}, a.askForProof)
	command(a, route{
		id: "ask-for-link", method: http.MethodPost, path: "/v1/join/{token}/ask", tag: "Links", public: true, guessable: true, status: http.StatusAccepted,
		summary:     "Ask for a new invitation",
		description: "For whoever holds the dead link of a personal invitation. Administrators see it in Invited, once for each link.",
		codes:       append(deadLinks(), domain.AlreadyInvited),
	}, a.askForLink)
}

type resent struct {
	Position  string `json:"position" doc:"Where in the log the effect stands; give it to a list as Usher-Position to see the effect there." example:"42"`
	FixedText bool   `json:"fixed_text,omitzero" doc:"That it goes out with the fixed text: the plan does not allow the edited one any more."`
}

type corrected struct {
	Person    domain.PersonID `json:"person"`
	Position  string          `json:"position" example:"42"`
	FixedText bool            `json:"fixed_text,omitzero" doc:"That it goes out with the fixed text: the plan does not allow the edited one any more."`
}

func (a *api) resendInvitation(ctx context.Context, request commands.Request, in *inviteeInput) (resent, error) {
	of, err := in.invitation()
	if err != nil {
		return resent{}, err
	}
	r, err := a.App.Resend(ctx, request, of)
	return resent{r.Position.String(), r.FixedText}, err
}

func (a *api) revokeInvitation(ctx context.Context, request commands.Request, in *inviteeInput) (done, error) {
	of, err := in.invitation()
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.Revoke(ctx, request, of))
}

func (a *api) correctInvitation(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Person string `path:"person" doc:"The invited person's id."`
	Body   correction
},
) (corrected, error) {
	seen := inviteeInput{Person: in.Person, Body: &invitationSeen{Invitation: in.Body.Invitation}}
	of, err := seen.invitation()
	if err != nil {
		return corrected{}, err
	}
	r, err := a.App.Correct(ctx, request, commands.CorrectContact{InvitationOf: of, Contact: in.Body.Contact, Confirmed: in.Body.Confirmed})
	return corrected{r.Person, r.Position.String(), r.FixedText}, err
}

func (a *api) revokeBatch(ctx context.Context, request commands.Request, in *endedBatch) (done, error) {
	id, err := batchNamed(in.Batch)
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.RevokeBatch(ctx, request, id))
}

func (a *api) revokeInvitationsOf(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Person string `path:"person" doc:"The inviter's id."`
},
) (revocations, error) {
	id, err := pathPerson(in.Person)
	if err != nil {
		return revocations{}, err
	}
	r, err := a.App.RevokeAllBy(ctx, request, id)
	return revocations{Revoked: r.Count, Position: r.Position.String()}, err
}

func (a *api) changeInvitationDays(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body invitationDays
},
) (done, error) {
	return doneAt(a.App.ChangeInvitationPolicy(ctx, request, account.ChangeInvitationPolicy{Days: in.Body.Days}))
}

type answerInput struct {
	Token string `path:"token" doc:"The last part of the link."`
	Keyed
}

func (in *answerInput) scope() string { return (&useLinkInput{Token: in.Token}).scope() }

func (a *api) declineLink(ctx context.Context, request commands.Request, in *answerInput) (done, error) {
	return doneAt(a.App.DeclineLink(ctx, request, in.Token))
}

func (a *api) askForProof(ctx context.Context, request commands.Request, in *answerInput) (done, error) {
	return doneAt(a.App.AskForProof(ctx, request, in.Token))
}

func (a *api) askForLink(ctx context.Context, request commands.Request, in *answerInput) (done, error) {
	return doneAt(a.App.AskForLink(ctx, request, in.Token))
}
