# <<name:string>>: adoption of this router. The version is checked before anything else; the rest stands in a string,
# because the parser of an old release would refuse this whole file.
:local osver [/system resource get version]
:local osmajor [:tonum [:pick $osver 0 [:find $osver "."]]]
:local supported ($osmajor > 6)
:if ($osmajor = 6) do={
  :local osminor [:tonum [:pick $osver 2 4]]
  :if ([:typeof $osminor] = "num") do={:set supported ($osminor >= 49)}
}
:if ($supported) do={
  :local adopt
  :do {:set adopt [:parse "<<quote bootstrap-main>>"]} on-error={}
  :if ([:typeof $adopt] != "code") do={:error "<<prefix:string>>: this RouterOS version cannot run the adoption script"}
  $adopt
} else={
  <<include upgrade-first>>
}
