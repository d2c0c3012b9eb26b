/* The menu texts as bytes between two labels, read by texts.cpp. */
    .section .rodata
    .global openstrat_sim_menus_begin
    .global openstrat_sim_menus_end
openstrat_sim_menus_begin:
    .incbin "00_root.txt"
openstrat_sim_menus_end:
    .section .note.GNU-stack,"",@progbits
