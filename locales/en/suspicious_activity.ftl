# Review suspicious activity, and the page that makes an account safe again.

title-review = Review suspicious activity
review-lead = What happened in the last 28 days that deserves a look, and why.
review-link = Review suspicious activity
review-open = Waiting for your answer
review-empty = Nothing looks suspicious
review-empty-hint = When something does, such as a sign-in from a country that is new, it is shown here and on your security page.
review-in-sight = Answered, and still shown
review-in-sight-hint = Somebody in your account could have given these answers. Were they yours?
review-settled = Answered
review-anyway = Something else worries you?
review-secure-link = Secure my account

finding-me = This was me
finding-not-me = This wasn’t me
finding-said-me = Answered “This was me” { $when }.
finding-said-not-me = Answered “This wasn’t me” { $when }.
finding-kept-session = The browser that answered may belong to whoever did it, so it stays here until { $until }.
finding-kept-link = It was answered by a link in a mail, so it stays here until { $until }.
flash-finding-answered = Thank you. It is marked as you.

finding-failed-sign-ins =
    { $count ->
        [one] One failed sign-in
       *[other] { $count } failed sign-ins
    }
finding-failed-sign-ins-many = At least { $count } failed sign-ins
finding-failed-sign-ins-why = So many within an hour look like somebody guessing your password. None of these got in.
finding-failed-sign-ins-many-why = So many look like somebody guessing your password. None of these got in.
finding-refused-codes =
    { $count ->
        [one] Right password, wrong second factor
       *[other] Right password, wrong second factor, { $count } times
    }
finding-refused-codes-why = Whoever this was knows your password. Only the second factor kept them out.
finding-sign-in = Sign-in from a new place: { $place }
finding-sign-in-why = Nobody had signed in to your account from there in the 90 days before.
finding-sign-in-journey = It was also only { $duration } after a sign-in from { $place }: nobody travels that fast.
finding-journey = Two sign-ins too far apart
finding-journey-why = One came from { $before }, the other { $duration } later from { $after }. Nobody travels that fast.
finding-journey-harmless = A VPN, or a phone that is abroad, can look like this.
finding-change-why = This came { $duration } after a sign-in with a device that was new: { $device }. Intruders do this to stay in.
finding-export-why = The log tells when and from where you sign in. Whoever exported it has a copy.
finding-minutes =
    { $count ->
        [one] one minute
       *[other] { $count } minutes
    }
finding-hours = { $count } hours

title-secure = Secure my account
secure-lead = Six steps that make your account yours alone again. Take your time: what is done stays done.
secure-lock-hint = Want it to stop first, and sort it out later?
secure-lock-link = Lock my account
badge-done = Done
badge-recent = New in the last 28 days
secure-came = Came { $when }
secure-codes-made = made { $when }
secure-sessions = 1. Sign everybody else out
secure-sessions-hint = This also ends sign-ins that wait for a code, mailed links, and the trust in browsers. You stay signed in here.
secure-sessions-count =
    { $count ->
        [0] You are signed in nowhere else.
        [one] One other browser is signed in.
       *[other] { $count } other browsers are signed in.
    }
secure-password = 2. Choose a new password
secure-password-hint = One that you use nowhere else. Everybody else is signed out once more at that moment.
secure-password-done-hint = You have changed it since. Change it wherever else you used the old one, too.
secure-password-unknown = The current password does not work? Somebody may have changed it.
secure-factors = 3. Look at your second factors
secure-factors-hint = Remove what you did not add yourself. Whoever holds one of these can sign in again.
secure-email = 4. Look at your email address
secure-email-hint = Links that set a new password go there.
secure-email-unchanged = Not changed in the last 28 days.
secure-email-undo = Not yours? A mail at your old address has a link that brings it back.
secure-devices = 5. Look at your known browsers
secure-devices-hint = Browsers that somebody has signed in with. Forget those you do not know.
secure-more-devices =
    { $count ->
        [one] See one more browser
       *[other] See { $count } more browsers
    }
secure-tokens = 6. Look at your access tokens
secure-tokens-hint = Programs that hold one use your account without your password, also a new one. Revoke those you did not make.
secure-tokens-none = No program holds a token of yours.
secure-more-tokens =
    { $count ->
        [one] See one more token
       *[other] See { $count } more tokens
    }
secure-done = What you have done
secure-done-nothing = Nothing yet
secure-done-nothing-hint = Each step that you take is listed here.
secure-back = Back to the review
