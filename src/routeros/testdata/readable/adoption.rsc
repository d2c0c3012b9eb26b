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
      :local r [/tool fetch url=\"https://cloud.example.net/poll\" http-method=post http-header-field=\"Authorization: Bearer AaBbCc-DdEe_FfGgHh0123456789,Content-Type: text/plain\" http-data=\$hb output=user as-value]\n\
      :local d (\$r->\"data\")\n\
      :if ([:len \$d] > 0) do={:execute script=\$d}\n\
    } on-error={:log debug \"openstrat: poll failed\"}" comment="OpenStrat:core scheduler"
} on-error={
  :error "openstrat: the scheduler could not be created; check the rights of this user and the device mode (/system device-mode print)"
}
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
    :local bkhost "backup.example.net"
    :do {:set bkhost [:resolve $bkhost]} on-error={}
    /tool fetch upload=yes mode=sftp address=$bkhost port=2222 user="0f4c6c5e-2a35-4c26-9d0f-6a1f1d4b7e21" password="q8ZrT1vYb3NwK6mLx0PsD4hJ7gFcA2eU" src-path=$bkfile dst-path="1795286220.rsc"
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
