# Organisations: who belongs to one, and what it asks of them.
nav-organisations = Organisations
action-save = Save
badge-you = You

role-member = Member
role-admin = Admin
role-owner = Owner
plan-free = Free
plan-enterprise = Enterprise

title-organisations = Organisations
organisations-lead = What you belong to, and as what.
organisations-title = Organisations
organisations-none = You belong to no organisation
organisations-none-hint = Whoever runs one can invite you by mail.
state-organisation-address = Not from this address
state-organisation-factor = Needs two-factor authentication
organisation-pages = Pages of the organisation
organisation-members = Members
organisation-security = Security
organisation-log = Security Log

title-members = Members
members-title = Members
members-count =
    { $count ->
        [one] { $count } member
       *[other] { $count } members
    }
members-first = First members
members-more = More members
member-joined = Joined { $when }
member-has-factor = Two-factor on
member-has-no-factor = No two-factor
role-label = Role
role-of = Role of { $name }
action-change-role = Change role
action-remove-member = Remove
action-leave = Leave organisation
invite-title = Invite somebody
invite-hint = They get a link by mail, which works for a week and for this address only.
invite-button = Send invitation
invite-already = This person is a member already.
invite-too-many = Too many invitations are on their way. Wait for an answer, or take some back.
invitations-title = Invited
invitation-sent = Sent { $when }
invitation-until = Expires { $when }
action-withdraw = Withdraw
grace-title = Set up two-factor authentication
grace-text = This organisation requires it. You can work here without it until { $until }.
title-leave = Leave organisation
leave-text = You will see nothing of { $organisation } any more. To come back, you need another invitation.
flash-left = You have left the organisation.
flash-joined = Welcome. You are a member now.
flash-invited = The invitation is on its way.
flash-invitation-withdrawn = The invitation opens nothing any more.
flash-role-changed = The role is changed.
flash-member-removed = The member is removed.
flash-refused-last-owner = An organisation needs an owner who can sign in. Make somebody else an owner first.

title-invitation = Invitation
invitation-title = Join { $organisation }
invitation-join-lead = You are invited to join { $organisation } as { $role }.
invitation-accept = Accept invitation
invitation-other-account = The invitation is for { $email }. Sign out, and open the link once more.
invitation-sign-in = The invitation is for { $email }. Sign in to that account to accept it.
invitation-sign-up = The invitation is for { $email }. Choose a name and a password to make an account with this address.
invitation-sign-up-button = Join
dead-link-ask-organisation = If you have accepted it already, you find the organisation in your list. Otherwise ask whoever invited you to send it again.

mail-member-invited-subject = Join { $organisation } on { $product }
mail-member-invited-by = { $by } invites you to join { $organisation } as { $role }.
mail-member-invited-text = You are invited to join { $organisation } as { $role }.
mail-member-invited-button = See the invitation
mail-member-invited-until = The link works once, for this address, until { $until }.
mail-member-invited-unexpected = If you don’t know what this is about, ignore this message: nothing happens until you accept.
mail-member-added-subject = You are a member of { $organisation }
mail-member-added-text = An administrator has made you a member of { $organisation }: { $role }.
mail-member-added-unexpected = If you did not expect this, you can leave on the organisation’s page.
mail-member-button = Open the organisation
mail-member-role-subject = Your role in { $organisation } has changed
mail-member-role-text = In { $organisation } you are now: { $role }.
mail-member-removed-subject = You are no longer a member of { $organisation }
mail-member-removed-text = You were removed from { $organisation }, and see nothing of it any more. Your account is not touched.
mail-organisation-removed-subject = { $organisation } was removed
mail-organisation-removed-text = Whoever runs this installation has removed the organisation { $organisation }. Nobody belongs to it any more.
mail-member-removed-ask = If this is a mistake, ask an owner of the organisation.

title-admin-organisations = Organisations
title-admin-organisation = Organisation
title-admin-new-organisation = New organisation
admin-organisations-lead = Made here, and run by their own owners.
admin-organisations-none = There is no organisation yet
admin-organisation-made = Made { $when }
title-admin-organisation-remove = Remove organisation
organisation-remove = Remove organisation
organisation-remove-hint = Everybody’s membership ends at once, at every door.
organisation-remove-text = Remove { $name }?
organisation-remove-members = { $count ->
    [one] One person belongs to it, and will not any more.
   *[other] { $count } people belong to it, and will not any more.
}
organisation-remove-doors = Its IP allowlist and what else it asks for are gone. Rules of the gate that name it let nobody in, and tokens limited to it open nothing.
organisation-remove-forever = This can’t be undone. Its short name stays taken, and its security log stays in that of the installation.
flash-organisation-removed = The organisation is removed.
admin-organisation-change = Name and plan
admin-new-organisation = New organisation
admin-new-organisation-lead = It is run by its first owner from then on, who invites the others.
admin-create-organisation = Create organisation
admin-in-charge = Owners and admins
admin-in-charge-none = Nobody yet
admin-in-charge-none-hint = The first owner has an invitation that waits to be accepted.
slug-label = Short name
slug-hint = It stands in the addresses of the organisation’s pages: a–z, 0–9 and hyphens.
slug-invalid = Use 2 to 40 of a–z and 0–9, with single hyphens between them.
slug-taken = Another organisation has this short name.
owner-label = Email of the first owner
owner-hint = An account with this address is the owner at once; anybody else is invited.
plan-label = Plan
plan-hint = Enterprise can restrict where members come from, and require two-factor authentication. Policies that are on stay on, whatever the plan.
flash-organisation-created = The organisation is made.
flash-organisation-saved = The organisation is saved.

title-refused = No access
refused-address-title = { $organisation } can’t be opened from here
refused-address-text = { $organisation } lets its members in from some network addresses only, and this is not one of them.
refused-your-address = Your address
refused-ask-title = Whom to ask
refused-ask-hint = They can add your address, if you should get in from here.
refused-back = Back to { $name }
refused-factor-title = { $organisation } requires two-factor authentication
refused-factor-text = Until you have set it up, you see nothing of { $organisation }.
refused-factor-hint = It takes a minute, and protects your own account as well.

organisation-log-title = Activity
organisation-log-hint = What was changed, who was refused, and what members did here, newest first.
organisation-log-of = Security Log of { $organisation }
log-about = About { $email }
fact-change = Change
export-lead-organisation = Download the security log of { $organisation }.
close-account-last-owner = You are the only owner of an organisation. Make somebody else an owner first.
step-up-act-organisation = change an organisation
step-up-act-organisation-security = see and change what an organisation asks of its members
step-up-act-export-organisation = export the organisation’s security log
step-up-act-admin-organisation = look after organisations
invitation-not-here = You can’t join from here
invitation-not-here-text = The organisation lets people in from some network addresses only, and yours, { $address }, is not one of them. The invitation stays open: use it from an allowed address, or ask whoever invited you.
