# Mail. The subject says what happened; every message says who, what, where and when, and what to do if it
# was not the reader. No message asks for a password.

mail-when = When
mail-last-try = The last try
mail-place = From
mail-browser = Browser
mail-link-in-full = Or copy this address into your browser:
mail-footer = { $product } sends this because of your account at { $site }. We never ask for your password by mail.

mail-password-changed-subject = Your password was changed
mail-password-changed-text = The password of your account at { $product } was changed.
mail-password-changed-not-you = If that was you, there is nothing to do. If it was not, choose Forgot Password on the sign-in page at once: that signs everyone else out.

mail-password-reset-subject = Create a new password for { $product }
mail-password-reset-text = Somebody asked for a new password for your account at { $product }. To choose one, open the link before { $until }. It works once.
mail-password-reset-sent = Whoever looks after { $product } sends you this link: it sets a new password for your account. To choose one, open it before { $until }. It works once.
mail-password-reset-button = Create new password
mail-password-reset-not-you = If you did not ask for this, you need do nothing: unless the link is used, your password stays as it is. Do not pass the link on to anyone.

mail-sign-up-subject = Create your account at { $product }
mail-sign-up-text = Somebody asked for an account at { $product } with this address. To create it, open the link before { $until }. It works once.
mail-sign-up-button = Create account
mail-sign-up-not-you = If you did not ask for this, ignore this mail: there is no account, and none will be made.

mail-address-known-subject = You already have an account at { $product }
mail-address-known-text = Somebody, perhaps you, asked for an account at { $product } with this address. It has one already, so nothing was changed.
mail-address-known-button = Sign in
mail-address-known-forgot = If you don’t know the password any more, choose Forgot Password on that page. If it was not you who asked, there is nothing to do.

mail-invitation-subject = Your account at { $product } is ready
mail-invitation-text = An account at { $product } was made for you. To start, choose a password before { $until }.
mail-invitation-button = Choose a password
mail-invitation-not-you = If you do not know what this is about, ignore this mail: without a password the account can't be used.

mail-passwords-tried-subject = Someone is trying passwords for your account at { $product }
mail-passwords-tried-text =
    { $count ->
        [one] A wrong password was typed for your account at { $product }. It did not let anybody in.
       *[other] { $count } wrong passwords in a row were typed for your account at { $product }. None of them let anybody in.
    }
mail-passwords-tried-safe = Each further try has to wait longer, up to an hour. That holds for a new browser of yours, too. Where you are signed in you stay signed in, and in a browser that you have used before, your password works as ever.
mail-passwords-tried-button = Review your account
mail-passwords-tried-next = If it was you, there is nothing to do. If it was not, there is nothing you have to do either, as long as your password is hard to guess and you use it nowhere else. Otherwise choose Change Password on that page now.

mail-sign-in-closed-subject = Your account at { $product } is closed to new browsers
mail-sign-in-closed-text =
    { $count ->
        [one] A wrong password was typed for your account at { $product }. So that nobody can go on guessing, only browsers that you have used before are let in now.
       *[other] { $count } wrong passwords in a row were typed for your account at { $product }. None of them let anybody in. So that nobody can go on guessing, only browsers that you have used before are let in now.
    }
mail-sign-in-closed-open = To open it again, sign in from such a browser: there your password works as ever. If you have none at hand, create a new password by mail.
mail-sign-in-closed-button = Create new password
mail-sign-in-closed-next = Where you are signed in you stay signed in, unless you create a new password. If you do nothing, your account stays safe, and closed to new browsers.

title-local-mail = Mail on this machine
title-local-message = A message
local-mail-explanation = Mail waits here while no mail server is set, and text messages while no carrier is. Only this machine can open this page.
local-mail-empty = No mail yet
local-mail-empty-hint = What would be mailed to people appears here.
local-mail-html = Show as HTML
local-mail-back = All mail
mail-done-at = This was done { $when }.
mail-former-address = You get this because the account had this address until lately. Until { $until }, notices about its security come here, too.

mail-password-change-required-subject = Choose a new password for { $product }
mail-password-change-required-text = Whoever looks after { $product } asks you to change the password of your account. Until you have, nothing else is open to you there.
mail-password-change-required-button = Change Password
mail-password-change-required-why = Sign in with the password that you have, and you are led to the page. If you do not know why this is asked of you, ask whoever looks after { $product } before you do anything.

mail-sessions-ended-subject = You were signed out of { $product } everywhere
mail-sessions-ended-text = Whoever looks after { $product } has signed your account out on every browser.
mail-sessions-ended-next = To go on, sign in again. Your password is what it was.

mail-second-factors-removed-subject = Your second factor for { $product } was removed
mail-second-factors-removed-text = Whoever looks after { $product } has removed your second factors. Your authenticator app and backup codes no longer work there, your password alone is enough to sign in, and you were signed out everywhere.
mail-second-factors-removed-reason = The reason that they gave: { $reason }
mail-second-factors-removed-next = Sign in, and set up a new second factor at once.
mail-second-factors-removed-unexpected = If you did not ask for this, change your password now, and ask whoever looks after it why.

mail-account-suspended-subject = Your account at { $product } is suspended
mail-account-suspended-text = Whoever looks after { $product } has suspended your account. You are signed out everywhere and can’t sign in for now. Nothing was erased.
mail-account-suspended-ask = If you don’t know why, ask whoever looks after { $product }. There is nothing you can do by yourself.

mail-account-restored-subject = Your account at { $product } is open again
mail-account-restored-text = Whoever looks after { $product } has restored your account. Sign in with the password that you have.
mail-account-restored-button = Sign in
mail-account-restored-forgot = If you don’t know it any more, choose Forgot Password on that page.

mail-administrator-made-subject = You are an administrator of { $product }
mail-administrator-made-text = Your account now looks after { $product }: it can see and change other people’s accounts.
mail-administrator-made-unexpected = If you did not expect this, tell another administrator. Never pass your password on.

mail-administrator-unmade-subject = You are no longer an administrator of { $product }
mail-administrator-unmade-text = Your account no longer looks after { $product }. Everything else about it stays as it was.
mail-administrator-unmade-unexpected = If you did not expect this, ask another administrator.

mail-auditor-made-subject = You are an auditor of { $product }
mail-auditor-made-text = Your account can now read and export every security log of { $product }. It can change nothing of other people’s.
mail-auditor-made-unexpected = If you did not expect this, tell an administrator. Never pass your password on.

mail-auditor-unmade-subject = You are no longer an auditor of { $product }
mail-auditor-unmade-text = Your account no longer reads other people’s security logs at { $product }. Everything else about it stays as it was.
mail-auditor-unmade-unexpected = If you did not expect this, ask an administrator.

# A text message of one part: letters of GSM 03.38 only, so no curly quotation marks.
text-code = { $code } is your { $product } code. Do not share it with anyone.

mail-texts-stopped-subject = { $product } sends no more codes by text message today
mail-texts-stopped-text = So many codes by text message were asked for today that { $product } stopped sending them: at { $limit } a day, or half as many to phones that nobody has proved yet. From midnight (UTC) on they are sent again.
mail-texts-stopped-cause = If many people signed in today, raise sms_daily_limit. If not, somebody may be asking for codes to numbers that are not theirs: look at the security log, and close sign-up if you can.
mail-texts-stopped-meanwhile = Until then people get in with their authenticator apps and backup codes.
