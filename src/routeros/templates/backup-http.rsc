# In pieces, because a variable holds 64 KiB at most. Reading a file in pieces came with 7.13.
:set bkstep "this RouterOS version cannot read files in pieces"
:local bkread [:parse ":return ([/file read file=\$f offset=\$o chunk-size=32768 as-value]->\"data\")"]
:if ([:typeof $bkread] != "code") do={:error "read"}
:local bkparts (($bksize + 32767) / 32768)
:local bkpart 0
:while ($bkpart < $bkparts) do={
  :local bkdata [$bkread f=$bkfile o=($bkpart * 32768)]
  :set bkpart ($bkpart + 1)
  :set bkstep "upload"
  :local bktry 0
  :while ($bktry < 3) do={
    :do {
      /tool fetch url=("<<upload_url:string>>" . "&part=" . $bkpart . "&of=" . $bkparts) http-method=post http-header-field="Content-Type: application/octet-stream" http-data=$bkdata output=none<<if tls>> check-certificate=yes-without-crl<<end>>
      :set bktry 9
    } on-error={
      :set bktry ($bktry + 1)
      :delay 2s
    }
  }
  :if ($bktry < 9) do={:error "upload"}
}
