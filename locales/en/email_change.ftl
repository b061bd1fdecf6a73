# Another e-mail address: the form, the pages of the links, and the mail.

title-change-email = Change email
change-email-lead = You sign in with your address, and notices about your account go there.
current-email-label = Current email
new-email-label = New email
new-email-hint = We send a link there. Your address changes once you have opened it.
change-email-button = Send link
change-email-link = Change email
email-is-own = This is your address already.
flash-email-change-asked = Look into the mailbox of your new address: a link is on its way.
flash-email-change-cancelled = Your address stays as it is.
flash-email-changed = Your new address is confirmed.

title-link = Link
link-unknown-title = This link does not work
link-unknown-text = The address is not complete, or is not one of ours. Copy the whole link from the mail, and try again.
action-to-profile = Go to your profile
action-forgot-password = Forgot Password

title-confirm-email = Confirm your new email
confirm-email-text = Your account at { $product } gets a new address. You sign in with it from then on.
email-from-label = Now
email-to-label = Afterwards
confirm-email-button = Confirm
confirm-email-not-you = If you know nothing of this, close this page: nothing changes.
email-change-used-title = The new address is confirmed
email-change-used-text = This link has done its work. Sign in with the new address from now on.
email-change-void-title = This link is of no use any more
email-change-void-text = A later link has taken its place, or the change was given up. You can ask for another link in your profile.
email-change-expired-title = This link is too old
email-change-expired-text = It worked for 24 hours, and nothing was changed. You can ask for another link in your profile.
email-change-taken-title = Another account has this address now
email-change-taken-text = Nothing was changed. Choose another address in your profile.

title-undo-email = Undo the change of your email?
undo-email-text = Your account at { $product } gets its old address back, and everyone is signed out of it, you too.
undo-email-button = Undo the change
undo-email-hint = Afterwards, choose Forgot Password: whoever changed your address may know your password.
email-undo-used-title = The change is undone
email-undo-used-text = Your old address is back, and everyone is signed out. Create a new password now: whoever changed your address may know the old one.
email-undo-void-title = This link is of no use any more
email-undo-void-text = An earlier change was undone, or the account is closed to everybody. If you can’t get in, choose Forgot Password, or ask whoever looks after this site.
email-undo-expired-title = This link is too old
email-undo-expired-text = It worked for 7 days. If your account is not in your hands, ask whoever looks after this site.

mail-email-change-subject = Confirm your new address at { $product }
mail-email-change-text = Somebody asked to use this address for their account at { $product }. To confirm it, open the link before { $until }. It works once.
mail-email-change-button = Confirm this address
mail-email-change-not-you = If you did not ask for this, ignore this mail: nothing changes.

mail-email-change-known-subject = Somebody tried to use your address at { $product }
mail-email-change-known-text = Somebody with an account at { $product } asked to use this address for it. It belongs to another account, so nothing was changed, and they were not told.
mail-email-change-known-you = If it was you, sign in with this address instead, or close the account that has it first. If it was not, there is nothing to do.

mail-email-changed-subject = Your email address was changed
mail-email-changed-text = Your account at { $product } now has the address { $email }. You sign in with it, and notices go there.
mail-email-changed-undo = If that was not you, undo it before { $until }: this address comes back, and everyone is signed out. Nobody else can have this address until then.
mail-email-changed-for-good = It was confirmed with your second factor, so it can’t be undone from this address. If that was not you, tell whoever looks after { $product } at once.
mail-email-changed-button = Undo the change
mail-email-changed-you = If it was you, there is nothing to do.

mail-email-changed-new-subject = Your new address is confirmed
mail-email-changed-new-text = Your account at { $product } now has this address. You sign in with it, and notices go here.
mail-email-changed-new-not-you = If you know nothing of this, tell whoever looks after the site.

mail-email-undone-subject = Your old address is back
mail-email-undone-text = The change of address of your account at { $product } was undone, and everyone is signed out.
mail-email-undone-next = Now choose Forgot Password on the sign-in page and create a new password: whoever changed your address may know the old one.
mail-email-undone-closing = The account was also to be closed, and will be erased on { $until } unless you sign in before.
mail-email-undone-replaced-subject = Your address was taken off an account
mail-email-undone-replaced-text = An account at { $product } had this address until now. Its owner has undone that, and everyone is signed out.
