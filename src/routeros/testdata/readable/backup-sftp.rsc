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
