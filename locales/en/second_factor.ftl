# Two-factor authentication: setting it up, being asked for it, and what is told of it.

nav-two-factor = Two-Factor Authentication
title-two-factor = Two-Factor Authentication
two-factor-lead = Signing in takes your password and something that only you have: a code from your phone.

two-factor-off-title = 2FA is off
two-factor-off-text = Whoever learns your password can sign in as you. With two-factor authentication the password alone opens nothing.
two-factor-off-what = You need an authenticator app on your phone, or a password manager that shows codes.
two-factor-off-codes = You get 10 backup codes for the day when the phone is not at hand.
two-factor-off-sessions = All your other sessions are signed out when it is switched on.
two-factor-email-title = Verify your email address first
two-factor-email-text = It is how you hear of changes to your account. Ask for a link to your address and open it.
verify-email-link = Verify email address
enable-two-factor-link = Enable 2FA

two-factor-unfinished-title = You have begun to set this up
two-factor-unfinished-text = Nothing has changed yet. Go on where you were, or give it up.
action-go-on = Go on
action-give-up = Give up

two-factor-methods = 2FA is on
two-factor-methods-hint = Signing in takes your password, and one of these.
factor-authenticator = Authenticator app
factor-phone = SMS verification
factor-authenticator-missing = Codes from an app on your phone: they need no signal and can’t be redirected.
factor-added = Added { $when }
factor-used = last used { $when }
badge-preferred = Asked for first
badge-few = Few left
action-prefer = Ask for this first
action-replace = Replace
action-remove = Remove
action-add = Add
action-set-up = Set up
action-verify = Verify
action-copy = Copy
action-copied = Copied
action-download = Download
action-print = Print
action-back = Back

title-choose-method = Choose method
choose-method-lead = How do you want to get your codes?
two-factor-then = Then you go on to { $name }.
choose-authenticator = Authenticator app (recommended)
choose-authenticator-hint = An app on your phone shows a new code every 30 seconds. It works without a signal.
choose-authenticator-replaces = The app that you have now goes on working until the new one has shown its first code.

choose-authenticator-which = No such app yet? Get one from your phone’s app store, such as Google Authenticator, Microsoft Authenticator or 2FAS. Many password managers show codes, too.

choose-sms = SMS verification
choose-sms-hint = We send a code to your phone by text message. Weaker than an app: a number can be taken over by others.
choose-sms-replaces = The number that you have now goes on working until the new one has got its first code.
factor-phone-missing = Codes by text message, for when the app is not at hand. Weaker: a number can be taken over by others.

title-phone = SMS verification
phone-lead = Which phone should get your codes?
phone-weaker = An authenticator app is safer: text messages can be read on the way, and a number can be moved to somebody else’s phone.
number-label = Mobile number
number-hint = With its country’s code, such as +44.
number-countries = Numbers from these countries can be used: { $countries }.
number-invalid = This is not a phone number.
number-no-country = Begin with the country’s code, such as +44.
number-country = Numbers from this country can’t be used here.
number-not-mobile = This is not a mobile phone’s number.
action-send-code = Send code
action-send-again = Send another code
action-other-number = Use another number
title-verify-phone = SMS verification
verify-phone-lead = We have sent a code to { $number }. Type it here.
code-not-come = It can take a minute. A new code makes the one before it invalid.
code-sms-wrong = This code is not right. Only the newest one works, for 10 minutes.
code-wait-seconds =
    { $count ->
        [one] You can ask for another code in { $count } second.
       *[other] You can ask for another code in { $count } seconds.
    }
code-wait-minutes =
    { $count ->
        [one] You can ask for another code in { $count } minute.
       *[other] You can ask for another code in { $count } minutes.
    }

title-authenticator = Authenticator app
authenticator-lead = Add this account to your app, then type the code that it shows.
authenticator-scan = Scan the QR code
authenticator-scan-hint = Open your authenticator app, choose to add an account, and point the camera here.
authenticator-qr = QR code for your authenticator app. The key beside it does the same.
authenticator-open-app = Set up on this device
authenticator-key = Or enter the key
authenticator-key-hint = If you can’t scan, type this key into the app. It is time-based, with 6 digits.
authenticator-code-hint = The 6 digits that the app shows for this account now.
code-label = Verification code
backup-code-label = Backup code
code-wrong = This code is not right. Codes change every 30 seconds: type the one that is shown now.
code-used = This code was used before. Wait for the next one.
code-malformed = A code has 6 digits.
backup-code-wrong = This is none of your unused backup codes.
backup-code-malformed = A backup code has 16 letters and digits, like abcd-efgh-jkmn-pqrs.

title-backup-codes = Backup codes
title-save-backup-codes = Save backup codes
save-codes-lead-enabling = The last step: 2FA is on once you have saved these.
save-codes-lead = Your old codes work until you confirm that you have saved these.
backup-codes-warning = Store backup codes securely. They are your only recovery option if you lose access to your 2FA device.
backup-codes-once = You see them only now. Each code works once.
backup-codes-saved-label = I have saved these backup codes
backup-codes-not-saved = Save the codes, then tick that you have saved them.
backup-codes-file = Backup codes of { $email } for { $product }. Each works once.
action-turn-on-two-factor = Turn on 2FA
action-use-new-codes = Use the new codes
backup-codes-lead = For the day when your phone is not at hand.
backup-codes-card = Your codes
backup-codes-left =
    { $count ->
        [0] No unused codes are left
        [one] { $count } unused code is left
       *[other] { $count } unused codes are left
    }
backup-codes-few = Generate new codes before you run out.
backup-codes-each-once = Each code works once.
backup-codes-where = Store them in a password manager, or print them and keep them safe.
backup-codes-new-void-old = New codes make all older ones invalid.
generate-codes-button = Generate new codes

title-disable-two-factor = Disable 2FA
disable-two-factor-link = Disable 2FA
disable-two-factor-hint = Without it, your password alone is enough to sign in.
disable-two-factor-lead = This makes your account easier to break into.
disable-two-factor-password-alone = Your password alone will be enough to sign in.
disable-two-factor-codes = Your authenticator app, phone and backup codes for this account stop working.
disable-two-factor-sessions = All your other sessions are signed out.
confirm-disable-button = Confirm disable

title-sign-in-two-factor = Two-Factor Authentication
sign-in-two-factor-button = Sign in
sign-in-cancel-button = Cancel and start again
way-hint-authenticator = Type the code that your authenticator app shows for this account.
way-hint-sms = Type the code that is sent to { $number } by SMS.
way-sms-unasked = No code has been sent for this sign-in yet. Ask for one: it comes to { $number } by SMS.
way-sms-not-sent = No code has been sent to { $number } for this sign-in, since you had asked for one shortly before.
way-sms-silent = Codes can’t be sent to your phone { $number } any more: this service no longer sends text messages there. Use another way, and set up an authenticator app.
way-hint-backup-code = Type one of the backup codes that you saved. Each works once.
use-way-authenticator = Use your authenticator app
use-way-sms = Use a code by SMS
use-way-backup-code = Use a backup code
trust-label = Trust this browser for 30 days
trust-hint = You will be asked for your password only. Not on a computer that others use.

way-authenticator = an authenticator app
way-sms = codes by SMS

method-authenticator = by authenticator app
method-sms = by SMS
method-backup-code = by backup code
method-trusted-browser = in a trusted browser

flash-authenticator-added = Your authenticator app is set up. Your other sessions are signed out.
flash-code-sent = If the number can get messages now, a code is on its way.
flash-phone-added = Your phone is set up. Your other sessions are signed out.
flash-backup-code-used = Signed in with a backup code. It won’t work again.
flash-backup-codes-made = Your new backup codes are in use. The old ones are invalid.
flash-second-factor-preferred = You will be asked for this first.
flash-second-factor-removed = Removed. Your other sessions are signed out.
flash-trust-ended = Every browser will be asked for a second factor again.
flash-two-factor-disabled = 2FA is off. Your other sessions are signed out.
flash-two-factor-enabled = 2FA is on. Your other sessions are signed out.
flash-refused-email-unverified = Verify your email address first.
flash-refused-enrolment-over = There was nothing to confirm any more. Begin again.
flash-refused-few-backup-codes = You have signed in with a backup code, and few are left. Generate new ones.
flash-refused-last-second-factor = This is your only second factor. To do without, disable 2FA.
flash-refused-sign-in-over = That sign-in is over. Please start again.
flash-refused-too-many-codes = Too many wrong codes. Wait a little, then sign in again.

mail-two-factor-enabled-subject = 2FA is on
mail-two-factor-enabled-text = Signing in to { $product } now takes { $way } besides your password. All your other sessions were signed out.
mail-second-factor-added-subject = A second factor was added
mail-second-factor-added-text = You can now sign in to { $product } with { $way }, too. All your other sessions were signed out.
mail-second-factor-replaced-subject = A second factor was replaced
mail-second-factor-replaced-text = For signing in to { $product }, { $way } was replaced by a new one. The old one no longer works, and all your other sessions were signed out.
mail-second-factor-removed-subject = A second factor was removed
mail-second-factor-removed-text = Signing in to { $product } with { $way } no longer works. All your other sessions were signed out.
mail-two-factor-disabled-subject = 2FA is off
mail-two-factor-disabled-text = Your password alone is now enough to sign in to { $product }. Your backup codes no longer work, and all your other sessions were signed out.
mail-backup-codes-made-subject = You have new backup codes
mail-backup-codes-made-text = New backup codes for { $product } are in use. All older ones no longer work.
mail-backup-code-used-subject = A backup code was used
mail-backup-code-used-text = One of your backup codes for { $product } was used. It won’t work again.
mail-backup-code-used-left =
    { $count ->
        [0] No codes are left. Generate new ones.
        [one] { $count } code is left. Generate new ones soon.
       *[other] { $count } codes are left.
    }
mail-wrong-codes-subject = Somebody has your password, but not your codes
mail-wrong-codes-text = The right password of your { $product } account was used, and then five wrong codes in a row. Your second factor kept them out.
mail-wrong-codes-not-you = If it wasn’t you, change your password now: somebody knows it.
mail-second-factor-not-you = If it wasn’t you, change your password at once and look at your second factors. If you can’t get in, ask whoever runs this service.
