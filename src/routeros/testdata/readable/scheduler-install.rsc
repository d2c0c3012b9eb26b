# The scheduler that polls for jobs.
:do {/system scheduler remove [find name="openstrat-poll"]} on-error={}
:do {
  /system scheduler add name="openstrat-poll" interval=30s start-time=startup policy=ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon on-event="\
    # Reports the facts of this router, runs what the server answers.\n\
    :do {\n\
      # What the server wants to know, as key=value pairs. Not every board has every menu, hence the strings.\n\
      :local hb ([:tostr [/system identity get]] . \";\" . [:tostr [/system resource get]])\n\
      :foreach m in={\":return [/system license get]\";\":return [/system routerboard get]\"} do={\n\
        :do {\n\
          :local f [:parse \$m]\n\
          :if ([:typeof \$f] = \"code\") do={:set hb (\$hb . \";\" . [:tostr [\$f]])}\n\
        } on-error={}\n\
      }\n\
      :local r [/tool fetch url=\"https://cloud.example.net/poll\" http-method=post http-header-field=\"Authorization: Bearer AaBbCc-DdEe_FfGgHh0123456789,Content-Type: text/plain\" http-data=\$hb output=user as-value]\n\
      :local d (\$r->\"data\")\n\
      :if ([:len \$d] > 0) do={:execute script=\$d}\n\
    } on-error={:log debug \"openstrat: poll failed\"}" comment="OpenStrat:core scheduler"
} on-error={
  :error "openstrat: the scheduler could not be created; check the rights of this user and the device mode (/system device-mode print)"
}
