# 7.x hides secrets unless told otherwise, 6.x shows them unless told otherwise; neither parses the other's word.
:local bkv6 ([:pick [/system resource get version] 0 2] = "6.")
<<if show_sensitive>>
:local bkcmd "/export show-sensitive file=\$n"
:if ($bkv6) do={:set bkcmd "/export file=\$n"}
<<else>>
:local bkcmd "/export file=\$n"
:if ($bkv6) do={:set bkcmd "/export hide-sensitive file=\$n"}
<<end>>
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
