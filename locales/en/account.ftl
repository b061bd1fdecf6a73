title-profile = Profile
profile-lead = Your name, and how dates and texts are shown to you.
email-verified = Verified: you have confirmed that you read mail there.
email-unverified = Not verified yet.
email-pending = Waiting for you to confirm { $email }
email-pending-until = The link in the mail works until { $until }
language-label = Language
time-zone-label = Time zone
time-zone-hint = Every date and time you see here is in this zone.
profile-button = Save
language-unknown = Choose one of the languages in the list.
time-zone-unknown = Choose one of the time zones in the list.

title-security = Security
overview-lead = Your password, where you are signed in, and what happened lately.

overview-review-title = This deserves a look
overview-review-answered-title = Somebody has answered this
overview-review-more =
    { $count ->
        [one] And one more.
       *[other] And { $count } more.
    }

overview-protection = How your account is protected
row-password = Password
row-password-changed = Changed { $when }
change-password-link = Change Password
row-two-factor = Two-Factor Authentication
row-two-factor-off = Off. Whoever learns your password can sign in as you.
row-two-factor-codes =
    { $count ->
        [0] no backup codes left
        [one] { $count } backup code left
       *[other] { $count } backup codes left
    }
row-two-factor-new-codes = Get new backup codes
row-email = Email
row-email-verified = { $email }, verified.
row-email-unverified = { $email }, not verified yet.
row-devices = Known browsers
row-devices-count =
    { $count ->
        [0] None yet.
        [one] You have signed in from one browser.
       *[other] You have signed in from { $count } browsers.
    }
row-tokens = API Keys
row-tokens-count =
    { $count ->
        [0] No program holds an access token of yours.
        [one] One access token lets a program use your account.
       *[other] { $count } access tokens let programs use your account.
    }

overview-sessions = Where you are signed in
session-active = active { $when }
session-signed-in = signed in { $when }
overview-more-sessions =
    { $count ->
        [one] See one more session
       *[other] See { $count } more sessions
    }
session-by-password = by password
session-by-authenticator = by password and authenticator app
session-by-sms = by password and a code by SMS
session-by-backup-code = by password and a backup code
session-by-trusted-browser = by password, in a trusted browser
session-by-link = by a one-time link
session-began = from { $place }
sign-out-others-button = Sign out all except current
sign-out-others-explanation =
    { $count ->
        [0] You are signed in nowhere else. This also ends sign-ins that wait for a code, mailed links, and the trust in browsers.
        [one] Ends the other session at once, and with it sign-ins that wait for a code, mailed links, and the trust in browsers. You stay signed in here.
       *[other] Ends all { $count } other sessions at once, and with them sign-ins that wait for a code, mailed links, and the trust in browsers. You stay signed in here.
    }
title-sessions = Active Sessions
sessions-lead = Every browser that is signed in to your account.
sessions-title = Where you are signed in
sessions-advice = Is one of them not you? Sign it out, and change your password.

overview-lately = Lately
overview-see-all = See all
overview-lately-empty = Nothing has happened yet
overview-lately-empty-hint = Each time someone signs in, is refused, or changes something, it appears here.
