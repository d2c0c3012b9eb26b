# Reports the facts of this router, runs what the server answers.
:do {
  <<include facts>>
  :local r [/tool fetch url="<<poll_url:string>>" http-method=post http-header-field="Authorization: Bearer <<device_token:string>>,Content-Type: text/plain" http-data=$hb output=user as-value<<if tls>> check-certificate=yes-without-crl<<end>>]
  :local d ($r->"data")
  :if ([:len $d] > 0) do={:execute script=$d}
} on-error={:log debug "<<prefix:string>>: poll failed"}
