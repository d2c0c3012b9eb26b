# The server has accepted this router.
:put ""
:put "<<name:string>>: this router is now managed as \"<<site_name:string>>\" (<<runbook_name:string>>)"
:put "<<portal_url:string>>"
<<include scheduler>>
<<if quiet>>
<<include quiet-fetch-log>>
<<end>>
<<if backup>>
:put "Taking the first configuration backup, this can take a minute ..."
:do {
  <<include backup>>
  :put "The first backup is stored."
} on-error={:put "warning: the first backup failed, see the site's log; it is taken again later"}
<<end>>
# The first jobs (tunnel, API user, filter) should not wait for the scheduler.
:do {:execute script=[/system scheduler get [find name="<<prefix:string>>-poll"] on-event]} on-error={}
:put "Done."
<<if closing>>
:put "<<quote_text:string>>"
<<end>>
