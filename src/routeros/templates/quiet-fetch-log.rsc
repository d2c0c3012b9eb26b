# A poll every half a minute would fill the log of the router.
:do {
  :foreach lr in=[/system logging find] do={
    :if ([:tostr [/system logging get $lr topics]] = "info") do={/system logging set $lr topics=info,!fetch}
  }
} on-error={}
