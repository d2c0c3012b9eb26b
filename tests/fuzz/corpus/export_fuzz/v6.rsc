# nov/21/2026 16:20:00 by RouterOS 6.49.17
# software id = SSXB-J5Q7
#
# model = RB750Gr3
# serial number = CC210E592C82
/interface ethernet
set [ find default-name=ether1 ] comment="WAN: \"fibre\"" name=ether1-wan
/ip address
add address=192.168.88.1/24 comment=defconf interface=bridge network=\
    192.168.88.0
add address=10.20.0.1 interface=vlan20 netmask=255.255.0.0 network=10.20.0.0
/system script
add name=x source=":execute \"/radius add secret=\\\"SECRET\\\"\"\r\
    \n:local password \"SECRET\"; /tool fetch url=\"https://u:pw@h/\?token=abc\""
