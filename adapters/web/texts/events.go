package texts

import "github.com/usher-engine/usher/domain"

// Events is what happened, in words.
type Events interface {
	// EventName returns the type of an event in words; as it stands on the wire where there are
	// none.
	EventName(of domain.EventType) string
}

func (english) EventName(of domain.EventType) string { return eventName(englishEvents, of) }
func (german) EventName(of domain.EventType) string  { return eventName(germanEvents, of) }

func eventName(words map[domain.EventType]string, of domain.EventType) string {
	if name := words[of]; name != "" {
		return name
	}
	return string(of)
}

var englishEvents = map[domain.EventType]string{ //nolint:gosec,gochecknoglobals // because it is a table, and no words are credentials
	"account.administrator_counted":              "An administrator was counted",
	"account.administrator_uncounted":            "An administrator was counted no more",
	"account.approvals_noticed":                  "Administrators were told who waits",
	"account.closed":                             "Account closed",
	"account.country_changed":                    "Country changed",
	"account.domain_rules_changed":               "Domains without approval changed",
	"account.founded":                            "Account founded",
	"account.greeting_changed":                   "Greeting changed",
	"account.invitation_policy_changed":          "Days of an invitation changed",
	"account.invited_people_moderated":           "Invited people wait for approval from now on",
	"account.invited_people_trusted":             "Invited people need no approval from now on",
	"account.inviting_limited_to_administrators": "Only administrators may invite from now on",
	"account.inviting_opened_to_everyone":        "Everybody may invite from now on",
	"account.join_link_disabled":                 "Join link switched off",
	"account.join_link_enabled":                  "Join link switched on",
	"account.join_link_limited":                  "Join link limited",
	"account.join_link_rotated":                  "New join link made",
	"account.join_seat_returned":                 "A place of the join link was returned",
	"account.join_seat_taken":                    "A place of the join link was taken",
	"account.language_changed":                   "Language changed",
	"account.limits_changed":                     "Limits changed",
	"account.opened":                             "Account opened again",
	"account.password_policy_changed":            "Rules for passwords changed",
	"account.plan_changed":                       "Plan changed",
	"account.registration_mode_changed":          "Registration type changed",
	"account.renamed":                            "Company renamed",
	"account.time_zone_changed":                  "Time zone changed",

	"batch.closed":  "Bulk invitation finished",
	"batch.opened":  "Bulk invitation begun",
	"batch.revoked": "Bulk invitation taken back",
	"batch.stopped": "Bulk invitation stopped",

	"operations.event_skipped": "An operator skipped an event",

	"person.address_proved":          "Address proved",
	"person.api_token_made":          "API token made",
	"person.api_token_revoked":       "API token revoked",
	"person.contact_corrected":       "Mistyped contact corrected",
	"person.correction_refused":      "Corrected contact could not be invited",
	"person.dismissed":               "Dismissed",
	"person.employed":                "Let in",
	"person.first_login":             "Signed in for the first time",
	"person.founder_registered":      "Founder registered",
	"person.invitation_declined":     "Invitation declined",
	"person.invitation_expired":      "Invitation expired",
	"person.invitation_opened":       "Invitation being filled in",
	"person.invitation_redeemed":     "Invitation used",
	"person.invitation_revoked":      "Invitation taken back",
	"person.invitation_superseded":   "Invitation replaced by a newer one",
	"person.invited_by_email":        "Invited by e-mail",
	"person.invited_by_sms":          "Invited by SMS",
	"person.job_title_changed":       "Job title changed",
	"person.login_change_abandoned":  "Change of login abandoned",
	"person.login_changed":           "Login changed",
	"person.login_claimed":           "Contact held for a new login",
	"person.login_released":          "Contact held no more",
	"person.made_administrator":      "Made an administrator",
	"person.made_auditor":            "Made an auditor",
	"person.made_employee":           "Made a plain employee",
	"person.moved":                   "Moved to another department",
	"person.name_changed":            "Name corrected",
	"person.new_invitation_asked":    "Asked for a new invitation",
	"person.password_changed":        "Password changed",
	"person.password_generated":      "Password generated and mailed",
	"person.password_link_issued":    "Link for choosing a password sent",
	"person.password_reset":          "Password reset",
	"person.password_reset_asked":    "Link for a new password asked for",
	"person.password_set":            "Password chosen",
	"person.preferences_changed":     "Preferences changed",
	"person.proof_sent_again":        "Link that proves the address sent again",
	"person.registered":              "Registered",
	"person.registered_directly":     "Registered by a colleague",
	"person.registration_approved":   "Registration approved",
	"person.registration_rejected":   "Registration rejected",
	"person.registration_superseded": "Registration replaced by another",
	"person.rehired":                 "Taken back on",
	"person.seat_forfeited":          "Place of the join link given up",
	"person.sessions_ended":          "Signed out everywhere",
	"person.workgroup_joined":        "Joined a workgroup",
	"person.workgroup_left":          "Left a workgroup",

	"structure.department_created":      "Department created",
	"structure.department_deleted":      "Department deleted",
	"structure.department_head_changed": "Head of a department changed",
	"structure.department_moved":        "Department moved",
	"structure.department_renamed":      "Department renamed",
	"structure.workgroup_archived":      "Workgroup archived",
	"structure.workgroup_created":       "Workgroup created",
	"structure.workgroup_renamed":       "Workgroup renamed",
	"structure.workgroup_restored":      "Workgroup restored",
}
