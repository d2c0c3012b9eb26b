:local parts {<<if backup>>"<<quote backup>>";<<end>>"<<if stub>><<quote stub>><<else>><<payload:string>><<end>>"}
:local why ""
# From 7.13 on the reason of a failure can be told.
:local guard
:local osver [/system resource get version]
:local osminor [:tonum [:pick $osver 2 4]]
:if (([:pick $osver 0 2] != "6.") and ([:typeof $osminor] = "num")) do={
  :if ($osminor > 12) do={:do {:set guard [:parse "<<quote guard>>"]} on-error={}}
}
<<if trace>>
:log info ("<<prefix:string>> trace: job " . $jt . " starts, guarded by " . [:typeof $guard])
<<end>>
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
  :if ([:len $why] = 0) do={:set <<var:word>>JobOutcome "done"}
} on-error={}
:if ($<<var:word>>JobOutcome != "done") do={
  :set <<var:word>>JobOutcome "fail"
  :set <<var:word>>JobReason [:pick [:tostr $why] 0 300]
  :log warning ("<<prefix:string>>: job " . $jt . " failed " . $<<var:word>>JobReason)
}
