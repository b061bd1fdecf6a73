# The IP allowlist, and required two-factor authentication. "IP Allowlist (Enterprise)", "Enable IP allowlist", "Add allowed
# IPs/ranges" and "Save configuration" are the spec's own words.
title-organisation-security = Security
allowlist-title = IP Allowlist (Enterprise)
allowlist-restrict = Restrict access to specific IPs:
allowlist-free = Not part of the Free plan
allowlist-free-hint = With Enterprise, an organisation can say where its members come from, and require two-factor authentication. Ask whoever runs this site.
state-allowlist-on = On
state-allowlist-off = Off
allowlist-enable = Enable IP allowlist
allowlist-enable-hint = Members get in from these addresses only, with sessions and access tokens that exist already, too.
allowlist-your-address = Your address now:
state-address-in = On the list
state-address-missing = Not on the list
allowlist-address-unknown = Your own address is not known here, so the list can’t be switched on: the proxy in front has to tell it.
action-add-address = Add it
allowlist-entries = Add allowed IPs/ranges
allowlist-entries-hint = One a line, up to 10,000: an address, a network, or first–last. A label can follow, and “until” with the last day.
allowlist-example = 203.0.113.7            Head office
    198.51.100.0/24        VPN
    192.0.2.10-192.0.2.20  Auditors until 2027-01-31
    2001:db8:42::/48
action-save-configuration = Save configuration
action-preview = Preview
action-mend = Put what was meant in its place
allowlist-saved-by =
    { $count ->
        [one] { $count } entry, saved by { $who }
       *[other] { $count } entries, saved by { $who }
    }
allowlist-wrong = Some lines can’t be used:
allowlist-line = Line { $line }
allowlist-more-wrong =
    { $count ->
        [one] And { $count } line more.
       *[other] And { $count } lines more.
    }
entry-unreadable = is no address, network or range.
entry-host-bits = names more than its network. { $meant } was meant?
entry-backwards = ends before it begins.
entry-families = mixes IPv4 and IPv6.
entry-no-day = needs a day after “until”, such as 2027-01-31.
entry-over = ends on a day that is over.
entry-long-label = has a label of more than 100 characters.
entry-same = says the same as line { $line }.
entry-too-many = is one too many: a list has at most 10,000 entries.
entry-scattered = comes to too many networks: name networks rather than first and last addresses.
entry-covered = Line { $line } is part of line { $with }.
entry-overlaps = Line { $line } overlaps line { $with }.
allowlist-overlaps = Some lines overlap, which does no harm
allowlist-everything = Line { $line } lets in every address
allowlist-everything-text = With it the list keeps nobody out. If you mean that, say so below, and save once more.
allowlist-everything-check = Let in every address
allowlist-locks-out = This would lock you out
allowlist-locks-out-text = Your own address { $address } is not on the list. Add it, or save from an address that is.
allowlist-all-end = This would lock everybody out
allowlist-all-end-text = Every entry has a last day. Leave at least one without.
allowlist-stale = Somebody else has saved the list meanwhile
allowlist-stale-text = Nothing was saved, and what you typed is below. Compare, and save once more.
allowlist-meanwhile = Saved by { $who }
allowlist-theirs = Only in theirs
allowlist-yours = Only in yours
allowlist-their-list = Show their list
allowlist-pending-title = The new list waits to be confirmed
allowlist-pending-text = An owner or admin has to open a page of the organisation from an allowed address. Otherwise it is undone { $when }.
allowlist-undone-title = The last change was undone
allowlist-undone-text = No owner or admin came in under it within 15 minutes, so the list from before counts.
allowlist-undone-show = Show the list that was undone
preview-title = The last 30 days under this list
preview-nobody =
    { $count ->
        [one] Nobody would have been refused, of { $count } member.
       *[other] Nobody would have been refused, of { $count } members.
    }
preview-some = These members would have been refused:
preview-caption = Members who would have been refused, the latest first
preview-who = Member
preview-from = From
preview-times = Times
preview-last = Last
preview-sessions =
    { $count ->
        [one] { $count } session in use
       *[other] { $count } sessions in use
    }
preview-tokens = Access tokens: { $names }
preview-more-refused =
    { $count ->
        [one] And { $count } member more.
       *[other] And { $count } members more.
    }
preview-more = Only the first { $count } members were looked at.
flash-allowlist-confirmed = The IP allowlist is saved and confirmed: you came in under it.
flash-allowlist-saved = The IP allowlist is saved.
flash-allowlist-off = The IP allowlist is off.
flash-refused-allowlist-same = Nothing was changed: the list is what it was.

require-two-factor-title = Require two-factor authentication
require-two-factor-change = Change
two-factor-not-required = Members get in with their password alone.
two-factor-required-from = Required of everybody from { $when }.
two-factor-is-required = Required of everybody.
title-require-two-factor = Require two-factor authentication
require-two-factor-lead = Members without it are told by mail, and see nothing of the organisation until they have set it up.
require-two-factor-since = Required since { $since }; those without it get in until { $until }.
require-two-factor-without = Members who have not set it up: { $count } of { $of }.
require-two-factor-check = Require two-factor authentication
require-two-factor-hint = Members prove it in each session, before they see anything of the organisation.
require-two-factor-no-sms = Exclude SMS
require-two-factor-no-sms-hint = Codes by text message alone are not enough; an authenticator app is.
require-two-factor-own = Set up two-factor authentication for your own account first, and sign in with it.
require-two-factor-free = Not part of the Free plan
grace-label = Time to set it up
grace-hint = Those who have none get in until then, and are reminded a week and a day before.
grace-none = None: from now on
grace-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
flash-two-factor-required = Two-factor authentication is required. Members without it are told by mail.
flash-two-factor-not-required = Two-factor authentication is not required any more.

mail-allowlist-changed-subject = The IP allowlist of { $organisation } was changed
mail-allowlist-changed-text = { $by } has saved the IP allowlist of { $organisation }.
mail-allowlist-undone-subject = The new IP allowlist of { $organisation } was undone
mail-allowlist-undone-text = No owner or admin came in under the new IP allowlist of { $organisation } within { $minutes } minutes. The list from before counts again.
mail-allowlist-disabled-subject = The IP allowlist of { $organisation } was switched off
mail-allowlist-disabled-text = Whoever runs the server has switched the IP allowlist of { $organisation } off. Its entries stay.
mail-allowlist-added = Gets in now: { $ranges }
mail-allowlist-removed = Does not any more: { $ranges }
mail-allowlist-button = See the IP allowlist
mail-two-factor-required-subject = { $organisation } requires two-factor authentication
mail-two-factor-reminder-subject = Set up two-factor authentication for { $organisation }
mail-two-factor-required-text = { $organisation } requires two-factor authentication of its members, and your account does not have what is asked for.
mail-two-factor-required-until = You can work there without it until { $until }. After that you see nothing of it until you have set it up.
mail-two-factor-required-now = You see nothing of it until you have set it up.
mail-two-factor-required-no-sms = Codes by text message are not enough: use an authenticator app.
