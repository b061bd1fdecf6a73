title-step-up = Confirm it’s you
step-up-explanation = You are about to change something important. Enter your password once more to go on.
step-up-button = Confirm
step-up-wrong = This is not your password.
