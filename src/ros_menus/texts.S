/* The menu texts as bytes between two labels, read by texts.cpp. */
    .section .rodata
    .global openstrat_ros_menus_begin
    .global openstrat_ros_menus_end
openstrat_ros_menus_begin:
    .incbin "00_root.txt"
    .incbin "20_interface.txt"
    .incbin "30_ip.txt"
    .incbin "35_firewall.txt"
    .incbin "40_ipv6.txt"
    .incbin "50_ppp_routing.txt"
    .incbin "60_system.txt"
    .incbin "70_user.txt"
    .incbin "80_other_caps_routing.txt"
    .incbin "81_other_interface.txt"
    .incbin "82_other_ip.txt"
    .incbin "83_other_rest.txt"
    .incbin "88_hardware.txt"
    .incbin "89_version6.txt"
    .incbin "90_order.txt"
openstrat_ros_menus_end:
    .section .note.GNU-stack,"",@progbits
