:do {
  :foreach lr in=[/system logging find] do={
    :if ([:tostr [/system logging get $lr topics]] = "info;!fetch") do={/system logging set $lr topics=info}
  }
} on-error={}
