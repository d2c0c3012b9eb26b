# 2026-11-21 16:20:00 by RouterOS 7.20.8
# system id = l4OTU4Vy46B
#
/interface/wifi
add .mode=ap configuration.ssid=x security.passphrase="a b" !comment
/ip/route add blackhole dst-address=10.0.0.0/8; /user/add name=x password={"a"}
