# Mail. The subject says what happened; every message says who, what, where and when, and what to do if it
# was not the reader. No message asks for a password.

mail-when = When
mail-address = From address
mail-browser = Browser
mail-link-in-full = Or copy this address into your browser:
mail-footer = { $product } sends this because of your account at { $site }. We never ask for your password by mail.

mail-password-changed-subject = Your password was changed
mail-password-changed-text = The password of your account at { $product } was changed.
mail-password-changed-not-you = If that was you, there is nothing to do. If it was not, choose Forgot Password on the sign-in page at once: that signs everyone else out.
