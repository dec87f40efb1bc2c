package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/usher-engine/usher/adapters/web"
	"github.com/usher-engine/usher/cmd/usher/engine"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

const (
	demoSlug    = "sunrise"
	demoLogin   = "ada@sunrise.example"
	demoAuditor = "otto@sunrise.example"
)

// demoPages lets everybody sign in as people of the sample company, once its password is
// known.
func demoPages() *web.Demo {
	return &web.Demo{Slug: demoSlug, Logins: []web.DemoLogin{
		{Role: string(domain.RoleAdministrator), Login: demoLogin}, {Role: string(domain.RoleAuditor), Login: demoAuditor},
	}}
}

// sample founds the sample company. Every step has a command id of its own, so
// that a later start finds it done.
type sample struct {
	usher    *engine.Engine
	account  domain.AccountID
	admin    commands.Caller
	password string
	steps    int
}

// demo founds a company with people in every state and says how to sign in.
func demo(ctx context.Context, usher *engine.Engine, pages *web.Demo, data, public string, stdout io.Writer) error {
	password, err := demoPassword(data)
	if err != nil {
		return err
	}
	pages.Password = password
	s := &sample{usher: usher, password: password}
	for _, step := range []func(context.Context) error{s.found, s.settings, s.invite, s.registerDirectly, s.comeByJoinLink, s.redeem, s.dismiss, s.letAuditorIn} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("found the sample company: %w", err)
		}
	}
	fmt.Fprintf(stdout, `
The sample company "%s" has people in every state. Open %s and sign in with one click, or, as a program:

  curl %s/v1/accounts/%s/sessions --json '{"login": "%s", "password": "%s"}'

`, demoSlug, public, public, demoSlug, demoLogin, password)
	return nil
}

func demoPassword(data string) (string, error) {
	file := filepath.Join(data, "demo-password")
	kept, err := os.ReadFile(file) //nolint:gosec // because the operator names the folder
	if err == nil {
		return strings.TrimSpace(string(kept)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	password := secret()
	return password, os.WriteFile(file, []byte(password+"\n"), 0o600)
}

func (s *sample) found(ctx context.Context) error {
	id, err := s.usher.App.AccountNamed(ctx, demoSlug)
	if err != nil {
		return err
	}
	s.account = id
	request := s.request()
	request.Caller = commands.Operator()
	if _, err = s.usher.App.FoundAccount(ctx, request, commands.FoundAccount{
		Slug: demoSlug, Name: "Sunrise Bakery", Country: "US", Language: "en",
		Email: demoLogin, FirstName: "Ada", LastName: "Baker", Password: s.password,
	}); err != nil {
		return err
	}
	in, err := s.usher.App.LogIn(ctx, commands.LogIn{Slug: demoSlug, Login: demoLogin, Password: s.password})
	if err != nil {
		return fmt.Errorf("sign in as the administrator: %w", err)
	}
	if s.admin, err = s.usher.App.Authenticate(ctx, in.Token); err != nil {
		return err
	}
	return s.usher.App.LogOut(ctx, in.Token)
}

func (s *sample) settings(ctx context.Context) error {
	greeting := "Good morning! Tell us who you are, and we will let you in before the bread is out of the oven."
	domains := []string{"sunrise.example"}
	_, err1 := s.usher.App.ChangeRegistration(ctx, s.request(), commands.ChangeRegistration{Greeting: &greeting, Domains: &domains})
	plan := s.request()
	plan.Caller = commands.Operator()
	_, err2 := s.usher.App.ChangePlan(ctx, plan, account.ChangePlan{Plan: account.Standard})
	return errors.Join(err1, err2)
}

func (s *sample) invite(ctx context.Context) error {
	app := s.usher.App
	kitchen, _, err1 := app.CreateDepartment(ctx, s.request(), commands.CreateDepartment{Name: "Kitchen"})
	_, _, err2 := app.CreateDepartment(ctx, s.request(), commands.CreateDepartment{Name: "Pastry", Parent: kitchen})
	_, _, err3 := app.CreateDepartment(ctx, s.request(), commands.CreateDepartment{Name: "Shop"})
	early, _, err4 := app.CreateWorkgroup(ctx, s.request(), "Early shift")
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	_, err1 = app.InviteBySMS(ctx, s.request(), commands.InviteBySMS{Phones: []string{"+1 415 555 0101", "+1 415 555 0102", "+1 415 555 0103"}})
	_, err2 = app.InviteByEmail(ctx, s.request(), commands.InviteByEmail{
		Emails: []string{"ben@mill.example", "chloe@mill.example"}, Department: kitchen, Workgroups: []domain.WorkgroupID{early},
	})
	return errors.Join(err1, err2)
}

func (s *sample) registerDirectly(ctx context.Context) error {
	_, err1 := s.usher.App.RegisterDirectly(ctx, s.request(), commands.RegisterDirectly{
		Email: "dora@sunrise.example", FirstName: "Dora", LastName: "Evans", JobTitle: "Baker", WithoutConfirmation: true,
	})
	_, err2 := s.usher.App.RegisterDirectly(ctx, s.request(), commands.RegisterDirectly{
		Email: "emil@sunrise.example", FirstName: "Emil", LastName: "Fischer", JobTitle: "Driver",
	})
	return errors.Join(err1, err2)
}

// comeByJoinLink leaves somebody who waits for approval, and somebody who has
// still to prove an address under the domain rule.
func (s *sample) comeByJoinLink(ctx context.Context) error {
	link, err := s.usher.App.JoinLink(ctx, s.admin, s.account)
	if err != nil {
		return err
	}
	_, err1 := s.usher.App.UseLink(ctx, s.request(), commands.UseLink{
		Token: link.Token, FirstName: "Flora", LastName: "Green", Password: s.password, Email: "flora@elsewhere.example",
	})
	_, err2 := s.usher.App.UseLink(ctx, s.request(), commands.UseLink{
		Token: link.Token, FirstName: "Gus", LastName: "Hill", Password: s.password, Email: "gus@sunrise.example",
	})
	return errors.Join(err1, err2)
}

// redeem lets two of the invited follow the links that they were sent.
func (s *sample) redeem(ctx context.Context) error {
	for contact, name := range map[string][2]string{
		"+14155550103": {"Hugo", "Ivers"}, "chloe@mill.example": {"Chloe", "Jones"},
	} {
		token, err := s.usher.TokenSentTo(ctx, s.account, contact)
		if err != nil {
			return err
		}
		request := s.request()
		request.Command = domain.CommandID(s.account.Derive("demo " + contact))
		if _, err := s.usher.App.UseLink(ctx, request, commands.UseLink{
			Token: token, FirstName: name[0], LastName: name[1], Password: s.password,
		}); err != nil {
			return err
		}
	}
	return nil
}

// dismiss leaves somebody who has access no more.
func (s *sample) dismiss(ctx context.Context) error {
	registered, err := s.usher.App.RegisterDirectly(ctx, s.request(), commands.RegisterDirectly{
		Email: "iris@sunrise.example", FirstName: "Iris", LastName: "Jung", JobTitle: "Cashier",
	})
	if err != nil {
		return err
	}
	_, err = s.usher.App.Dismiss(ctx, s.request(), registered.Person)
	return err
}

// letAuditorIn lets somebody in who reads the record, and changes nothing.
func (s *sample) letAuditorIn(ctx context.Context) error {
	invited, err := s.usher.App.InviteByEmail(ctx, s.request(), commands.InviteByEmail{Emails: []string{demoAuditor}})
	if err != nil {
		return err
	}
	role := s.request()
	for _, one := range invited.Rows {
		if domain.CodeOf(one.Refused) == domain.AlreadyEmployed { // at an earlier start
			continue
		}
		token, err := s.usher.TokenSentTo(ctx, s.account, demoAuditor)
		if err != nil {
			return err
		}
		if _, err := s.usher.App.UseLink(ctx, s.request(), commands.UseLink{Token: token, FirstName: "Otto", LastName: "Prüfer", Password: s.password}); err != nil {
			return err
		}
		if _, err := s.usher.App.ChangeRole(ctx, role, one.Person, domain.RoleAuditor); err != nil {
			return err
		}
	}
	return nil
}

func (s *sample) request() commands.Request {
	s.steps++
	return commands.Request{
		Command: domain.CommandID(s.account.Derive("demo " + strconv.Itoa(s.steps))), Caller: s.admin, Account: s.account,
	}
}
