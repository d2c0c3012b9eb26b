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
  :local parts {"\
      # The payload is too long for a variable: fetched to a file and imported. Its last line leaves the job token behind.\n\
      :global openstratImported\n\
      :set openstratImported \"\"\n\
      :local path \"openstrat-aZ19bY28cX.rsc\"\n\
      :local why \"\"\n\
      :do {/tool fetch url=\"https://cloud.example.net/job/1b9d/payload\\\?signature=ee05\" dst-path=\$path} on-error={\n\
        :do {/file remove [find name=\$path]} on-error={}\n\
        :error \"openstrat: the payload could not be fetched\"\n\
      }\n\
      :local direct\n\
      :local osver [/system resource get version]\n\
      :local osminor [:tonum [:pick \$osver 2 4]]\n\
      :if (([:pick \$osver 0 2] != \"6.\") and ([:typeof \$osminor] = \"num\")) do={\n\
        :if (\$osminor > 15) do={:do {:set direct [:parse \"\\\n\
          :local path \\\$src\\n\\\n\
          :local why \\\"\\\"\\n\\\n\
          :onerror e in={/import file-name=\\\$path} do={:set why (\\\"\\\" . \\\$e)}\\n\\\n\
          :return \\\$why\"]} on-error={}}\n\
      }\n\
      :if ([:typeof \$direct] = \"code\") do={\n\
        :set why [\$direct src=\$path]\n\
      } else={\n\
        # Before 7.16 a syntax error in an imported file cannot be caught: the import is a job of its own.\n\
        :local job [:execute script=(\"/import file-name=\\\"\" . \$path . \"\\\"\")]\n\
        :local waited 0\n\
        :while ((\$waited < 900) and ([:len [/system script job find where .id=\$job]] > 0)) do={\n\
          :delay 1s\n\
          :set waited (\$waited + 1)\n\
        }\n\
      }\n\
      :do {/file remove [find name=\$path]} on-error={}\n\
      :if ([:len \$why] > 0) do={:error \$why}\n\
      :if ([:tostr \$openstratImported] != \"aZ19bY28cX\") do={:error \"openstrat: the payload did not run to its end, see the log of the router\"}"}
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
