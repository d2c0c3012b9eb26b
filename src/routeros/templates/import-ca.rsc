# The certificate authority of the server, so that fetch can check certificates. 6.x has no /file add.
:if ([:len [/certificate find where name~"^<<prefix:string>>-ca"]] = 0) do={
  :local pem "<<ca_pem:string>>"
  :local cafile "<<prefix:string>>-ca.txt"
  :do {
    :do {
      :local fn [:parse "/file add name=\$n contents=\$c"]
      :if ([:typeof $fn] != "code") do={:error "no /file add"}
      $fn n=$cafile c=$pem
    } on-error={
      /file print file="<<prefix:string>>-ca"
      :delay 2s
      /file set $cafile contents=$pem
    }
    :delay 1s
    /certificate import file-name=$cafile passphrase=""
  } on-error={:error "<<prefix:string>>: the certificate authority of the server could not be imported"}
  :do {/file remove $cafile} on-error={}
}
