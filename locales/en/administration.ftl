title-set-up = Create the first administrator
set-up-explanation = This account looks after { $product }. You can add more people later.
set-up-email-hint = You sign in with it, and notices about your account go there.
set-up-button = Create administrator
