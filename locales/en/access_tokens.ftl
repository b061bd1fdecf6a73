# Personal access tokens.
permissions-profile = Profile
permissions-sessions = Sessions
permissions-log = Security log
permissions-tokens = Access tokens
permission-profile-read = See your name, email address, language and time zone
permission-sessions-read = See where you are signed in
permission-sessions-end = Sign out your sessions
permission-log-read = Read your security log
permission-log-export = Download your security log as a file
permission-tokens-read = See your access tokens, but not what opens them
permission-tokens-revoke = Revoke your access tokens

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
