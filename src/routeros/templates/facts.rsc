# What the server wants to know, as key=value pairs. Not every board has every menu, hence the strings.
:local hb ([:tostr [/system identity get]] . ";" . [:tostr [/system resource get]])
:foreach m in={":return [/system license get]";":return [/system routerboard get]"} do={
  :do {
    :local f [:parse $m]
    :if ([:typeof $f] = "code") do={:set hb ($hb . ";" . [:tostr [$f]])}
  } on-error={}
}
