# Exports the configuration to a file, uploads it and removes the file, also after an error.
:local bkname "<<prefix:string>>-<<backup_time:number>>"
:local bkfile ($bkname . ".rsc")
:local bkstep "export"
:local bkok false
:do {
  <<include backup-export>>
  :set bkstep "upload"
<<if by_http>>
  <<include backup-http>>
<<else>>
  <<include backup-sftp>>
<<end>>
  :set bkok true
} on-error={}
:do {/file remove [find name=$bkfile]} on-error={}
:if (!$bkok) do={:error ("<<prefix:string>>: configuration backup failed: " . $bkstep)}
