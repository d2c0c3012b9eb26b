# Every command has its own guard and stands in a string: its menu may belong to the other major version, or to a package
# that is not installed. Users before what they use: rules before lists, routes before tables, peers before interfaces.
:local mark "^<<comment_pattern:string>>"
:local begin "^<<prefix:string>>"
:local own "^<<prefix:string>>-"
:local inflash "^(flash/)\?<<prefix:string>>"
:local poll "<<prefix:string>>-poll"
:foreach part in={
  "<<quote removal-dhcp-client>>";
  "<<quote removal-dhcp-option>>";
  "/system scheduler remove [find where comment~\$mark and name!=\$poll]";
  "/tool netwatch remove [find where comment~\$mark]";
  "/system script remove [find where comment~\$mark]";
  "/ip firewall filter remove [find where comment~\$mark]";
  "/ip firewall nat remove [find where comment~\$mark]";
  "/ip firewall mangle remove [find where comment~\$mark]";
  "/ip firewall raw remove [find where comment~\$mark]";
  "/ip firewall address-list remove [find where comment~\$mark]";
  "/ipv6 firewall filter remove [find where comment~\$mark]";
  "/ipv6 firewall nat remove [find where comment~\$mark]";
  "/ipv6 firewall mangle remove [find where comment~\$mark]";
  "/ipv6 firewall raw remove [find where comment~\$mark]";
  "/ipv6 firewall address-list remove [find where comment~\$mark]";
  "/routing bgp connection remove [find where comment~\$mark]";
  "/routing bgp template remove [find where comment~\$mark]";
  "/routing bgp peer remove [find where comment~\$mark]";
  "/routing bgp instance remove [find where comment~\$mark]";
  "/routing filter rule remove [find where comment~\$mark]";
  "/routing filter remove [find where comment~\$mark]";
  "/ip route remove [find where comment~\$mark]";
  "/ipv6 route remove [find where comment~\$mark]";
  "/routing rule remove [find where comment~\$mark]";
  "/ip route rule remove [find where comment~\$mark]";
  "/routing table remove [find where comment~\$mark]";
  "/ip address remove [find where comment~\$mark]";
  "/ipv6 address remove [find where comment~\$mark]";
  "/ip dns static remove [find where comment~\$mark]";
  "/radius remove [find where comment~\$mark]";
  "/ip hotspot walled-garden ip remove [find where comment~\$mark]";
  "/ip hotspot walled-garden remove [find where comment~\$mark]";
  "/ip hotspot remove [find where name~\$own]";
  "/ip hotspot profile remove [find where name~\$own]";
  "/interface wireguard peers remove [find where comment~\$mark]";
  "/interface wireguard remove [find where comment~\$mark]";
  "/interface ovpn-client remove [find where comment~\$mark]";
  "/interface l2tp-client remove [find where comment~\$mark]";
  "/interface ipip remove [find where comment~\$mark]";
  "/interface bridge remove [find where comment~\$mark]";
  "/interface list member remove [find where comment~\$mark]";
  "/interface list remove [find where comment~\$mark]";
  "/ppp profile remove [find where comment~\$mark]";
  "/ip dhcp-server option remove [find where name~\$own]";
  "/user remove [find where comment~\$mark]";
  "/user remove [find where name~\$own]";
  "/system logging remove [find where action~\$begin]";
  "/system logging action remove [find where name~\$begin]";
  "/snmp community remove [find where name~\$begin]";
  "/file remove [find where name~\$inflash]"
} do={
  :do {
    :local run [:parse $part]
    :if ([:typeof $run] = "code") do={$run mark=$mark begin=$begin own=$own inflash=$inflash poll=$poll}
  } on-error={}
}
<<if quiet>>
<<include restore-fetch-log>>
<<end>>
