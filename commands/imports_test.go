package commands_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

func importing(c commands.ImportPeople, into *commands.Imported) func(*commands.App, commands.Request) error {
	return func(app *commands.App, r commands.Request) (err error) {
		*into, err = app.ImportPeople(context.Background(), r, c)
		return err
	}
}

func inviteFile(file string) commands.ImportPeople {
	return commands.ImportPeople{File: []byte(file), Use: commands.ImportInvites}
}

func registerFile(file string) commands.ImportPeople {
	return commands.ImportPeople{File: []byte(file), Use: commands.ImportRegisters, WithoutConfirmation: true}
}

// outcomes is each row as "line contact code".
func outcomes(imported commands.Imported) []string {
	all := make([]string, len(imported.Rows))
	for i, row := range imported.Rows {
		all[i] = strings.TrimSpace(fmt.Sprintf("%d %s %s", row.Line, row.Contact, domain.CodeOf(row.Refused)))
	}
	return all
}

// offices is a company with departments and workgroups: two of them are called North.
func offices(t *testing.T, w *commandstest.World) (ids map[string]domain.DepartmentID, groups map[string]domain.WorkgroupID) {
	t.Helper()
	ids, groups = map[string]domain.DepartmentID{}, map[string]domain.WorkgroupID{}
	for _, path := range []string{"Sales", "Sales/North", "Support", "Support/North", "R/D", "Văn phòng"} {
		parent, name := domain.DepartmentID{}, path
		if above, below, deep := strings.Cut(path, "/"); deep && path != "R/D" {
			parent, name = ids[above], below
		}
		id, _, err := w.App.CreateDepartment(context.Background(), w.Request(w.Founder), commands.CreateDepartment{Name: name, Parent: parent})
		require.NoError(t, err)
		ids[path] = id
	}
	for _, name := range []string{"Choir", "Early, late", "Runners"} {
		id, _, err := w.App.CreateWorkgroup(context.Background(), w.Request(w.Founder), name)
		require.NoError(t, err)
		groups[name] = id
	}
	return ids, groups
}

func TestImportInvites(t *testing.T) {
	t.Run("each group of rows of one place in a batch of its own, phones by SMS", func(t *testing.T) {
		w := commandstest.New(t)
		ids, groups := offices(t, w)
		var result commands.Imported
		o := w.When(importing(inviteFile("Email,Mobile,Department,Workgroups,Birthday\n"+
			"ben@mill.example,,Sales / North,Choir;Runners,1.1.2000\n"+
			"eva@mill.example,+14155550100,,,\n"+
			",+1 415 555 0101,Sales,Choir,\n"+
			"pia@mill.example,,Sales>North,\"Runners, Choir\",\n"), &result))
		require.NoError(t, o.Err)
		require.Equal(t, []string{"2 ben@mill.example", "3 eva@mill.example", "4 +14155550101", "5 pia@mill.example"}, outcomes(result))
		require.Len(t, result.Batches, 3)
		for _, email := range []string{"ben@mill.example", "pia@mill.example"} {
			invitation := w.State(w.Someone(email)).Invitations[0]
			require.Equal(t, ids["Sales/North"], invitation.Department)
			require.ElementsMatch(t, []domain.WorkgroupID{groups["Choir"], groups["Runners"]}, invitation.Workgroups)
			require.Equal(t, result.Batches[0], invitation.Batch)
		}
		require.Equal(t, domain.ContactPhone, w.State(w.Someone("+14155550101")).Invitations[0].Channel)
		require.Empty(t, w.State(w.Someone("eva@mill.example")).Invitations[0].Workgroups)
		require.Equal(t, []commands.Meaning{commands.MeansPhone}, result.Rows[1].Unused)
		require.Equal(t, []commands.Meaning{commands.MeansDepartment, commands.MeansWorkgroups}, result.Rows[2].Unused)
		require.Equal(t, []bool{true, true, true, true, false}, []bool{
			result.Columns[0].Used, result.Columns[1].Used, result.Columns[2].Used, result.Columns[3].Used, result.Columns[4].Used,
		})
		all := w.Log.All()
		require.Equal(t, all[len(all)-1].Position, result.Position)
	})
	t.Run("takes a row that looks wrong where its line is confirmed", func(t *testing.T) {
		w := commandstest.New(t)
		file := inviteFile("Email\nben@gmail.con\nchloe@gmail.con\n")
		file.Confirmed = []int{3}
		var result commands.Imported
		require.NoError(t, w.When(importing(file, &result)).Err)
		require.Equal(t, []string{"2 ben@gmail.con confirm_contact", "3 chloe@gmail.con"}, outcomes(result))
	})
	t.Run("refuses row by row, by lines of the file", func(t *testing.T) {
		w := commandstest.New(t)
		offices(t, w)
		w.Employee("eve@acme.example")
		w.Invited("pia@mill.example")
		var result commands.Imported
		o := w.When(importing(inviteFile("\nE-Mail;Abteilung;Arbeitsgruppen\n\n"+
			"ben@mill.example;Sales;\n"+
			"BEN@mill.example;Support;\n"+
			"nonsense;;\n"+
			";Sales;\n"+
			"eve@acme.example;;\n"+
			"pia@mill.example;;\n"+
			"a@mill.example;North;\n"+
			"b@mill.example;Nowhere;\n"+
			"c@mill.example;Sales / Nowhere;\n"+
			"d@mill.example;;Nobody\n"+
			"e@mill.example;;Choir, Nobody\n"+
			"f@mill.example;\"Sales\n"), &result))
		require.NoError(t, o.Err)
		require.Equal(t, []string{
			"4 ben@mill.example", "5 BEN@mill.example duplicate_in_batch", "6 nonsense invalid_email", "7  invalid_contact", "8 eve@acme.example already_employed",
			"9 pia@mill.example already_invited", "10 a@mill.example department_ambiguous", "11 b@mill.example department_not_found", "12 c@mill.example department_not_found",
			"13 d@mill.example workgroup_not_found", "14 e@mill.example workgroup_not_found", "15  invalid_row",
		}, outcomes(result))
	})
	t.Run("takes up where it stands when the same command comes again", func(t *testing.T) {
		w := commandstest.New(t)
		offices(t, w)
		file := inviteFile("Email,Department\nben@mill.example,Sales\neva@mill.example,\npia@mill.example,Sales\nkim@mill.example,Support\n")
		for crash := 1; crash < 9; crash++ {
			var first, again commands.Imported
			w.Log.CrashAfter = crash
			crashed := w.When(importing(file, &first))
			w.Restart()
			finished := w.Again(crashed.Request).When(importing(file, &again))
			require.NoError(t, finished.Err)
			w.Again(crashed.Request).When(importing(file, &again)).ThenNothing()
			require.Len(t, w.State(w.Someone("ben@mill.example")).Invitations, 1)
			if crash == 1 {
				require.Equal(t, []string{"2 ben@mill.example", "3 eva@mill.example", "4 pia@mill.example", "5 kim@mill.example"}, outcomes(again))
			}
		}
	})
	t.Run("leaves what is more than is answered at once to go on by itself", func(t *testing.T) {
		w := commandstest.New(t)
		var file strings.Builder
		file.WriteString("Email,Phone\n,+14155550100\nx,\n")
		for i := range commands.RowsAnsweredAtOnce {
			fmt.Fprintf(&file, "p%d@mill.example,\n", i)
		}
		many := inviteFile(file.String())
		many.DryRun = true
		var dry, run commands.Imported
		w.When(importing(many, &dry)).ThenNothing()
		require.False(t, dry.Rows[5].GoesOn)
		many.DryRun = false
		require.NoError(t, w.When(importing(many, &run)).Err)
		require.False(t, run.Rows[0].GoesOn)
		require.True(t, run.Rows[5].GoesOn)
		require.Equal(t, run.Batches[1], run.Rows[5].Batch)
		require.Equal(t, "p0@mill.example", run.Rows[2].Contact)
	})
	t.Run("is for whoever may invite", func(t *testing.T) {
		w := commandstest.New(t)
		var result commands.Imported
		for _, file := range []commands.ImportPeople{inviteFile("Email\na@mill.example"), registerFile("Email\na@mill.example")} {
			for _, file.DryRun = range []bool{false, true} {
				w.By(w.Employee("eve@acme.example")).When(importing(file, &result)).ThenRefused(domain.NotPermitted)
			}
		}
	})
	t.Run("refuses as a whole what is no list", func(t *testing.T) {
		w := commandstest.New(t)
		var result commands.Imported
		for _, file := range []string{"", "Email\n", "Name,Birthday\nBen,1.1.2000", "ben@mill.example\n", "Email\nB\xf6n@mill.example", "PK\x03\x04", "Email\x00"} {
			w.When(importing(inviteFile(file), &result)).ThenRefused(domain.InvalidFile)
		}
		w.When(importing(inviteFile("Email\n"+strings.Repeat("a@b.example\n", batch.MaxRows+1)), &result)).ThenRefused(domain.TooManyRows)
	})
}

func TestDepartmentsAreFoundByNameAndPath(t *testing.T) {
	w := commandstest.New(t)
	ids, _ := offices(t, w)
	for typed, want := range map[string]domain.DepartmentID{
		"Sales": ids["Sales"], " sales ": ids["Sales"], "/Sales": ids["Sales"], "Acme / Sales": ids["Sales"], "Sales/": ids["Sales"],
		"Sales / North": ids["Sales/North"], "sales/NORTH": ids["Sales/North"], "Support > North": ids["Support/North"], `Support\North`: ids["Support/North"],
		"/ Support / North": ids["Support/North"], "Acme » Support » North": ids["Support/North"], "R/D": ids["R/D"], "/R/D": ids["R/D"], "Acme / R/D": ids["R/D"],
		"Va\u0306n pho\u0300ng": ids["Văn phòng"], "VĂN PHÒNG": ids["Văn phòng"], "Acme": {}, "": {}, ids["Sales"].String(): ids["Sales"],
	} {
		t.Run(typed, func(t *testing.T) {
			w := commandstest.New(t)
			offices(t, w)
			var result commands.Imported
			w.When(importing(registerFile("Email,First name,Last name,Position,Department\nben@mill.example,Ben,Miller,Baker,\""+typed+"\"\n"), &result))
			require.Equal(t, []string{"2 ben@mill.example"}, outcomes(result))
			require.Equal(t, want, w.State(w.Someone("ben@mill.example")).Employment.Department)
		})
	}
	for typed, want := range map[string]domain.Code{
		"North": domain.DepartmentAmbiguous, "/North": domain.DepartmentNotFound, "Sales / South": domain.DepartmentNotFound, "North / Sales": domain.DepartmentNotFound,
		"Sales / Sales": domain.DepartmentNotFound, "Other / Sales": domain.DepartmentNotFound, "/": domain.DepartmentNotFound, w.Acme.String(): domain.DepartmentNotFound, "<x>": domain.DepartmentNotFound,
	} {
		t.Run(typed, func(t *testing.T) {
			var result commands.Imported
			require.NoError(t, w.When(importing(inviteFile("Email,Department\nben@mill.example,\""+typed+"\"\n"), &result)).Err)
			require.Equal(t, want, domain.CodeOf(result.Rows[0].Refused))
		})
	}
}

func TestImportRegisters(t *testing.T) {
	t.Run("with all columns, each row under a command of its own", func(t *testing.T) {
		w := commandstest.New(t)
		ids, groups := offices(t, w)
		var result commands.Imported
		file := registerFile("Work Email,Full name,Job Title,Department,Workgroups,Mobile\n" +
			"an@mill.example,Nguyễn Văn An,Kế toán,Sales / North,Choir,+14155550100\n" +
			"ben@mill.example,\"Miller, Ben\",Baker,,\n")
		o := w.When(importing(file, &result))
		require.NoError(t, o.Err)
		require.Equal(t, []string{"2 an@mill.example", "3 ben@mill.example"}, outcomes(result))
		an := w.State(w.Someone("an@mill.example"))
		require.Equal(t, "Nguyễn Văn An", an.FirstName+" "+an.LastName)
		require.Equal(t, "Kế toán", an.JobTitle)
		require.Equal(t, ids["Sales/North"], an.Employment.Department)
		require.Equal(t, []domain.WorkgroupID{groups["Choir"]}, an.Employment.Workgroups)
		require.Equal(t, person.GeneratedCredential, an.Credential.Kind)
		require.Equal(t, an.Person, result.Rows[0].Person)
		require.Equal(t, "Ben", w.State(w.Someone("ben@mill.example")).FirstName)
		require.False(t, result.Columns[5].Used)
		w.Again(o.Request).When(importing(file, &result)).ThenNothing()
		require.Equal(t, []string{"2 an@mill.example", "3 ben@mill.example"}, outcomes(result))
	})
	t.Run("people with one name where the file says so", func(t *testing.T) {
		w := commandstest.New(t)
		var result commands.Imported
		require.NoError(t, w.When(importing(registerFile("Email,First name,Last name,One name,Position\n"+
			"suharto@mill.example,Suharto,,yes,Baker\nraj@mill.example,Raj,,,Baker\nkim@mill.example,Kim,Kent,yes,Baker\n"), &result)).Err)
		require.Equal(t, []string{"2 suharto@mill.example", "3 raj@mill.example invalid_name", "4 kim@mill.example invalid_name"}, outcomes(result))
		require.True(t, result.Columns[3].Used)
		suharto := w.State(w.Someone("suharto@mill.example"))
		require.Equal(t, []string{"Suharto", ""}, []string{suharto.FirstName, suharto.LastName})
	})
	t.Run("refuses row by row", func(t *testing.T) {
		w := commandstest.New(t)
		w.Employee("eve@acme.example")
		var result commands.Imported
		require.NoError(t, w.When(importing(registerFile("Email,First name,Last name,Position,Department\n"+
			"eve@acme.example,Eve,Ellis,Baker,\nben@mill.example,<b>,Miller,Baker,\nx,Ben,Miller,Baker,\npia@mill.example,Pia,Pitt,Baker,Nowhere\nkim@mill.example,Kim,Kent,Baker\nkim@mill.example,Kim,Kent,Baker\n,Kim,Kent,Baker\n"), &result)).Err)
		require.Equal(t, []string{
			"2 eve@acme.example already_employed", "3 ben@mill.example invalid_name", "4 x invalid_email", "5 pia@mill.example department_not_found", "6 kim@mill.example",
			"7 kim@mill.example duplicate_in_batch", "8  invalid_contact",
		}, outcomes(result))
		require.Equal(t, domain.InvalidContact, domain.CodeOf(result.Rows[6].Refused))
	})
	t.Run("asks back what looks wrong, unless its row says that it is meant", func(t *testing.T) {
		w := commandstest.New(t)
		var result commands.Imported
		for _, file := range []commands.ImportPeople{
			registerFile("Email,First name,Last name,Position,Confirmed\nkim@gmail.con,Kim,Kent,Baker,\nlea@gmail.con,Lea,Lund,Baker,yes\nlea@gmail.con,Lea,Lund,Baker,yes\n"),
			inviteFile("Email,Confirmed\nkim@gmail.con,no\npia@gmail.con,ja\npia@gmail.con,x\n"),
		} {
			require.NoError(t, w.When(importing(file, &result)).Err)
			codes := make([]domain.Code, len(result.Rows))
			for i, row := range result.Rows {
				codes[i] = domain.CodeOf(row.Refused)
			}
			require.Equal(t, []domain.Code{domain.ConfirmContact, "", domain.DuplicateInBatch}, codes)
		}
	})
	t.Run("takes up where it stands when the same command comes again", func(t *testing.T) {
		w := commandstest.New(t)
		var first, again commands.Imported
		file := registerFile("Email,First name,Last name,Position\na@mill.example,A,Aa,X\nb@mill.example,B,Bb,X\nc@mill.example,C,Cc,X\n")
		w.Log.CrashAfter = 2
		crashed := w.When(importing(file, &first))
		require.ErrorIs(t, crashed.Err, commandstest.ErrCrash)
		w.Restart()
		require.NoError(t, w.Again(crashed.Request).When(importing(file, &again)).Err)
		require.Equal(t, []string{"2 a@mill.example", "3 b@mill.example", "4 c@mill.example"}, outcomes(again))
		w.Again(crashed.Request).When(importing(file, &again)).ThenNothing()
	})
}

// whatever is a file of people who are in, invited, waiting, unreadable, twice there, in any
// place or none.
func whatever(random *rand.Rand, use commands.ImportUse) string {
	var file strings.Builder
	file.WriteString("Email,Phone,First name,Last name,Job title,Department,Workgroups,Confirmed\n")
	pick := func(of ...string) string { return of[random.IntN(len(of))] }
	for range 1 + random.IntN(12) {
		email := pick("", "a@mill.example", "b@mill.example", "c@mill.example", "d@mill.example", "eve@acme.example", "pia@mill.example", "wim@mill.example", "rob@mill.example", "new@mill.example", "kept@mill.example", "x", "kim@gmail.con")
		phone := pick("", "", "+14155550100", "+14155550101", "+447700900123", "5")
		if use == commands.ImportRegisters {
			phone = ""
		}
		fmt.Fprintf(&file, "%s,%s,%s,%s,%s,%s,%s,%s\n", email, phone, pick("Ann", "Ben", "Li"), pick("Miller", "Smith"), pick("Baker", "Cook"),
			pick("", "", "Sales", "North", "Sales / North", "Nowhere"), pick("", "", "Choir", "Choir;Runners", "Nobody"), pick("", "yes"))
	}
	return file.String()
}

// moved is a contact that has become somebody's login who was dismissed since.
func moved(t *testing.T, w *commandstest.World, contact string) {
	t.Helper()
	cid, to := w.Employee("cid@acme.example"), w.Someone(contact)
	o := w.By(cid).When(claiming(contact))
	require.NoError(t, o.Err)
	w.Given(cid.Stream(),
		person.LoginChanged{
			Person: cid.Person, Claim: domain.ClaimFor(o.Request.Command), Slot: to.Slot,
			Personal: person.ChangedLogin{Contact: to.Contact, Before: cid.Contact},
		},
		person.Dismissed{Person: cid.Person, Epoch: 2})
}

// The dry run says of each row what the run then does, and does nothing itself.
func TestADryRunIsTheRun(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		for _, use := range []commands.ImportUse{commands.ImportInvites, commands.ImportRegisters} {
			w := commandstest.New(t)
			offices(t, w)
			w.Employee("eve@acme.example")
			w.Invited("pia@mill.example")
			w.Joined("wim@mill.example")
			revoked := w.State(w.Invited("rob@mill.example")[0]).Invitations[0].Batch
			w.Given(domain.BatchStream(revoked), batch.Revoked{Batch: revoked, By: w.Founder.Person})
			require.NoError(t, w.By(w.Employee("bob@acme.example")).When(claiming("new@mill.example")).Err)
			moved(t, w, "kept@mill.example")
			if few := random.IntN(6); few > 0 {
				limit(t, w, few)
			}
			file := commands.ImportPeople{File: []byte(whatever(random, use)), Use: use, DryRun: true}
			var dry, run commands.Imported
			before := w.Vault.Used()
			w.When(importing(file, &dry)).ThenNothing()
			require.Equal(t, before, w.Vault.Used(), "nothing is charged")
			require.Empty(t, dry.Batches)
			file.DryRun = false
			require.NoError(t, w.When(importing(file, &run)).Err)
			require.Equal(t, outcomes(run), outcomes(dry), "seed %d, %s:\n%s", seed, use, file.File)
			for i := range run.Rows {
				require.Equal(t, run.Rows[i].Unused, dry.Rows[i].Unused)
				require.True(t, dry.Rows[i].Person.IsZero())
			}
		}
	}
}

// limit lets each inviter send so few invitations a day.
func limit(t *testing.T, w *commandstest.World, most int) {
	t.Helper()
	_, err := w.App.ChangeLimits(context.Background(), w.Request(w.Founder), account.ChangeLimits{InvitationsPerInviter: &most})
	require.NoError(t, err)
}

func TestWhatAListSaysIsShownOnceMore(t *testing.T) {
	w := commandstest.New(t)
	rows, meant, err := w.App.ShowImport(inviteFile("Email\nBEN@Mill.example\nkim@gmail.con\n"), "US", func(row int) domain.Code {
		return []domain.Code{"", domain.ConfirmContact}[row]
	})
	require.NoError(t, err)
	require.Equal(t, []string{"BEN@mill.example", "kim@gmail.con"}, []string{rows[0].Contact, rows[1].Contact})
	require.Equal(t, []string{"", "kim@gmail.com"}, meant)
	require.Equal(t, []string{"ben@mill.example"}, w.App.ReadPasted("Ben <ben@mill.example>", batch.Email).Contacts())
}
