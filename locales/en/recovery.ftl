title-forgot-password = Forgot Password
forgot-password-lead = Enter the address of your account. We send you a link to create a new password.
forgot-password-button = Send the link
back-to-sign-in = Back to sign-in

title-mail-on-its-way = Check your inbox
# Says the same whoever has the address, so that nobody learns who has an account.
mail-on-its-way-text = If an account has the address { $email }, a mail is on its way. Open the link in it to go on.
mail-none-comes-title = If no mail comes
mail-none-comes-spam = Look in your spam folder, and wait a few minutes.
mail-none-comes-address = Your account may have another address. Try that one.
mail-none-comes-later = After several mails in a row no more are sent for an hour. The link in the latest mail is the one that works.
mail-another-address = Try another address

title-create-new-password = Create new password
reset-lead = For your account { $email }. It takes the old one’s place at once, and every device that is signed in is signed out.
reset-revoke-tokens = Also revoke my access tokens
reset-revoke-tokens-hint = Programs that use one stop working. Leave it ticked if somebody else may have been in your account.
reset-button = Create new password
title-choose-your-password = Choose your password
invitation-lead = Your account { $email } at { $product } is ready. Choose the password that you will sign in with.
invitation-button = Choose password

title-link-used = This link was used
title-link-void = This link no longer works
title-link-expired = This link is too old
title-link-unknown = This link does not work
dead-link-used = Each link works once, and this one has done its work.
dead-link-void = A newer link has taken its place, or your account has changed since it was sent.
dead-link-expired = Its time is over: such links work for a short while, so that an old mail opens nothing.
dead-link-unknown = It may have been cut off on the way. Open it from the mail itself, or copy all of it into the address bar.
dead-link-ask-again = If you can’t sign in, ask for a new link.
dead-link-ask-again-button = Ask for a new link
dead-link-ask-who-invited = If you have chosen a password already, sign in. Otherwise ask whoever invited you to send the invitation again.
