title-step-up = Confirm it’s you
step-up-explanation = You are about to change something important. Enter your password once more to go on.
step-up-button = Confirm
step-up-wrong = This is not your password.
step-up-explanation-code = You are about to change something important. Enter a code to go on.
step-up-explanation-both = You are about to change something important. Enter your password and a code to go on.
