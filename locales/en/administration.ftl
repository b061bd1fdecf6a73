title-set-up = Create the first administrator
set-up-explanation = This account looks after { $product }. You can add more people later.
set-up-email-hint = You sign in with it, and notices about your account go there.
set-up-button = Create administrator

# The administrator's pages.

title-admin-accounts = Accounts
admin-accounts-lead = Everybody who has an account at { $product }.
admin-accounts-title = Accounts
admin-search-label = Search by email
admin-search-button = Search
admin-invite-link = Invite someone
admin-account-made = created { $when }
admin-accounts-none = There is no account yet
admin-accounts-none-hint = Invite someone, and their account appears here.
admin-accounts-none-found = No address begins like this
admin-accounts-none-found-hint = The search looks at the beginning of email addresses, such as “mira” or “mira@example”.
admin-accounts-all = Show all accounts
admin-first-page = Back to the beginning
admin-next-page = Next page
admin-everybody-title = Sign everybody out
admin-everybody-text = For when you can’t tell who is in. Everyone signs in again with the password they have.
admin-everybody-button = Sign everybody out

state-active = Active
state-invited = Invited
state-suspended = Suspended
state-locked = Locked
state-closing = Closing
state-erased = Erased
state-administrator = Administrator
state-auditor = Auditor
state-password-required = New password required

title-admin-account = Account
admin-facts-title = About this account
admin-fact-email = Email
admin-fact-email-verified = Verified { $when }
admin-fact-email-unverified = Not verified yet
admin-fact-created = Created
admin-fact-closes = Closing
admin-fact-closes-at = Will be erased { $when }, unless its owner signs in before
admin-fact-factors = Signs in with
admin-fact-password = Password, set { $when }
admin-fact-invited = Nothing yet: the invitation is open until { $until }
admin-fact-no-password = Nothing yet: the invitation is no longer open
admin-fact-two-factor-off = Off
admin-fact-sessions = Signed in
admin-fact-sessions-count =
    { $count ->
        [0] On no browser
        [one] In one session
       *[other] In { $count } sessions
    }
admin-fact-devices = Known browsers
admin-fact-devices-count =
    { $count ->
        [0] None yet
        [one] One browser
       *[other] { $count } browsers
    }
admin-account-log = Read its security log
admin-acts-title = What you can do

title-admin-suspend = Suspend
act-suspend-text = Its owner is signed out everywhere at once and can’t sign in until you restore the account. They are told by mail, without the reason. Nothing is erased.
act-suspend-button = Suspend account
admin-reason-label = Reason
admin-reason-hint = Optional. It stands in the security log, where it can’t be erased, so name nobody.
admin-reason-too-long =
    { $max ->
        [one] Use at most { $max } character in one line.
       *[other] Use at most { $max } characters in one line.
    }
admin-reason-told-hint = The owner reads it in a mail. It stands in the security log, too, where it can’t be erased, so name nobody.
title-admin-remove-second-factor = Remove second factor
act-remove-second-factor-text = For an owner who has lost everything: first make sure that it is them. Their authenticator app, phone and backup codes stop working, they are signed out everywhere, and their password alone is enough until they set up a new one.
act-remove-second-factor-button = Remove second factor
title-admin-restore = Restore
act-restore-text = Its owner can sign in again with the password they have, and is told by mail. Failed sign-ins are forgotten.
act-restore-button = Restore account
title-admin-unlock = Unlock
act-unlock-text = For an owner who can’t reset the password by mail: first make sure that it is them. Anyone with the password they had, and the second factor where there is one, can sign in again, so consider requiring a new password first. The owner is told by mail.
act-unlock-button = Unlock account
title-admin-forget-failures = Forget failed sign-ins
act-forget-failures-text = For an owner who is told to wait because too many wrong passwords came.
act-forget-failures-button = Forget failed sign-ins
title-admin-require-password-change = Require a new password
act-require-password-change-text = Until its owner has chosen a new password, nothing else is open to them. They are told by mail.
act-require-password-change-button = Require a new password
title-admin-end-sessions = Sign out everywhere
act-end-sessions-text = Every session of this account ends at once. Its owner can sign in again, and is told by mail.
act-end-sessions-button = End all sessions
title-admin-reset-link = Send a reset link
act-reset-link-text = Its owner gets a mail with a link that sets a new password. It works once, for one hour; earlier links end. You don’t see it.
act-reset-link-button = Send reset link
title-admin-invitation = Send the invitation again
act-invitation-text = Its owner gets a new link that sets the first password. The earlier one ends.
act-invitation-button = Send invitation
title-admin-make-administrator = Make administrator
act-make-administrator-text = Its owner can do everything that you can do here, to your account too. They are told by mail.
act-make-administrator-button = Make administrator
title-admin-close = Close account
act-close-text = Its owner is signed out everywhere at once and told by mail. After 14 days everything personal is erased for good. Until then they keep it by signing in, and you by choosing Keep account.
act-close-button = Close account

title-admin-keep = Keep account
act-keep-text = The account was to be erased. It stays as it was, and its owner is told by mail.
act-keep-button = Keep account

title-admin-unmake-administrator = Remove as administrator
act-unmake-administrator-text = Its owner keeps their account, and no longer sees these pages. They are told by mail.
act-unmake-administrator-button = Remove as administrator

title-admin-make-auditor = Make auditor
act-make-auditor-text = Its owner can read and export everybody’s security log, and change nothing. They are told by mail.
act-make-auditor-button = Make auditor
title-admin-unmake-auditor = Remove as auditor
act-unmake-auditor-text = Its owner keeps their account, and sees only their own security log. They are told by mail.
act-unmake-auditor-button = Remove as auditor

title-admin-end-every-session = Sign everybody out?
admin-end-every-session-text = Every session of every account ends at once, except the one you are in now. People can sign in again with the password they have.
admin-end-every-session-button = End every session

title-admin-invite = Invite someone
admin-invite-lead = They get a mail with a link to choose their own password. You never see it.
admin-invite-email-hint = The link goes there, and they sign in with it.
admin-invite-administrator = Administrator
admin-invite-administrator-hint = They can do everything that you can do here.
admin-invite-button = Send invitation

title-admin-outbox = Outbox
admin-outbox-lead = Mail on its way out. To whom it goes and what it says is not shown.
admin-outbox-waiting-title = Right now
admin-outbox-waiting = Waiting
admin-outbox-count =
    { $count ->
        [0] No message
        [one] One message
       *[other] { $count } messages
    }
admin-outbox-oldest = The oldest
admin-outbox-written = Written { $when }
admin-outbox-dead = Given up
admin-outbox-dead-title = Given up
admin-outbox-dead-text = These could not be sent. Once the cause is mended, they can be tried again while they are of use.
admin-outbox-empty = Nothing was given up
admin-outbox-empty-hint = A message that can’t be sent in time appears here.
admin-outbox-attempts =
    { $count ->
        [0] Never tried
        [one] Tried once
       *[other] Tried { $count } times
    }
admin-outbox-since = given up { $when }
admin-outbox-account = the account
admin-outbox-retry = Try again
admin-outbox-gone = No longer of use

purpose-password-reset = Reset link
purpose-password-changed = Notice of a new password
purpose-invitation = Invitation
purpose-email-change = Link that proves a new address
purpose-second-factors-removed = Notice of removed second factors
purpose-email-changed = Notice of a new address
purpose-email-change-undone = Notice that the old address is back
purpose-sign-up = Link that proves an address
purpose-address-known = Notice of a sign-up with a known address
purpose-account-closing = Notice that an account closes
purpose-account-kept = Notice that an account stays
purpose-account-erased = Notice that an account is erased
purpose-password-change-required = Request for a new password
purpose-sessions-ended = Notice of ended sessions
purpose-administrator-made = Notice of a new administrator
purpose-administrator-unmade = Notice of an administrator less
purpose-auditor-made = Notice of a new auditor
purpose-auditor-unmade = Notice of an auditor less
purpose-second-factor-changed = Notice of a changed second factor
purpose-two-factor-disabled = Notice that 2FA is off
purpose-backup-codes-made = Notice of new backup codes
purpose-backup-code-used = Notice of a used backup code
purpose-wrong-codes = Notice of wrong 2FA codes
purpose-text-code = Code by text message
purpose-texts-stopped = Notice that text messages are used up
purpose-passwords-tried = Notice of guessed passwords
purpose-sign-in-closed = Notice of a sign-in closed by guesses
purpose-account-suspended = Notice of a suspension
purpose-account-restored = Notice that a suspension is over
purpose-account-locked = Notice of a lock
purpose-account-unlocked = Notice that a lock is over
purpose-new-sign-in = Notice of a new sign-in
purpose-sign-in-text = Notice of a new sign-in, by SMS
purpose-access-token-made = Notice of a new access token
purpose-access-token-expiring = Notice of an access token that expires
purpose-access-token-leaked = Notice of a leaked access token
purpose-application-logout = Word to an application that a session has ended
purpose-member-invited = Invitation to an organisation
purpose-member-added = Notice of a membership
purpose-member-role-changed = Notice of another role in an organisation
purpose-member-removed = Notice of the end of a membership
purpose-allowlist-changed = Notice of a changed IP allowlist
purpose-allowlist-rolled-back = Notice of an IP allowlist that was undone
purpose-allowlist-disabled = Notice of an IP allowlist that was switched off
purpose-two-factor-required = Notice of required two-factor authentication
purpose-notifications-changed = Notice of notifications turned off

title-admin-log = Security Log
admin-log-link-of = Security Log of { $email }
admin-log-lead = What happened here, to whom, and who did it.
admin-log-of-account = What happened to { $email }.
admin-log-title = Events
admin-log-hint = Newest first. That you read them is an event, too.
admin-log-empty = Nothing has happened yet
admin-log-back = Back to the account
log-by-owner = By its owner
log-by-administrator = By { $email }
log-by-operator = By the operator of the server
log-by-nobody = By somebody who was not signed in
log-typed = typed: { $email }
log-reason = Reason: { $reason }
