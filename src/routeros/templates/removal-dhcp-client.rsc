# Our part of a customer's DHCP client script stands between two marks.
:local head "#<<comment:string>>begin"
:local tail "#<<comment:string>>end"
:foreach i in=[/ip dhcp-client find] do={
  :local s [:tostr [/ip dhcp-client get $i script]]
  :local b [:find $s $head]
  :local e [:find $s $tail]
  :if (([:typeof $b] = "num") and ([:typeof $e] = "num")) do={
    /ip dhcp-client set $i script=([:pick $s 0 $b] . [:pick $s ($e + [:len $tail]) [:len $s]])
  }
}
