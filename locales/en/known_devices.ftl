title-devices = Known browsers
devices-lead = The browsers you have signed in with before.
devices-title = Your browsers
devices-explanation = A known browser keeps working even when a stranger guesses at your password: their failed attempts can’t lock you out of it.
device-last-used = last used { $when }
device-first-used = first used { $when }
devices-forget-button = Forget all other browsers
devices-forget-explanation =
    { $count ->
        [one] The other browser counts as new at its next sign-in. It stays signed in for now.
       *[other] The { $count } other browsers count as new at their next sign-in. They stay signed in for now.
    }
devices-empty = No browser is known yet
devices-empty-hint = The browser you sign in with becomes known, and is listed here.

device-trusted-until = trusted until { $when }
devices-trust-explanation = Trusted browsers are not asked for a second factor for 30 days.
devices-trust-button = Stop trusting browsers
