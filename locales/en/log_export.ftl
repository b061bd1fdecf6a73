# Export log: the page that makes a file of a security log.

title-log-export = Export log
export-lead = Download security log for audit purposes.
export-lead-of = Download the security log of { $email } for audit purposes.
export-lead-installation = Download the security log of this installation for audit purposes.
export-format = Format
export-format-hint = CSV opens in a spreadsheet. JSON Lines is for programs.
export-format-csv = CSV
export-format-jsonl = JSON Lines
export-no-format = Choose one of these formats.
export-from = First day
export-from-hint = Empty for all.
export-until = Last day
export-until-hint = Empty for up to now.
export-no-date = Enter a date as year-month-day.
export-backwards = The last day is before the first.
export-areas = What to include
export-no-area = Choose at least one.
export-button = Export log
export-running-title = While it runs
export-running = Your browser shows how much has arrived. This page stays open, and you can go on working. If you sign out meanwhile, or the connection breaks, the browser says that the download failed: then start again.
export-is-event = The file holds network addresses and email addresses. Keep it where only you can read it. That you exported the log is an event in it.
export-wait =
    There were { $count } exports in a short time. { $minutes ->
        [one] Try again in { $minutes } minute.
       *[other] Try again in { $minutes } minutes.
    }
