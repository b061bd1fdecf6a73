title-step-up = Confirm it’s you
step-up-explanation = You are about to change something important. Enter your password once more to go on.
step-up-button = Confirm
step-up-closed = A backup code does not confirm this, but it lets you set up another second factor, which does.
step-up-set-up-link = Set up another second factor
step-up-wrong = This is not your password.
step-up-explanation-code = You are about to change something important. Enter a code to go on.
step-up-explanation-both = You are about to change something important. Enter your password and a code to go on.
