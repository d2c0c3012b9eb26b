:local part $src
:local why ""
:onerror e in={
  :local body [:parse $part]
  :if ([:typeof $body] != "code") do={:error ("payload does not parse: " . [:tostr $body])}
  $body
} do={:set why ("" . $e); :if ([:len $why] = 0) do={:set why "unknown error"}}
:return $why
