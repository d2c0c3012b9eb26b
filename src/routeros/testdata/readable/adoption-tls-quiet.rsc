# The server has accepted this router.
:put ""
:put "OpenStrat: this router is now managed as \"Z\C3\BCrich \"HQ\" - 21st Nov 26\" (Default Policy)"
:put "https://cloud.example.net/app/deployments/0f4c6c5e-2a35-4c26-9d0f-6a1f1d4b7e21/overview"
# The scheduler that polls for jobs.
:do {/system scheduler remove [find name="openstrat-poll"]} on-error={}
:do {
  /system scheduler add name="openstrat-poll" interval=30s start-time=startup policy=ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon on-event="\
    # Reports the facts of this router, runs what the server answers.\n\
    :do {\n\
      # What the server wants to know, as key=value pairs. Not every board has every menu, hence the strings.\n\
      :local hb ([:tostr [/system identity get]] . \";\" . [:tostr [/system resource get]])\n\
      :foreach m in={\":return [/system license get]\";\":return [/system routerboard get]\"} do={\n\
        :do {\n\
          :local f [:parse \$m]\n\
          :if ([:typeof \$f] = \"code\") do={:set hb (\$hb . \";\" . [:tostr [\$f]])}\n\
        } on-error={}\n\
      }\n\
      :local r [/tool fetch url=\"https://cloud.example.net/poll\" http-method=post http-header-field=\"Authorization: Bearer AaBbCc-DdEe_FfGgHh0123456789,Content-Type: text/plain\" http-data=\$hb output=user as-value check-certificate=yes-without-crl]\n\
      :local d (\$r->\"data\")\n\
      :if ([:len \$d] > 0) do={:execute script=\$d}\n\
    } on-error={:log debug \"openstrat: poll failed\"}" comment="OpenStrat:core scheduler"
} on-error={
  :error "openstrat: the scheduler could not be created; check the rights of this user and the device mode (/system device-mode print)"
}
# A poll every half a minute would fill the log of the router.
:do {
  :foreach lr in=[/system logging find] do={
    :if ([:tostr [/system logging get $lr topics]] = "info") do={/system logging set $lr topics=info,!fetch}
  }
} on-error={}
:put "Taking the first configuration backup, this can take a minute ..."
:do {
  # Exports the configuration to a file, uploads it and removes the file, also after an error.
  :local bkname "openstrat-1795286220"
  :local bkfile ($bkname . ".rsc")
  :local bkstep "export"
  :local bkok false
  :do {
    # 7.x hides secrets unless told otherwise, 6.x shows them unless told otherwise; neither parses the other's word.
    :local bkv6 ([:pick [/system resource get version] 0 2] = "6.")
    :local bkcmd "/export file=\$n"
    :if ($bkv6) do={:set bkcmd "/export hide-sensitive file=\$n"}
    :local bkrun [:parse $bkcmd]
    :if ([:typeof $bkrun] != "code") do={:error "export"}
    $bkrun n=$bkname
    # Slow devices write the file after the command has returned.
    :set bkstep "the export did not end within a minute"
    :local bksize -1
    :local bkdone false
    :local bktries 0
    :while (($bktries < 60) and (!$bkdone)) do={
      :delay 1s
      :set bktries ($bktries + 1)
      :local bknow 0
      :do {:set bknow [:tonum [/file get [find name=$bkfile] size]]} on-error={}
      :if (($bknow > 0) and ($bknow = $bksize)) do={:set bkdone true}
      :set bksize $bknow
    }
    :if (!$bkdone) do={:error "export"}
    :set bkstep "upload"
    # In pieces, because a variable holds 64 KiB at most. Reading a file in pieces came with 7.13.
    :set bkstep "this RouterOS version cannot read files in pieces"
    :local bkread [:parse ":return ([/file read file=\$f offset=\$o chunk-size=32768 as-value]->\"data\")"]
    :if ([:typeof $bkread] != "code") do={:error "read"}
    :local bkparts (($bksize + 32767) / 32768)
    :local bkpart 0
    :while ($bkpart < $bkparts) do={
      :local bkdata [$bkread f=$bkfile o=($bkpart * 32768)]
      :set bkpart ($bkpart + 1)
      :set bkstep "upload"
      :local bktry 0
      :while ($bktry < 3) do={
        :do {
          /tool fetch url=("https://cloud.example.net/backup-upload/3b0c9c52\?signature=5f1d" . "&part=" . $bkpart . "&of=" . $bkparts) http-method=post http-header-field="Content-Type: application/octet-stream" http-data=$bkdata output=none check-certificate=yes-without-crl
          :set bktry 9
        } on-error={
          :set bktry ($bktry + 1)
          :delay 2s
        }
      }
      :if ($bktry < 9) do={:error "upload"}
    }
    :set bkok true
  } on-error={}
  :do {/file remove [find name=$bkfile]} on-error={}
  :if (!$bkok) do={:error ("openstrat: configuration backup failed: " . $bkstep)}
  :put "The first backup is stored."
} on-error={:put "warning: the first backup failed, see the site's log; it is taken again later"}
# The first jobs (tunnel, API user, filter) should not wait for the scheduler.
:do {:execute script=[/system scheduler get [find name="openstrat-poll"] on-event]} on-error={}
:put "Done."
:put "Simplicity is a great virtue."
