# Applications: the administrator's pages, and those of owners.

nav-admin-applications = Applications

title-admin-applications = Applications
admin-applications-lead = The products that people sign in to with { $product }.
admin-applications-empty = There is no application yet
admin-applications-empty-hint = Add one for each product that should know who somebody is and what they may do.
admin-application-new = Add application
admin-application-made = Made { $when }

title-admin-application = Application
title-admin-application-new = Add application
title-admin-application-change = Change application
title-admin-application-made = Application made
title-admin-application-secret = New secret
title-admin-application-remove = Remove application

application-edit-lead = What stands here is what a program may rely on, and nothing else is accepted.
application-what-title = Application
application-name-label = Name
application-name-hint = People see it when they sign in to the application.
application-kind-label = Kind
application-kind-confidential = Confidential
application-kind-confidential-hint = It runs on a server, and proves itself by a secret.
application-kind-public = Public
application-kind-public-hint = It runs in a browser or on a device, where no secret can be kept. PKCE protects its sign-ins.
application-sign-in-title = Signing in
application-sign-in-hint = By OpenID Connect, with the authorization code flow.
application-return-label = Return addresses
application-return-hint = One a line, exactly as the application sends it. People come back there after signing in.
application-after-sign-out-label = Addresses after signing out
application-after-sign-out-hint = One a line. Optional.
application-lifetime-label = Longest session
application-lifetime-hint = It always ends with the person’s session here.
application-lifetime-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
application-lifetime-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
application-lifetime-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
application-algorithm-label = ID token signature
application-algorithm-hint = Choose RS256 only for a program that knows nothing else.
application-algorithm-es256 = ES256 (recommended)
application-algorithm-rs256 = RS256
application-logout-label = Back-channel logout URL
application-logout-hint = We tell the application there when a session of its own has ended. Optional.
application-permissions-title = Permissions
application-permissions-text = What access tokens can be allowed in this application. A permission that is taken out is taken from every token that has it.
application-permissions-label = Declared permissions
application-permissions-hint = One a line: its name, a space, and what it lets a program do. For example: invoices:read See your invoices
application-gate-title = Forward-auth
application-gate-text = For an application that knows nothing of OpenID Connect: the reverse proxy in front of it asks us about each request.
application-gate-label = Origins behind the gate
application-gate-hint = One a line, such as https://app.example.com. Optional.
application-assertion-label = Sign who it is
application-assertion-hint = With each request, the application gets the header Remote-Assertion: a token of one minute that it can verify with our published keys. It has to look, or it changes nothing.
application-assertion-title = Signed identity
application-assertion-on = In the header Remote-Assertion
application-assertion-off = Off
application-make = Add application
application-save = Save

application-choose = Choose one of these.
application-line-wrong = Line { $line }: { $why }
application-lines-many = At most { $most } lines.
application-address-unreadable = This is no address. Begin with https:// and a host.
application-address-long = This address is too long.
application-address-spelling = Write it as programs do: { $usual }
application-address-insecure = Use https://. Only addresses of one’s own machine, such as http://localhost:3000, may go without.
application-address-scheme = Use https://. A public application may have a scheme of its own with a dot in it, such as com.example.app:/callback.
application-address-fragment = Leave out the # and what comes after it.
application-address-user = Leave out the user name and the @.
application-address-wildcard = No address stands for several: list each, without *.
application-address-path = Only scheme and host, and a port if it is not the usual one.
application-address-network = Nothing is sent into this network. Whoever runs the server can allow it by application_networks.
application-permission-form = A permission is two words with a colon between, such as invoices:read, in lower case.
application-permission-long = This name is too long.
application-permission-own = Permissions of that kind are our own. Choose another first word.
application-permission-about = Say behind the name what it lets a program do.
application-permission-about-long = Say it in 100 characters at most.
application-permission-twice = This permission stands there before.
application-permission-taken = Another application declares { $name }. A permission means one thing everywhere.
application-origin-taken = Another application is behind the gate at { $origin }.
application-changed-meanwhile = Somebody else has changed this application since you opened the form. What you typed is still here: look at the application in another window, then save.

application-facts-title = For developers
application-facts-hint = What a program needs to sign people in.
application-client-id = Client ID
application-client-secret = Client secret
application-issuer = Issuer
application-discovery = Discovery document
application-sessions-label = Signed in
application-sessions-count = { $count ->
    [0] Nobody
    [one] { $count } session
   *[other] { $count } sessions
}
application-change = Change
application-secrets-title = Secrets
application-secrets-hint = The application proves itself by any of them. We keep none that could be shown again.
application-secrets-empty = No secret proves this application
application-secrets-empty-hint = Nobody can sign in to it until you make one.
application-secret-old = Replaced
application-overlap-label = The present secrets work for
application-overlap-none = no longer at all
application-overlap-hour = 1 hour more
application-overlap-day = 1 day more
application-overlap-week = 7 days more
application-rotate = Make new secret
application-permissions-empty = It declares no permissions
application-permissions-empty-hint = With some, people can make access tokens for it.
application-remove-hint = Everybody is signed out of it, for good.
application-remove = Remove application
application-remove-text = “{ $name }” can’t sign anybody in or check anything any more, from this moment on.
application-remove-sessions = { $count ->
    [0] Nobody is signed in to it at the moment.
    [one] One session in it ends.
   *[other] { $count } sessions in it end.
}
application-remove-secrets = Its secrets prove nothing any more.
application-remove-permissions = These permissions are taken from every access token:
application-remove-forever = It can’t be undone. Its client ID is not used again.

application-secret-lead = “{ $name }” can prove itself.
application-secret-store = Store it where the application reads its secrets, never in source code.
application-credentials-title = Credentials

flash-admin-application-made = The application is there.
flash-admin-application-changed = The application is changed.
flash-admin-application-removed = The application is removed.
flash-admin-secret-revoked = The secret is revoked. It proves nothing any more.
flash-refused-application-made = That page has made its application already. Its secret is shown only once: if you don’t have it, make another.
flash-refused-secret-made = That page has made its secret already. A secret is shown only once: if you don’t have it, revoke it and make another.
flash-refused-too-many-secrets = There are 5 secrets, and there can’t be more. Revoke one that is not in use.
flash-refused-public-application = A public application has no secrets.

# Those of owners.
nav-applications = Applications
title-connected-applications = Applications
connected-applications-lead = Where you have signed in with your { $product } account, and what each application may see.
connected-applications-title = Applications with access
connected-applications-empty = No application has access to your account
connected-applications-empty-hint = An application appears here once you sign in to it with this account.
connected-applications-link = Applications you are signed in to
connected-since = Access since { $when }
connected-used = Last used { $when }
connected-never-used = Not used yet
connected-signed-in = Signed in
connected-sees-nothing = May see nothing but that it is you.
connected-sees = May:
connected-sees-profile = See your name, language and time zone
connected-sees-email = See your email address
action-remove-access = Remove access
connected-advice = Removing access signs you out of the application at once. Signing in to it again asks you first. Access tokens are revoked on their own page.
flash-access-removed = The application has no access any more, and you are signed out of it.
session-applications = Signed in to: { $names }
row-applications = Applications
row-applications-count = { $count ->
    [0] None has access to your account
    [one] { $count } has access to your account
   *[other] { $count } have access to your account
}
