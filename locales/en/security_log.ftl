# One sentence for each kind of event and its result: event-<kind>-<result>.

event-sign-in-succeeded = Signed in
event-sign-in-refused-wrong-password = Sign-in refused: wrong password
event-sign-in-refused-unknown-account = Sign-in refused: no such account
event-sign-in-refused-suspended = Sign-in refused: the account is suspended
event-sign-in-refused-throttled = Sign-in refused: too many attempts
event-sign-out-succeeded = Signed out
event-session-ended-succeeded = A session was signed out
event-other-sessions-ended-succeeded = All other sessions were signed out
event-password-changed-succeeded = Password changed
event-password-changed-refused-wrong-password = Password change refused: wrong current password
event-password-changed-refused-throttled = Password change refused: too many attempts
event-password-changed-refused-policy = Password change refused: the new password did not meet the requirements
event-step-up-succeeded = Confirmed with the password
event-step-up-refused-wrong-password = Confirmation refused: wrong password
event-step-up-refused-throttled = Confirmation refused: too many attempts
event-profile-changed-succeeded = Profile changed
event-devices-forgotten-succeeded = All other browsers were forgotten
event-account-created-succeeded = Account created
event-account-suspended-succeeded = Account suspended
event-account-restored-succeeded = Account restored
event-administrator-set-up-succeeded = First administrator created
event-set-up-refused-link = Set-up refused: the link was not valid
event-request-refused-refused-old-form = Request refused: the page was too old
event-request-refused-refused-cross-site = Request refused: it came from another site
event-log-read-succeeded = Security log read
event-backup-made-succeeded = Backup made
