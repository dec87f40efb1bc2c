package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

type link struct {
	Kind     commands.LinkKind `json:"kind" enum:"join_link,sms,email,set_password,proof,login,reset_password" doc:"What the link is for."`
	Account  accountRef        `json:"account"`
	Greeting string            `json:"greeting" doc:"The company's greeting; may be empty."`
	Name     string            `json:"name,omitzero" doc:"Of a proof: who filled in the form with this address, by their own word. Nobody else should confirm it." example:"Ben Miller"`
	Login    string            `json:"login" doc:"What the link is bound to and its holder will sign in with; empty for the join link." example:"+14155550100"`
}

type linkForm struct {
	FirstName string `json:"first_name,omitzero" doc:"For registering." example:"Ben"`
	LastName  string `json:"last_name,omitzero" doc:"For registering." example:"Miller"`
	Password  string `json:"password,omitzero" doc:"For registering, and for a link that sets a password." example:"correct horse battery staple"`
	Email     string `json:"email,omitzero" doc:"For the join link; links that are bound to a contact ignore it." example:"ben@mill.example"`
	Confirming
}

type linkUsed struct {
	Person   domain.PersonID     `json:"person"`
	Status   commands.LinkStatus `json:"status" enum:"employed,awaiting_approval,awaiting_proof,login_changed" doc:"Where it has led."`
	Position string              `json:"position" example:"42"`
}

type useLinkInput struct {
	Token string `path:"token" doc:"The last part of the link."`
	Keyed
	Body *linkForm
}

// scope makes the key of a shared link count for one registrant only.
func (in *useLinkInput) scope() string {
	return "link " + in.Token + " " + strings.ToLower(domain.DropUnseen(domain.TrimPasted(in.form().Email)))
}

func (in *useLinkInput) form() linkForm {
	if in.Body == nil {
		return linkForm{}
	}
	return *in.Body
}

func deadLinks() []domain.Code {
	return []domain.Code{
		domain.NotFound, domain.LinkExpired, domain.LinkRevoked, domain.LinkSuperseded,
		domain.LinkUsed, domain.LinkDeclined, domain.LinkDisabled, domain.LinkFull,
	}
}

func (a *api) joinRoutes() {
	const tag, path = "Links", "/v1/join/{token}"
	read(a, route{
		id: "show-link", method: http.MethodGet, path: path, tag: tag, public: true, guessable: true,
		summary:     "What a link is for",
		description: "The public side of every link. Looking at a link uses nothing up.",
		codes:       append(deadLinks(), domain.InvalidPosition),
	}, a.showLink)
	command(a, route{
		id: "note-opened", method: http.MethodPost, path: path + "/opened", tag: tag, public: true, guessable: true,
		summary: "Say that somebody fills in the form behind a link",
		description: "For a page that shows the form, when its reader begins to type. Of a personal invitation it is on record once; of any other link nothing is. " +
			"Programs that only follow links, as mail scanners do, leave nothing on record.",
		codes: deadLinks(),
	}, a.noteOpened)
	command(a, route{
		id: "use-link", sends: true, method: http.MethodPost, path: path, tag: tag, public: true, guessable: true, status: http.StatusCreated,
		summary: "Register, set a password, or prove an address",
		description: "What the body holds depends on the link's kind: names and a password (and for join_link an email) to register; " +
			"a password for set_password and reset_password; nothing for login; nothing for proof, or a password, which takes the place of the one that was typed into the form.",
		codes: append(deadLinks(), domain.InvalidName, domain.InvalidEmail, domain.ConfirmContact, domain.ConfirmName, domain.PasswordTooShort, domain.PasswordTooLong,
			domain.PasswordCommon, domain.PasswordOwnWords, domain.AlreadyRegistered, domain.AlreadyEmployed, domain.TooBusy),
	}, a.useLink)
}

func (a *api) showLink(ctx context.Context, in *struct {
	Reflecting
	Token string `path:"token" doc:"The last part of the link."`
},
) (link, error) {
	if _, err := in.Least(); err != nil { // whatever it is, the answer reflects it
		return link{}, err
	}
	shown, err := a.App.ShowLink(ctx, in.Token)
	if err != nil {
		return link{}, err
	}
	return link{
		Kind: shown.Kind, Account: accountRef{Slug: shown.Slug, Name: shown.Name}, Greeting: shown.Greeting, Login: shown.Login, Name: shown.Registrant,
	}, nil
}

func (a *api) noteOpened(ctx context.Context, request commands.Request, in *answerInput) (done, error) {
	return doneAt(a.App.NoteOpened(ctx, request, in.Token))
}

func (a *api) useLink(ctx context.Context, request commands.Request, in *useLinkInput) (linkUsed, error) {
	form := in.form()
	used, err := a.App.UseLink(ctx, request, commands.UseLink{
		Token: in.Token, FirstName: form.FirstName, LastName: form.LastName, Password: form.Password, Email: form.Email, Confirmed: form.Confirmed,
	})
	if err != nil {
		return linkUsed{}, err
	}
	return linkUsed{Person: used.Person, Status: used.Status, Position: used.Position.String()}, nil
}
