# Removes everything that carries our comment or name, at last the scheduler.
<<if notify>>
# The scheduler holds the stored token; what is still needed after it stands here.
:local nurl "<<notify_url:string>>"
:local nhdr "Authorization: Bearer <<device_token:string>>"
<<end>>
<<include removal-items>>
:do {/system scheduler remove [find name="<<prefix:string>>-poll"]} on-error={}
:log info "<<prefix:string>>: this router is no longer managed"
<<if notify>>
:local tries 0
:while ($tries < 5) do={
  :do {
    /tool fetch url=$nurl http-header-field=$nhdr keep-result=no<<if tls>> check-certificate=yes-without-crl<<end>>
    :set tries 5
  } on-error={
    :set tries ($tries + 1)
    :delay 5s
  }
}
<<end>>
:do {/certificate remove [find where name~"^<<prefix:string>>-ca"]} on-error={}
