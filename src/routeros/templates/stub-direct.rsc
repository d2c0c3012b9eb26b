:local path $src
:local why ""
:onerror e in={/import file-name=$path} do={:set why ("" . $e)}
:return $why
