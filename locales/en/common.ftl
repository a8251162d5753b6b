app = Corridor
skip = Skip to main content
nav-label = Main
nav-notices = Notices
nav-register = Register
nav-verify = Verify a waiver
nav-process = The process
nav-dossiers = My dossiers
nav-queue = Queue
nav-audit = Audit
nav-admin = Administration
nav-password = Password
nav-sign-in = Sign in
nav-sign-out = Sign out
lang-switch = Русский
foot-label = About this service
foot-help = Help and contact
foot-accessibility = Accessibility
foot-privacy = Privacy
foot-status = Service status
foot-log = The log
foot-api = API
foot-zones = Deadlines are shown in their official time zone, in UTC and in your own.
foot-now = Now: { $at } UTC.
crumbs = You are here
notices = Public notices
feed = Atom feed
csv = Download as CSV
json = JSON
pages = Pages of this list
pages-first = First page
pages-next = Next page
optional = (optional)
error-prefix = Error:
error-summary = There is a problem
rule = Rule { $id }
saving = Saving…
saved = Saved
unsaved = Not saved. We will keep trying.
overtaken = Not saved: somebody else has changed this section. Press “Save” to see both versions.
signed-out-typing = Not saved: your session has ended. Press “Save” and sign in; what you typed is kept.
unfinished = Not saved yet: a field is empty or cannot be read. Press “Save” to see which.
date = { $d } { $m ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
 } { $y }
in-your-zone = { $at } in your time zone ({ $zone })
days-left = { $n ->
    [one] { $n } day left
   *[other] { $n } days left
 }
days-over = { $n ->
    [one] { $n } day overdue
   *[other] { $n } days overdue
 }
process-here = Where this is in the process
step-done = done
stage-notice = Public notice
stage-dossier = Dossier
stage-review = Joint review
stage-decision = Decision
stage-shipments = Shipments and outcome
clock = Decision clock
clock-day = Day { $day } of { $total }
clock-due = The committee must decide by
clock-why = Why this date?
entry = Entry { $seq }
session-ends-h = You will be signed out soon
session-ends = Nothing has happened for a while. You will be signed out in two minutes. What you have typed is not lost.
session-stay = Stay signed in
prove-label = Your password, once more
prove-hint = This cannot be undone, so we ask again who you are.
prove-needed = Enter your password to confirm that it is you
prove-wrong = The password is not right
sign-in = Sign in
sign-in-lead = For submitting organisations, committee members, auditors and administrators. Notices, the register and the verification of waivers need no account.
sign-in-email = E-mail address
sign-in-password = Password
sign-in-wrong = The e-mail address or the password is not right
sign-in-throttled = Too many attempts. Wait a while and try again
sign-in-kept = Your session had ended. What you typed is kept: sign in, and you can send it.
sign-in-no-account = No account?
sign-in-no-account-text = Accounts are given by invitation. The administrator of your organisation, or the secretariat of the authority, invites you by e-mail.
kept-h = What you typed is still here
kept-lead = Your session ended before this was sent. Check it, then send it.
kept-send = Send it now
kept-drop = Drop it and open the page
invite-h = Accept your invitation
invite-lead = Choose a password. It is asked for together with your e-mail address whenever you sign in.
invite-email-hint = The address that the invitation went to
invite-accept = Accept and sign in
password-lead = A new password ends your sessions in all other browsers.
password-now = Your password now
password-new = New password
password-hint = 15 to 128 characters; a sentence is good. You may paste it.
password-weak = Choose a password of 15 to 128 characters that is not easily guessed
password-change = Change the password
forgotten-h = Forgotten your password?
forgotten-lead = Enter the e-mail address that you sign in with. A letter will bring you a link to set a new password.
forgotten-email-missing = Enter the e-mail address that you sign in with
forgotten-send = Send the link
forgotten-sent = If somebody signs in with this address, a letter with a link is on its way to it.
forgotten-sent-next = The link works for 15 minutes and only once. If no letter comes, look among unwanted mail, and check that you entered the address that your invitation went to. An address gets at most three such letters an hour.
forgotten-again = Enter another address
forgotten-back = Back to signing in
reset-h = Set a new password
reset-lead = The new password ends all your sessions. Afterwards you sign in with it.
reset-do = Set the password
reset-gone-h = This link cannot be used any more
reset-gone-lead = A link from such a letter works for 15 minutes and only once, and setting a password makes earlier links worthless. Your password has not been changed by opening this page. Ask for a new link, or sign in if you have already set a new password.
reset-gone-do = Ask for a new link
done-password-set = Your new password is set. Sign in with it.
done-signed-out = You have signed out.
done-password-changed = Your password has been changed. All other sessions have ended.
error-400 = The request cannot be answered
error-400-next = Go back, open the page again and repeat what you did.
error-403 = This is not open to you
error-403-next = If you should be able to do this, ask the administrator of your organisation.
error-404 = This page is not here
error-404-next = Check the address, or begin at the home page. Something that you may not see looks the same as something that does not exist.
error-405 = This address does not take that
error-405-next = Open the page again and use its buttons.
error-409 = This cannot be done now
error-409-next = Open the page again: it shows what can be done next, and by whom.
error-410 = This is no longer here
error-410-next = If it was an invitation, ask your administrator for a new one. Archived records are in the register.
error-413 = This is too large
error-413-next = Send less at a time.
error-422 = Something is missing or cannot be used
error-422-next = Go back, correct it and send it again.
error-429 = Too many requests
error-429-next = Wait a minute and try again.
error-500 = Something went wrong on our side
error-500-next = Nothing was changed. Try again in a few minutes. If it stays like this, tell the operator the number of the request.
error-rule = The rule of the process:
error-roles = Who may do this
error-your-roles = You are signed in as
error-what-next = What to do next
error-home = Home page
error-request = Request
conflict-h = Somebody acted before you
conflict-lead = You saw version { $seen }; now it is version { $now }. Nothing of yours was written.
conflict-theirs = What happened meanwhile
conflict-yours = What you sent
conflict-next = Open the newest version, compare, and decide again. Copy what you typed from here if you still need it.
conflict-open = Open the newest version
problem-not-found = There is nothing at this address, or nothing that you may see.
problem-forbidden = Your roles do not include this.
problem-method-not-allowed = This address does not take that kind of request.
problem-foreign-form = This form did not come from a page of this service, or your session has changed.
problem-internal = The service could not do this.
problem-unavailable = The service cannot answer at the moment.
problem-too-many-requests = You have sent more requests than one person sends.
problem-bad-request = The request cannot be read.
problem-invitation-gone = The invitation was used, has expired or never was.
zone-UTC = UTC
zone-Europe-Moscow = Moscow
zone-Europe-Zurich = Zurich
zone-America-New-York = New York
zone-Europe-London = London
zone-Africa-Addis-Ababa = Addis Ababa
zone-Africa-Khartoum = Khartoum
unit-TNE = { $n ->
    [one] tonne
   *[other] tonnes
 }
unit-KGM = { $n ->
    [one] kilogram
   *[other] kilograms
 }
unit-DTN = { $n ->
    [one] quintal
   *[other] quintals
 }
unit-LTN = { $n ->
    [one] long ton
   *[other] long tons
 }
unit-STN = { $n ->
    [one] short ton
   *[other] short tons
 }
unit-LBR = { $n ->
    [one] pound
   *[other] pounds
 }
unit-H87 = { $n ->
    [one] piece
   *[other] pieces
 }
role-public = Everybody
role-drafter = Drafter of the submitting organisation
role-signatory = Authorised signatory of the submitting organisation
role-organisation-administrator = Administrator of the organisation
role-organisation-reader = Reader of the organisation
role-agent = Agent under a mandate
role-sponsor = Sponsoring government
role-secretariat = Secretariat officer
role-secretariat-lead = Head of the secretariat
role-reviewer = Reviewer of a delegation
role-head = Head of delegation
role-alternate = Alternate head of delegation
role-inspector = Inspector
role-co-chair = Co-chair of the committee
role-monitor = Independent monitor
role-auditor = Auditor
role-administrator = Administrator of the service
role-system = The rule engine
unit-SET = { $n ->
    [one] set
   *[other] sets
 }
unit-KT = { $n ->
    [one] kit
   *[other] kits
 }
unit-PR = { $n ->
    [one] pair
   *[other] pairs
 }
unit-DZN = { $n ->
    [one] dozen
   *[other] dozen
 }
unit-C62 = { $n ->
    [one] unit
   *[other] units
 }
unit-EA = { $n ->
    [one] piece
   *[other] pieces
 }
unit-GRM = { $n ->
    [one] gram
   *[other] grams
 }
unit-LTR = { $n ->
    [one] litre
   *[other] litres
 }
unit-MTQ = { $n ->
    [one] cubic metre
   *[other] cubic metres
 }
