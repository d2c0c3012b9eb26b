# Job <<token:string>>: report busy, run the payload guarded, report the outcome.
:global <<var:word>>JobToken
:global <<var:word>>JobOutcome
:global <<var:word>>JobReason
:local jt "<<token:string>>"
:do {/tool fetch url="<<busy_url:string>>" keep-result=no<<if tls>> check-certificate=yes-without-crl<<end>>} on-error={}
# Handed out again, because a call was lost: the payload must not run twice, only its outcome is reported again.
:if ([:tostr $<<var:word>>JobToken] != $jt) do={
  :set <<var:word>>JobToken $jt
  :set <<var:word>>JobOutcome "busy"
  :set <<var:word>>JobReason ""
  <<include job-run>>
}
<<if acknowledge>>
<<include job-report>>
<<end>>
:if ($<<var:word>>JobOutcome != "busy") do={:log info ("<<prefix:string>>: job " . $jt . " finished, remaining <<remaining:number>>")}
<<if more>>
:do {:execute script=[/system scheduler get [find name="<<prefix:string>>-poll"] on-event]} on-error={}
<<end>>
