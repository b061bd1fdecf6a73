title-change-password = Change Password
change-password-lead = Choose one that you use nowhere else. A password manager can make it for you.
change-password-required-title = Choose a new password to go on
change-password-required-text = Whoever looks after { $product } asks you to change your password. Until you have, nothing else is open here.
current-password-label = Current password
new-password-label = New password
confirm-new-password-label = Confirm new password
change-password-button = Update Password
sign-out-others-label = Sign out my other sessions
sign-out-others-hint = Anyone who knew the old password is out at once. You stay signed in here.

requirements-title = Password Requirements
requirement-length =
    { $min ->
        [one] Minimum { $min } character
       *[other] Minimum { $min } characters
    }
requirement-uppercase = At least one uppercase letter
requirement-lowercase = At least one lowercase letter
requirement-number = At least one number
requirement-special = At least one special character
requirement-uncommon = Not a common or breached password
requirement-met = (met)
requirement-unmet = (not met yet)

passwords-match = The passwords match.
passwords-not-yet-alike = Not the same as the new password yet.

password-rule-length =
    { $min ->
        [one] Use at least { $min } character.
       *[other] Use at least { $min } characters.
    }
password-rule-uppercase = Add an uppercase letter.
password-rule-lowercase = Add a lowercase letter.
password-rule-number = Add a number.
password-rule-special = Add a special character, such as a dash, a dot or a space.
password-rule-common = This password is common or was found in a breach. Choose another one.
password-rule-too-long =
    { $max ->
        [one] Use a shorter password: at most { $max } byte.
       *[other] Use a shorter password: at most { $max } bytes.
    }
password-rule-same-as-current = This is your current password. Choose a new one.
passwords-differ = This is not the same as the new password.
current-password-wrong = This is not your current password.
