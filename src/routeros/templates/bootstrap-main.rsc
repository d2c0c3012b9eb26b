<<if trace>>
:log info "<<prefix:string>> trace: checking clock and DNS"
<<end>>
# A clock that is not set spoils certificate checks and log times, but not the adoption.
:if ([:typeof [:find [:tostr [/system clock get date]] "1970"]] = "num") do={
  :put "<<name:string>>: warning: the clock of this router is not set (/system ntp client)"
}
<<if dns>>
:do {:resolve "<<dns_name:string>>"} on-error={
  :error "<<prefix:string>>: cannot resolve <<dns_name:string>>; set a DNS server (/ip dns set servers=...) and paste the command again"
}
<<end>>
<<if ca>>
<<include import-ca>>
<<end>>
<<include facts>>
# The token of an existing scheduler proves that this router is the site that may still be online.
:local hdr "Content-Type: text/plain"
:do {
  :local ev [/system scheduler get [find name="<<prefix:string>>-poll"] on-event]
  :local at [:find $ev "Bearer "]
  :if ([:typeof $at] = "num") do={:set hdr ($hdr . ",X-Device-Token: " . [:pick $ev ($at + 7) [:find $ev "," $at]])}
} on-error={}
<<if trace>>
:log info ("<<prefix:string>> trace: sending facts: " . $hb)
<<end>>
:local answer
:do {
  :set answer [/tool fetch url="<<adopt_url:string>>" http-method=post http-header-field=$hdr http-data=$hb output=user as-value<<if tls>> check-certificate=yes-without-crl<<end>>]
} on-error={
  :error "<<prefix:string>>: the server did not accept this router: no connection, or the command is no longer valid (see /log print)"
}
:local run
:do {:set run [:parse ($answer->"data")]} on-error={}
:if ([:typeof $run] != "code") do={:error "<<prefix:string>>: the answer of the server is not a script"}
<<if trace>>
:log info "<<prefix:string>> trace: running the answer"
<<end>>
$run
