# Locking an account: the pages, and the mail.

lock-account-hint = If somebody else may be in your account, lock it. Everyone is signed out, and nobody gets in until you reset your password by mail.
lock-account-title = Trouble with your account?
lock-account-link = Lock my account
title-lock-account = Lock my account
lock-account-lead = For when somebody else may be in your account. It stops everyone at once, you too.
lock-account-at-once = At once
lock-account-at-once-text = Everyone is signed out on every browser, and links in earlier mail stop working. Trusted browsers are trusted no more.
lock-account-nobody = Nobody can sign in
lock-account-nobody-text = Not even with the right password, and not with a code.
lock-account-back = How you get back in
lock-account-back-text = Choose Forgot Password, and set a new password by the link that is mailed to you. That opens the account.
lock-account-back-second-factor-text = Choose Forgot Password, and set a new password by the link that is mailed to you. Then sign in with it and with your second factor: that opens the account.
lock-account-stays = What stays
lock-account-stays-text = Everything in the account, your second factors and your security log.
lock-account-button = Lock my account
title-account-locked = The account is locked
account-locked-lead = Everyone is signed out, and nobody can sign in. We have sent mail about it.
account-locked-next-title = What to do next
account-locked-mailbox = Make sure that nobody else reads your mail: if you are not sure, change the password of your mailbox first.
account-locked-reset = Choose Forgot Password and set a new password by the link that we mail to you.
account-locked-second-factor = If the account has a second factor, sign in with it after that.
account-locked-help = If you can’t read your mail any more, ask whoever looks after this server.
account-locked-button = Forgot Password
flash-password-reset-unlocked = Your new password is set, and your account is open again. Sign in.
flash-password-reset-second-factor = Your new password is set. Sign in with it and your second factor: that opens your account again.

mail-account-unlocked-subject = Your account at { $product } is open again
mail-account-unlocked-text = Your account at { $product } was locked. Its password was reset by mail, and everyone who has proved who they are can sign in again.
mail-account-unlocked-by = Whoever looks after { $product } has unlocked your account.
mail-account-unlocked-reason = They gave this reason: { $reason }
mail-account-unlocked-password = Your password is what it was. If somebody else may know it, choose Forgot Password on the sign-in page before you do anything else.
mail-account-unlocked-button = Sign in
mail-account-unlocked-not-you = If you did not expect this, choose Forgot Password on the sign-in page at once, and ask whoever looks after the server.

mail-account-locked-subject = Your account at { $product } is locked
mail-account-locked-text = Your account at { $product } was locked. Everyone is signed out, and nobody can sign in, not even with the right password.
mail-account-locked-back = To get back in, choose Forgot Password and set a new password. That opens the account again.
mail-account-locked-back-second-factor = To get back in, choose Forgot Password and set a new password. Then sign in with it and with your second factor: that opens the account again.
mail-account-locked-button = Forgot Password
mail-account-locked-not-you = If it was not you who locked it, somebody is in your account or reads your mail. Get back in the same way, and check your mailbox first.
