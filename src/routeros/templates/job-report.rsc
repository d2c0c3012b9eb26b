:local report ""
:if ($<<var:word>>JobOutcome = "done") do={:set report "<<done_url:string>>"}
:if ($<<var:word>>JobOutcome = "fail") do={
  :set report "<<fail_url:string>>"
  :if ([:len $<<var:word>>JobReason] > 0) do={
    :do {
      :local encode [:parse ":return [:convert \$t to=url]"]
      :set report ($report . "&error=" . [$encode t=$<<var:word>>JobReason])
    } on-error={}
  }
}
# A payload often cuts the uplink for a moment.
:local tries 0
:if ([:len $report] = 0) do={:set tries 5}
:while ($tries < 5) do={
  :do {
    /tool fetch url=$report keep-result=no<<if tls>> check-certificate=yes-without-crl<<end>>
    :set tries 5
  } on-error={
    :set tries ($tries + 1)
    :delay 5s
  }
}
