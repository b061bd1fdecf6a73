# What every page shares. "Sign in", never "login"; the spec's own words on headings and buttons.

skip-to-content = Skip to content
nav-settings = Settings
nav-profile = Profile
nav-security = Security
nav-sessions = Active Sessions
nav-devices = Known browsers
nav-api-keys = API Keys
nav-notifications = Login Notifications
nav-log = Security Log
nav-administration = Administration
nav-admin-accounts = Accounts
nav-admin-outbox = Outbox
nav-admin-log = Everyone’s log

action-sign-out = Sign out
action-cancel = Cancel
action-manage = Manage
action-go-home = Go to your settings
action-sign-in = Sign in

badge-this-device = This device
badge-refused = Refused
badge-off = Off
browser-unknown = Unknown browser

email-label = Email
name-label = Name
password-label = Password
password-show = Show password

form-check-answers = Please check what is marked below.
form-error-of = { $field }: { $error }
field-required = Fill this in.
email-invalid = Enter an email address, such as name@example.com.
address-unknown = address unknown
email-taken = Another account already has this address.
name-required = Enter a name.
name-too-long =
    { $max ->
        [one] Use at most { $max } character for the name.
       *[other] Use at most { $max } characters for the name.
    }

# { $count } is rounded up, so that trying again then works.
wait-seconds =
    { $count ->
        [one] Too many attempts. Try again in { $count } second.
       *[other] Too many attempts. Try again in { $count } seconds.
    }
wait-minutes =
    { $count ->
        [one] Too many attempts. Try again in { $count } minute.
       *[other] Too many attempts. Try again in { $count } minutes.
    }
wait-hours =
    { $count ->
        [one] Too many attempts. Try again in { $count } hour.
       *[other] Too many attempts. Try again in { $count } hours.
    }
wait-closed = Too many attempts. Sign in from a browser that you have used before, or choose Forgot Password on the sign-in page to create a new one.
source-wait-minutes =
    { $count ->
        [one] Too many attempts from your network. Try again in { $count } minute.
       *[other] Too many attempts from your network. Try again in { $count } minutes.
    }

time-just-now = just now
time-minutes-ago =
    { $count ->
        [one] { $count } minute ago
       *[other] { $count } minutes ago
    }
time-hours-ago =
    { $count ->
        [one] { $count } hour ago
       *[other] { $count } hours ago
    }
time-days-ago =
    { $count ->
        [one] { $count } day ago
       *[other] { $count } days ago
    }
time-in-minutes =
    { $count ->
        [one] in { $count } minute
       *[other] in { $count } minutes
    }
time-in-hours =
    { $count ->
        [one] in { $count } hour
       *[other] in { $count } hours
    }
time-in-days =
    { $count ->
        [one] in { $count } day
       *[other] in { $count } days
    }

flash-welcome = Welcome. Your account is ready.
flash-signed-out = You are signed out.
flash-session-ended = That session is signed out.
flash-other-sessions-ended = Every other session is signed out.
flash-profile-saved = Your profile is saved.
flash-password-changed = Your password is changed.
flash-password-changed-others-ended = Your password is changed, and every other session is signed out.
flash-password-reset = Your new password is set, and every device is signed out. Sign in with it.
flash-devices-forgotten = Every other browser is forgotten.

flash-admin-suspended = The account is suspended, and signed out everywhere.
flash-admin-second-factor-removed = The second factors are removed, and the account is signed out everywhere.
flash-admin-unlocked = The account is unlocked. Its owner is told by mail.
flash-admin-restored = The account is restored, and its failed sign-ins are forgotten.
flash-admin-password-change-required = A new password is required at the next click.
flash-admin-sessions-ended = Every session of the account has ended.
flash-admin-every-session-ended = Every other session has ended.
flash-admin-reset-link-sent = A reset link is on its way.
flash-admin-invited = The account is made, and the invitation is on its way.
flash-admin-invitation-sent = A new invitation is on its way.
flash-admin-administrator-made = This account is an administrator now.
flash-admin-auditor-made = This account is an auditor now.
flash-admin-auditor-unmade = No longer an auditor.
flash-admin-closed = The account is closed. It is erased after 14 days.
flash-admin-kept = The account stays.
flash-admin-administrator-unmade = No longer an administrator.
flash-admin-message-retried = The message is tried again.
flash-refused-already = Nothing was changed: it was so already.
flash-refused-own-account = You can’t do that to your own account here.
flash-refused-last-administrator = Somebody has to stay who can sign in and look after the site. Make another administrator first.
flash-refused-suspended = The account is suspended. Restore it first.
flash-refused-locked = The account is locked. Its owner opens it by resetting the password, or you unlock it.
flash-refused-no-password = The account has no password yet. Send the invitation again instead.
flash-refused-no-second-factor = Nothing was changed: the account has no second factor.
flash-refused-has-password = The account has a password already.
flash-refused-unknown-message = The message is gone, or of no use any more.

# When something is in the way. The title says what, the text what to do next.

title-problem = Something is in the way
problem-reference = Reference
problem-not-found-title = This page does not exist
problem-not-found-text = The address may be mistyped, or what was here is gone.
problem-old-form-title = This page was open for too long
problem-old-form-text = Nothing was changed. Go back, load the page again, and try once more.
problem-cross-site-title = This did not come from our own page
problem-cross-site-text = Another site asked your browser to do this, so nothing was done. If you meant to do it, start from your settings.
problem-fault-title = Something went wrong on our side
problem-fault-text = It is not your doing, and it has been noted. Try again in a moment. If it happens again, tell us the reference below.
problem-busy-title = Too much is going on just now
problem-busy-text = Nothing was changed. Wait a few seconds, then try again.
problem-too-large-title = That was too much at once
problem-too-large-text = More was sent than this page takes, so nothing was changed. Go back and send less.
problem-bad-request-title = This could not be understood
problem-bad-request-text = Something was missing or damaged on the way, so nothing was changed. Go back, load the page again, and try once more.
problem-method-title = This page works differently
problem-method-text = It can't be used in this way, and nothing was changed. Start from your settings.
