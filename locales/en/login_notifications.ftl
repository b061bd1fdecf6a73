# Login notifications: the switches, the mail, the text message, and the pages of the mail's links.

title-notifications = Login Notifications
notifications-lead = When somebody signs in to your account with something it has not seen before, you hear of it at once.
notifications-title = What you are told of
notification-device = New device
notification-device-on = We tell you when somebody signs in from a device or browser that has never signed in before.
notification-device-off = You don’t hear of a device or browser that has never signed in before.
notification-location = New location
notification-location-on = We tell you when somebody signs in from a country or region not seen for 90 days.
notification-location-off = You don’t hear of a country or region not seen for 90 days.
notification-browser = New browser
notification-browser-on = We tell you when somebody signs in with a browser, such as Firefox or Safari, not seen for 90 days.
notification-browser-off = You don’t hear of a browser, such as Firefox or Safari, not seen for 90 days.
notification-on-button = Turn on
notification-off-button = Turn off
notifications-how-title = How you are told
notification-by-email = By email
notification-by-email-text = Always, to { $email }.
notification-by-sms = By SMS
notification-by-sms-on = Also to { $number }. The message says little and has no link.
notification-by-sms-off = Off. It would go to { $number }, beside the email.
notification-by-sms-none = Off. Add a phone under Two-Factor Authentication to be told there, too.
notifications-always-title = What you are always told
notifications-always = Changes of your password, your email, your second factors and backup codes, the lock of your account, and notifications that are turned off: those notices can’t be turned off.
flash-notification-on = The notification is on.
flash-notification-off = The notification is off. We have told you by email.
flash-refused-no-phone = Your account has no phone that gets text messages.

row-notifications = Login Notifications
row-notifications-all = You hear of new devices, locations and browsers.
row-notifications-some = Some of them are turned off.
row-notifications-none = All of them are turned off. You don’t hear of somebody signing in as you.

new-device = a new device
new-browser = a new browser
new-location = a new location
new-device-browser = a new device and a new browser
new-device-location = a new device and a new location
new-browser-location = a new browser and a new location
new-device-browser-location = a new device, a new browser and a new location

mail-sign-in-subject = New sign-in to your account at { $product }
mail-sign-in-text = Somebody signed in to your account at { $product } with { $new }.
mail-sign-in-next = If that was you, there is nothing you have to do. If it was not, open the page below now: there you can lock your account at once, without signing in.
mail-sign-in-not-me = This wasn’t me
mail-sign-in-me = This was me
mail-signed-in-by = Signed in
mail-sign-in-until = Both links work until { $until }. They sign nobody in.
mail-sign-in-settings = Which sign-ins you hear of can be changed in your settings, under Login Notifications.
text-sign-in = { $product }: somebody signed in to your account from something new. If it was not you, look into your email now.

mail-muted-subject = A login notification at { $product } was turned off
mail-muted-device = You no longer hear when somebody signs in to your account at { $product } from a new device.
mail-muted-location = You no longer hear when somebody signs in to your account at { $product } from a new location.
mail-muted-browser = You no longer hear when somebody signs in to your account at { $product } with a new browser.
mail-muted-texts = You no longer hear by SMS of new sign-ins to your account at { $product }.
mail-muted-button = See your notifications
mail-muted-not-you = If that was you, there is nothing to do. If it was not, somebody is in your account: change your password and turn the notification on again.

title-sign-in-me = Was this you?
title-sign-in-not-me = This wasn’t you?
title-sign-in-what-next = We have noted that it wasn’t you
title-sign-in-locked = Your account is locked
sign-in-notice-text = Somebody signed in to your account at { $product } with { $new }.
sign-in-me-button = This was me
sign-in-me-hint = That only notes it. Nobody is signed in or out.
sign-in-me-done = Thank you. We have noted that this was you.
sign-in-me-after-all = If it wasn’t you after all, you can still say so.
sign-in-not-me-button = This wasn’t me
sign-in-not-me-hint = We note it, and then you can lock your account. Nothing is locked before you say so.
sign-in-what-next = Whoever it was may still be signed in. Throw them out now.
sign-in-review-text = You are signed in here, so you can go through your account: end all other sessions, change your password, and check what else was changed.
sign-in-review-button = Review my account
sign-in-lock-title = Lock my account
sign-in-lock-text = Everybody is signed out at once, you too, and nobody can sign in, not even with the right password.
sign-in-lock-back = To get back in, you create a new password by a link that we mail you.
sign-in-lock-back-second-factor = To get back in, you create a new password by a link that we mail you, and sign in with it and your second factor.
sign-in-lock-button = Lock my account
sign-in-locked-text = Everybody is signed out, and nobody can sign in.

notice-expired-title = This link is too old
notice-expired-text = It worked for 7 days. To check your account, sign in and look at your security log.
notice-void-title = This link is of no use any more
notice-void-text = The account is closed to everybody. Ask whoever looks after this site.
