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
      # Exports the configuration to a file, uploads it and removes the file, also after an error.\n\
      :local bkname \"openstrat-1795286220\"\n\
      :local bkfile (\$bkname . \".rsc\")\n\
      :local bkstep \"export\"\n\
      :local bkok false\n\
      :do {\n\
        # 7.x hides secrets unless told otherwise, 6.x shows them unless told otherwise; neither parses the other's word.\n\
        :local bkv6 ([:pick [/system resource get version] 0 2] = \"6.\")\n\
        :local bkcmd \"/export file=\\\$n\"\n\
        :if (\$bkv6) do={:set bkcmd \"/export hide-sensitive file=\\\$n\"}\n\
        :local bkrun [:parse \$bkcmd]\n\
        :if ([:typeof \$bkrun] != \"code\") do={:error \"export\"}\n\
        \$bkrun n=\$bkname\n\
        # Slow devices write the file after the command has returned.\n\
        :set bkstep \"the export did not end within a minute\"\n\
        :local bksize -1\n\
        :local bkdone false\n\
        :local bktries 0\n\
        :while ((\$bktries < 60) and (!\$bkdone)) do={\n\
          :delay 1s\n\
          :set bktries (\$bktries + 1)\n\
          :local bknow 0\n\
          :do {:set bknow [:tonum [/file get [find name=\$bkfile] size]]} on-error={}\n\
          :if ((\$bknow > 0) and (\$bknow = \$bksize)) do={:set bkdone true}\n\
          :set bksize \$bknow\n\
        }\n\
        :if (!\$bkdone) do={:error \"export\"}\n\
        :set bkstep \"upload\"\n\
        # In pieces, because a variable holds 64 KiB at most. Reading a file in pieces came with 7.13.\n\
        :set bkstep \"this RouterOS version cannot read files in pieces\"\n\
        :local bkread [:parse \":return ([/file read file=\\\$f offset=\\\$o chunk-size=32768 as-value]->\\\"data\\\")\"]\n\
        :if ([:typeof \$bkread] != \"code\") do={:error \"read\"}\n\
        :local bkparts ((\$bksize + 32767) / 32768)\n\
        :local bkpart 0\n\
        :while (\$bkpart < \$bkparts) do={\n\
          :local bkdata [\$bkread f=\$bkfile o=(\$bkpart * 32768)]\n\
          :set bkpart (\$bkpart + 1)\n\
          :set bkstep \"upload\"\n\
          :local bktry 0\n\
          :while (\$bktry < 3) do={\n\
            :do {\n\
              /tool fetch url=(\"https://cloud.example.net/backup-upload/3b0c9c52\\\?signature=5f1d\" . \"&part=\" . \$bkpart . \"&of=\" . \$bkparts) http-method=post http-header-field=\"Content-Type: application/octet-stream\" http-data=\$bkdata output=none\n\
              :set bktry 9\n\
            } on-error={\n\
              :set bktry (\$bktry + 1)\n\
              :delay 2s\n\
            }\n\
          }\n\
          :if (\$bktry < 9) do={:error \"upload\"}\n\
        }\n\
        :set bkok true\n\
      } on-error={}\n\
      :do {/file remove [find name=\$bkfile]} on-error={}\n\
      :if (!\$bkok) do={:error (\"openstrat: configuration backup failed: \" . \$bkstep)}";"/ip firewall address-list add list=test address=192.0.2.1 comment=\"a \\\"quoted\\\" \$name\?\"\n:put done\n"}
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
:if ($openstratJobOutcome != "busy") do={:log info ("openstrat: job " . $jt . " finished, remaining 3")}
:do {:execute script=[/system scheduler get [find name="openstrat-poll"] on-event]} on-error={}
