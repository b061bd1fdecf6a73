# Closing an account: the page, and the mail.

close-account-title = Close your account
close-account-hint = Everything about you is erased after 14 days. Until then you can change your mind.
close-account-link = Close my account
title-close-account = Close my account
close-account-lead = Read what happens first. You can change your mind for 14 days.
close-account-at-once = At once
close-account-at-once-text = You are signed out everywhere, and links in earlier mail stop working.
close-account-later = On { $until }
close-account-later-text = Your name, your address, your password, the browsers you have used, and where you have signed in from are erased. Nobody can bring them back.
close-account-keep = If you change your mind
close-account-keep-text = Sign in before then. That is all.
close-account-stays = What stays
close-account-stays-text = A log without anything personal: that something happened, and when.
close-account-button = Close my account
close-account-last-administrator = You are the only administrator, so this account can’t be closed. Make another one first.
flash-account-closing = Your account is closed. Sign in within 14 days to keep it.
flash-account-kept = Your account stays. It will not be erased.

mail-account-closing-subject = Your account at { $product } will be erased
mail-account-closing-text = Your account at { $product } was closed, and everyone is signed out. On { $until } it will be erased, and nobody can bring it back then.
mail-account-closing-keep = To keep it, sign in before then. That is all.
mail-account-closing-not-you = If it was not you who closed it, sign in and change your password at once.

mail-account-kept-subject = Your account at { $product } stays
mail-account-kept-text = Your account at { $product } was to be erased. Now it stays, because somebody signed in or the operator has kept it.
mail-account-kept-not-you = If it was not you who signed in, choose Forgot Password on the sign-in page at once.

mail-account-erased-subject = Your account at { $product } is erased
mail-account-erased-text = Everything personal about your account at { $product } is erased, as was asked 14 days ago. It can’t be brought back.
mail-account-erased-last = This is the last mail about it. The address is free for a new account.
