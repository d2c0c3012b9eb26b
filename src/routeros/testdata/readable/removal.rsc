# Removes everything that carries our comment or name, at last the scheduler.
# The scheduler holds the stored token; what is still needed after it stands here.
:local nurl "https://cloud.example.net/notify/delete\?expires=1795886220&signature=dd04"
:local nhdr "Authorization: Bearer AaBbCc-DdEe_Ff"
# Every command has its own guard and stands in a string: its menu may belong to the other major version, or to a package
# that is not installed. Users before what they use: rules before lists, routes before tables, peers before interfaces.
:local mark "^OpenStrat:"
:local begin "^openstrat"
:local own "^openstrat-"
:local inflash "^(flash/)\?openstrat"
:local poll "openstrat-poll"
:foreach part in={
  "\
    # Our part of a customer's DHCP client script stands between two marks.\n\
    :local head \"#OpenStrat:begin\"\n\
    :local tail \"#OpenStrat:end\"\n\
    :foreach i in=[/ip dhcp-client find] do={\n\
      :local s [:tostr [/ip dhcp-client get \$i script]]\n\
      :local b [:find \$s \$head]\n\
      :local e [:find \$s \$tail]\n\
      :if (([:typeof \$b] = \"num\") and ([:typeof \$e] = \"num\")) do={\n\
        /ip dhcp-client set \$i script=([:pick \$s 0 \$b] . [:pick \$s (\$e + [:len \$tail]) [:len \$s]])\n\
      }\n\
    }";
  "\
    # An option can only be removed when no network refers to it.\n\
    :foreach i in=[/ip dhcp-server network find] do={\n\
      :local keep \"\"\n\
      :local ours false\n\
      :foreach o in=[/ip dhcp-server network get \$i dhcp-option] do={\n\
        :if (\$o ~ \$own) do={:set ours true} else={\n\
          :if ([:len \$keep] > 0) do={:set keep (\$keep . \",\")}\n\
          :set keep (\$keep . \$o)\n\
        }\n\
      }\n\
      :if (\$ours) do={/ip dhcp-server network set \$i dhcp-option=\$keep}\n\
    }";
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
:do {
  :foreach lr in=[/system logging find] do={
    :if ([:tostr [/system logging get $lr topics]] = "info;!fetch") do={/system logging set $lr topics=info}
  }
} on-error={}
:do {/system scheduler remove [find name="openstrat-poll"]} on-error={}
:log info "openstrat: this router is no longer managed"
:local tries 0
:while ($tries < 5) do={
  :do {
    /tool fetch url=$nurl http-header-field=$nhdr keep-result=no check-certificate=yes-without-crl
    :set tries 5
  } on-error={
    :set tries ($tries + 1)
    :delay 5s
  }
}
:do {/certificate remove [find where name~"^openstrat-ca"]} on-error={}
