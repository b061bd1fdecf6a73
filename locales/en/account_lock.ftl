# Locking an account: the pages, and the mail.

mail-account-locked-subject = Your account at { $product } is locked
mail-account-locked-text = Your account at { $product } was locked. Everyone is signed out, and nobody can sign in, not even with the right password.
mail-account-locked-back = To get back in, choose Forgot password and set a new password. That opens the account again.
mail-account-locked-back-second-factor = To get back in, choose Forgot password and set a new password. Then sign in with it and with your second factor: that opens the account again.
mail-account-locked-button = Forgot password
mail-account-locked-not-you = If it was not you who locked it, somebody is in your account or reads your mail. Get back in the same way, and check your mailbox first.
