# An option can only be removed when no network refers to it.
:foreach i in=[/ip dhcp-server network find] do={
  :local keep ""
  :local ours false
  :foreach o in=[/ip dhcp-server network get $i dhcp-option] do={
    :if ($o ~ $own) do={:set ours true} else={
      :if ([:len $keep] > 0) do={:set keep ($keep . ",")}
      :set keep ($keep . $o)
    }
  }
  :if ($ours) do={/ip dhcp-server network set $i dhcp-option=$keep}
}
