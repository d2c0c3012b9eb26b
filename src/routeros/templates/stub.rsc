# The payload is too long for a variable: fetched to a file and imported. Its last line leaves the job token behind.
:global <<var:word>>Imported
:set <<var:word>>Imported ""
:local path "<<prefix:string>>-<<token:string>>.rsc"
:local why ""
:do {/tool fetch url="<<payload_url:string>>" dst-path=$path<<if tls>> check-certificate=yes-without-crl<<end>>} on-error={
  :do {/file remove [find name=$path]} on-error={}
  :error "<<prefix:string>>: the payload could not be fetched"
}
:local direct
:local osver [/system resource get version]
:local osminor [:tonum [:pick $osver 2 4]]
:if (([:pick $osver 0 2] != "6.") and ([:typeof $osminor] = "num")) do={
  :if ($osminor > 15) do={:do {:set direct [:parse "<<quote stub-direct>>"]} on-error={}}
}
:if ([:typeof $direct] = "code") do={
  :set why [$direct src=$path]
} else={
  # Before 7.16 a syntax error in an imported file cannot be caught: the import is a job of its own.
  :local job [:execute script=("/import file-name=\"" . $path . "\"")]
  :local waited 0
  :while (($waited < 900) and ([:len [/system script job find where .id=$job]] > 0)) do={
    :delay 1s
    :set waited ($waited + 1)
  }
}
:do {/file remove [find name=$path]} on-error={}
:if ([:len $why] > 0) do={:error $why}
:if ([:tostr $<<var:word>>Imported] != "<<token:string>>") do={:error "<<prefix:string>>: the payload did not run to its end, see the log of the router"}
