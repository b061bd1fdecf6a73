# On the way to an application behind this product, and away from it.

title-leaving = One moment
leaving-onward = This goes on by itself.
leaving-to = You are going on to { $name }.
leaving-link = Continue

title-consent = Continue to an application
consent-heading = Continue to { $name }
consent-lead = { $name } will:
consent-openid = Know that it is you, and when you signed in
consent-profile = See your name, language and time zone
consent-email = See your email address
consent-organisation = What you are in the organisation { $organisation }
consent-continue = Continue
consent-host = This takes you to { $host }.

title-needs-second-factor = A second factor is needed
needs-second-factor-lead = { $name } asks for a second factor, and your account has none.
needs-second-factor-how = Set one up now; it takes two minutes. Then you go on to { $name }.
needs-second-factor-set-up = Set up 2FA
needs-second-factor-without = Back to { $name } without

sign-out-of-all = This signs you out of { $product } in this browser, and of every application that you opened with it.
sign-out-of-all-asked = { $name } asks to sign you out. This signs you out of { $product } in this browser, and of every application that you opened with it.
sign-out-of-all-button = Sign out of all
sign-out-stay = Stay signed in

title-unanswered = This can’t go on
unanswered-sign-in = The application that sent you here has asked in a way that can’t be answered safely. Nothing was sent to it. Please tell whoever runs it.
unanswered-sign-out = The application that sent you here wants to sign you out in a way that can’t be answered safely. Please tell whoever runs it.
unanswered-for-developers = For the application’s developer
unanswered-no-application = client_id is missing, or is no application here.
unanswered-no-address = redirect_uri is missing.
unanswered-ambiguous = client_id or redirect_uri stands in the query twice, or the query is not UTF-8.
unanswered-foreign-address = redirect_uri is none of the application’s registered addresses: they are compared character by character.
unanswered-foreign-sign-out = post_logout_redirect_uri is none of the application’s registered addresses: they are compared character by character.
unanswered-sign-out-unreadable = id_token_hint is no ID token from here, or not of the client_id; or a parameter stands in the query twice.
