title-sign-up = Create account
sign-up-lead = First your address. We send you a link, and you go on from there.
sign-up-button = Send the link
sign-up-have-one = I have an account

# Says the same whether the address has an account or not.
sign-up-on-its-way-text = A mail to { $email } is on its way. Open the link in it to go on.

title-sign-up-finish = Create your account
sign-up-finish-lead = For { $email }, which you have just proved to be yours.
sign-up-finish-button = Create account

dead-link-sign-up-again = If you have no account yet, ask for a new link.
dead-link-sign-up-again-button = Ask for a new link

title-sign-up-taken = You already have an account
sign-up-taken-text = An account has this address by now. Sign in with it, or choose Forgot Password on that page if you don’t know its password.
