title-sign-in = Sign in
sign-in-onward = Sign in to continue to { $name }
sign-in-button = Sign in
forgot-password-link = Forgot Password
sign-up-link = Create account
# Says the same whether the address or the password is wrong, so that nobody learns who has an account.
sign-in-wrong = The email address or the password is not right.

title-sign-out = Sign out?
sign-out-explanation = You will need your password to sign in again on this browser. Your other sessions stay signed in.
