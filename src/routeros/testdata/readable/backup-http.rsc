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
        /tool fetch url=("https://cloud.example.net/backup-upload/3b0c9c52\?signature=5f1d" . "&part=" . $bkpart . "&of=" . $bkparts) http-method=post http-header-field="Content-Type: application/octet-stream" http-data=$bkdata output=none
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
