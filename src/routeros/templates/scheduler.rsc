# The scheduler that polls for jobs.
:do {/system scheduler remove [find name="<<prefix:string>>-poll"]} on-error={}
:do {
  /system scheduler add name="<<prefix:string>>-poll" interval=<<poll_interval:word>> start-time=startup policy=<<policy:list>> on-event="<<quote poll>>" comment="<<comment:string>>core scheduler"
} on-error={
  :error "<<prefix:string>>: the scheduler could not be created; check the rights of this user and the device mode (/system device-mode print)"
}
