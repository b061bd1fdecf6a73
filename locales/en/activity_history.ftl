# The Security Log as people read it.

title-log = Security Log
title-log-event = Security event
log-lead = Every sign-in, every change and every refusal on your account.
log-history-title = Activity History
log-history-hint = Newest first. Choose an entry to see all that is known of it.
log-empty = Nothing has happened yet
log-empty-hint = Sign-ins, changes and refusals appear here.
log-stopped = So far for this address. There may be more among older entries.
log-pages = Pages of the log
log-newest = Newest
log-older = Older

filter-title = Filter
filter-kind-label = Kind
filter-any-kind = All kinds
filter-result-label = Result
filter-any-result = Any result
filter-from-label = From
filter-until-label = Until
filter-address-label = IP address
filter-button = Apply
filter-clear = Clear filters
filter-choice-unknown = Choose one from the list.
filter-day-invalid = Enter a day, such as 2026-11-24.
filter-until-before-from = Choose a day that is not before the first.
filter-address-invalid = Enter a whole address, such as 203.0.113.24 or 2001:db8::7.
filter-wrong = Nothing was looked for yet
filter-wrong-hint = Mend what is marked above, then choose Apply.
filter-nothing = Nothing fits these filters
filter-nothing-hint = Choose a longer period, another kind, or any result.

area-sign-ins = Login attempts
area-passwords = Password changes
area-two-factor = 2FA changes
area-sessions = Session activity
area-access-tokens = Access tokens
area-organisations = Organisations
area-email = Email
area-account = Account
area-administration = Administration

verdict-succeeded = Succeeded
verdict-refused = Refused

chart-title = Sign-ins, last 28 days
chart-summary =
    { $succeeded ->
        [0] Nobody signed in
        [one] { $succeeded } sign-in succeeded
       *[other] { $succeeded } sign-ins succeeded
    }, { $refused ->
        [0] none was refused.
        [one] { $refused } was refused.
       *[other] { $refused } were refused.
    }
chart-day = { $day }: { $succeeded } succeeded, { $refused } refused
chart-key-succeeded = Succeeded, above the line
chart-key-refused = Refused, below the line
countries-title = Where from
countries-count = { $succeeded } succeeded · { $refused } refused
countries-more =
    { $count ->
        [one] and one more
       *[other] and { $count } more
    }
chart-as-table = Show as a table
chart-table-caption = Sign-ins by day
chart-table-day = Day

day-today = Today
day-yesterday = Yesterday
day-monday = Monday
day-tuesday = Tuesday
day-wednesday = Wednesday
day-thursday = Thursday
day-friday = Friday
day-saturday = Saturday
day-sunday = Sunday

by-you = You
by-nobody = Somebody who was not signed in
by-an-administrator = By an administrator
by-the-operator = By the operator of the server
by-the-server = By the server itself

fact-title = What is known
fact-when = When
fact-kind = Kind
fact-result = Result
fact-reason = Why
fact-who = Who
fact-method = Signed in with
fact-count = Ended
fact-device = Device
fact-place = Place
fact-address = IP address
fact-program = Program
fact-email = Email typed
fact-session = Session
fact-technical-title = For the record
fact-technical-hint = What a program or an auditor may ask for.
fact-type = Type
fact-id = Event
fact-session-id = Session
fact-object-id = Done to
fact-leaf = Seal
method-password-alone = Password
session-is-this = The one you are in now
session-is-live = Still active
session-is-over = Over

reason-wrong-password = The password was wrong
reason-wrong-code = The code was wrong
reason-used-code = The code was used before
reason-no-second-factor = There was no such second factor
reason-last-second-factor = It was the only second factor
reason-email-unverified = The email address was not verified
reason-unknown-account = There was no such account
reason-suspended = The account was suspended
reason-locked = The account was locked
reason-throttled = There were too many attempts
reason-policy = The new password did not meet the requirements
reason-link = The link was unknown, used or too old
reason-email-taken = Another account had the address
reason-unknown-session = There was no such session
reason-last-administrator = Nobody would have been left to administer
reason-own-account = Nobody can do that to their own account
reason-already = It was so already
reason-no-password = The account had no password yet
reason-has-password = The account had a password already
reason-unknown-message = The message was gone, or of no use any more
reason-cross-site = It came from another site
reason-old-form = The page was too old
reason-unknown-token = There is no such access token
reason-too-many-tokens = There are as many access tokens as there can be
reason-not-narrower = It would not allow less
reason-unknown-finding = There is no such suspicious activity
reason-declined = The owner has said no
reason-authorization-code = The code was too old, or not for whoever presented it
reason-unknown-application = There is no such application
reason-permission-taken = Another application declares the permission
reason-origin-taken = Another application lives at the origin
reason-changed-meanwhile = Somebody else had changed it meanwhile
reason-public-application = A public application has no secrets
reason-too-many-secrets = The application has as many secrets as it can have
reason-unknown-secret = There is no such secret
reason-unknown-permission = There is no such permission
reason-unknown-organisation = There is no such organisation
reason-slug-taken = Another organisation had the short name
reason-unknown-member = There is no such member
reason-unknown-invitation = There is no such invitation
reason-role = The role did not allow it
reason-last-owner = Nobody would have been left to own the organisation
reason-other-address = It was for another address
reason-plan = It is not part of the plan
reason-stale-page = Somebody else had saved meanwhile
reason-locks-out = It would have locked out whoever did it
reason-address-not-allowed = The address is not on the IP allowlist
reason-second-factor-required = Two-factor authentication is required
reason-too-many = There were too many
