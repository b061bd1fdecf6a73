# Personal access tokens.
permissions-profile = Profile
permissions-sessions = Sessions
permissions-log = Security log
permissions-tokens = Access tokens
permissions-organisations = Organisations
permissions-administration = Administration
permissions-application = Application
permission-profile-read = See your name, email address, language and time zone
permission-sessions-read = See where you are signed in
permission-sessions-end = Sign out your sessions
permission-log-read = Read your security log
permission-log-export = Download your security log as a file
permission-tokens-read = See your access tokens, but not what opens them
permission-tokens-revoke = Revoke your access tokens
permission-organisations-read = Read your organisations and their members, and what is asked of members where you are an owner or admin
permission-organisations-write = Change the IP allowlist and required two-factor authentication of organisations where you are an owner or admin
permission-organisations-log = Read and download the security log of organisations where you are an owner or admin
permission-admin-organisations = Make organisations, if you are an administrator
permission-admin-read = Read everybody’s accounts and security log, if you are an administrator or auditor

mail-token-leaked-subject = An access token of your { $product } account was leaked
mail-token-leaked-text = Your access token “{ $name }” was found where others could read it. We have revoked it: it opens nothing any more.
mail-token-leaked-next = Look in your security log for what was done with it, make a new token for whatever used it, and keep that out of source code and messages.
mail-token-button = See your access tokens
mail-token-name = Token
mail-token-permissions = Permissions
mail-token-expires = Expires
mail-token-never = Never
mail-token-made-subject = An access token was made in your { $product } account
mail-token-made-text = Somebody made a personal access token in your { $product } account. Whoever holds it can use your account within its permissions, without your password.
mail-token-made-not-you = If this wasn’t you, revoke the token, change your password, and look at your active sessions.
mail-token-expiring-subject = An access token of your { $product } account expires soon
mail-token-expiring-text = Your access token “{ $name }” expires on { $at }. What uses it stops working then.
mail-token-expiring-next = If you still need it, make a new token and use that instead. If you don’t, there is nothing to do.

title-api-keys = API Keys
api-keys-lead = Keys that let programs use your account without your password.
tokens-title = Personal Access Tokens
tokens-empty = You have no access tokens
tokens-empty-hint = Generate one for a script or a program that should use your account.
tokens-advice = Give each program a token of its own, with as few permissions as it needs, and revoke it when it is no longer in use.
action-generate-token = Generate Token
action-revoke = Revoke
action-edit = Edit
action-revoke-all-tokens = Revoke all
tokens-newer = Newest tokens
tokens-older = Older tokens
tokens-sources = Only from { $sources }
token-made = Made { $when }
token-expires = Expires { $when }
token-expired = Expired { $when }
token-never-expires = Does not expire
token-revoked = Revoked { $when }
token-never-used = Never used
token-used = Last used { $when }
token-state-live = Active
token-state-expired = Expired
token-state-revoked = Revoked
flash-token-revoked = The token is revoked. It opens nothing any more.
flash-tokens-revoked = All your access tokens are revoked.
flash-token-renamed = The token has its new name.
flash-token-narrowed = The token is allowed less from now on.
flash-refused-token-made = That page has made its token already. A token is shown only once: if you don’t have it, revoke it and generate another.
flash-refused-not-narrower = Nothing was changed: take away at least one permission, and leave at least one. To allow more, generate another token.

title-generate-token = Generate Token
generate-token-lead = A program that has the token can use your account within the permissions you choose.
token-name-label = Name
token-name-hint = What you will know it by, such as the program that uses it.
token-expiration-label = Expiration
token-expiration-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
token-expiration-date = On a date
token-expiration-never = No expiration
token-expiration-hint = After that it opens nothing. We tell you a week and a day before.
token-expiration-hint-longest = After that it opens nothing. We tell you a week and a day before. The longest is { $count ->
    [one] { $count } day
   *[other] { $count } days
}.
token-date-label = Date
token-date-hint = Only if you chose “On a date”. The token works through the end of that day.
token-permissions-label = Permissions
token-organisations-label = Organisations
token-organisations-hint = Tick some to limit the token to them: it then opens what is theirs, and nothing else, your own account neither.
token-organisations-wrong = These are not organisations that you belong to, or more than 50.
tokens-limited = Only for { $organisations }
tokens-limited-gone = an organisation that is not yours any more
token-sources-label = Limit to addresses (optional)
token-sources-hint = One address or network a line, such as 192.0.2.7 or 2001:db8::/32. Left empty, the token works from anywhere.
token-expiration-wrong = Choose one of these.
token-date-wrong = Enter a date.
token-date-past = That is over. Choose a day from today on.
token-date-late = That is too late. The last day possible is { $day }.
token-permissions-none = Choose at least one permission.
token-permissions-unknown = There is no such permission. Choose from these.
token-source-unreadable = Line { $line } is neither an address nor a network.
token-source-beyond = Line { $line } names more than its network: { $network } was meant?
token-sources-many = At most { $most } addresses and networks.
tokens-too-many = You have { $most } access tokens, and there can’t be more. Revoke one that you don’t need.

title-token-made = Your new token
token-made-lead = “{ $name }” is ready.
token-made-once = Copy it now: it is not shown again.
token-made-store = Store it securely, as you would a password. Whoever has it can use your account within its permissions.
token-made-label = Token
token-made-try = Try it
token-made-try-hint = With the token in the environment variable PORTCULLIS_TOKEN, this shows your profile:
token-made-try-hint-other = With the token in the environment variable PORTCULLIS_TOKEN, this is how it is sent. Your token may not read the profile, so this one is refused:
token-made-done = Done

title-token = Access token
token-rename-title = Rename
action-rename = Rename
token-narrow-title = Permissions
token-narrow-hint = You can take permissions away, and never add any: generate another token for that.
action-narrow = Allow only these
title-revoke-tokens = Revoke all access tokens
revoke-tokens-text = { $count ->
    [one] The one token that is in use opens nothing any more, and what uses it stops working.
   *[other] All { $count } tokens that are in use open nothing any more, and what uses them stops working.
}
action-revoke-all = Revoke all tokens

admin-account-tokens = Access tokens
admin-fact-tokens-count = { $count ->
    [0] None in use
    [one] { $count } in use
   *[other] { $count } in use
}
admin-tokens-empty = This account has no access tokens
admin-back-to-account = Back to the account
act-revoke-tokens-text = Nothing that uses one of the account’s access tokens can go on. Its owner can make new ones.
flash-admin-token-revoked = The token is revoked.
flash-admin-tokens-revoked = The account’s access tokens are revoked.
