# Job aZ19bY28cX: report busy, run the payload guarded, report the outcome.
:global openstratJobToken
:global openstratJobOutcome
:global openstratJobReason
:local jt "aZ19bY28cX"
:do {/tool fetch url="https://cloud.example.net/job/1b9d/update\?status=busy&signature=aa01" keep-result=no} on-error={}
# Handed out again, because a call was lost: the payload must not run twice, only its outcome is reported again.
:if ([:tostr $openstratJobToken] != $jt) do={
  :set openstratJobToken $jt
  :set openstratJobOutcome "busy"
  :set openstratJobReason ""
  :local parts {"/ip firewall address-list add list=test address=192.0.2.1 comment=\"a \\\"quoted\\\" \$name\?\"\n:put done\n"}
  :local why ""
  # From 7.13 on the reason of a failure can be told.
  :local guard
  :local osver [/system resource get version]
  :local osminor [:tonum [:pick $osver 2 4]]
  :if (([:pick $osver 0 2] != "6.") and ([:typeof $osminor] = "num")) do={
    :if ($osminor > 12) do={:do {:set guard [:parse "\
      :local part \$src\n\
      :local why \"\"\n\
      :onerror e in={\n\
        :local body [:parse \$part]\n\
        :if ([:typeof \$body] != \"code\") do={:error (\"payload does not parse: \" . [:tostr \$body])}\n\
        \$body\n\
      } do={:set why (\"\" . \$e); :if ([:len \$why] = 0) do={:set why \"unknown error\"}}\n\
      :return \$why"]} on-error={}}
  }
  :log info ("openstrat trace: job " . $jt . " starts, guarded by " . [:typeof $guard])
  :do {
    :foreach part in=$parts do={
      :if ([:typeof $guard] = "code") do={
        :if ([:len $why] = 0) do={:set why [$guard src=$part]}
      } else={
        :local body [:parse $part]
        :if ([:typeof $body] != "code") do={:error "payload does not parse"}
        $body
      }
    }
    :if ([:len $why] = 0) do={:set openstratJobOutcome "done"}
  } on-error={}
  :if ($openstratJobOutcome != "done") do={
    :set openstratJobOutcome "fail"
    :set openstratJobReason [:pick [:tostr $why] 0 300]
    :log warning ("openstrat: job " . $jt . " failed " . $openstratJobReason)
  }
}
:local report ""
:if ($openstratJobOutcome = "done") do={:set report "https://cloud.example.net/job/1b9d/update\?status=done&signature=bb02"}
:if ($openstratJobOutcome = "fail") do={
  :set report "https://cloud.example.net/job/1b9d/update\?status=fail&signature=cc03"
  :if ([:len $openstratJobReason] > 0) do={
    :do {
      :local encode [:parse ":return [:convert \$t to=url]"]
      :set report ($report . "&error=" . [$encode t=$openstratJobReason])
    } on-error={}
  }
}
# A payload often cuts the uplink for a moment.
:local tries 0
:if ([:len $report] = 0) do={:set tries 5}
:while ($tries < 5) do={
  :do {
    /tool fetch url=$report keep-result=no
    :set tries 5
  } on-error={
    :set tries ($tries + 1)
    :delay 5s
  }
}
:if ($openstratJobOutcome != "busy") do={:log info ("openstrat: job " . $jt . " finished, remaining 0")}
