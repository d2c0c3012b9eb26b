/ip firewall address-list add list=test address=192.0.2.1 comment="a \"quoted\" $name?"
:put done

:global openstratImported "aZ19bY28cX"
