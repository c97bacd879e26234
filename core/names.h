/*
 * names.h - what the files of the core call each other, as the linker has it
 *
 * A program that takes libshmbox.a in has all global names of it, hidden or not. Those that
 * begin with shmbox_ are ours; a program may have a touch() or read_file() of its own.
 */
#ifndef NAMES_H
#define NAMES_H

#define above_streams(...) shmbox_core_above_streams(__VA_ARGS__)
#define all_present(...) shmbox_core_all_present(__VA_ARGS__)
#define all_wait(...) shmbox_core_all_wait(__VA_ARGS__)
#define check_range(...) shmbox_core_check_range(__VA_ARGS__)
#define each_line(...) shmbox_core_each_line(__VA_ARGS__)
#define each_line_of(...) shmbox_core_each_line_of(__VA_ARGS__)
#define each_mapping(...) shmbox_core_each_mapping(__VA_ARGS__)
#define each_name(...) shmbox_core_each_name(__VA_ARGS__)
#define each_number(...) shmbox_core_each_number(__VA_ARGS__)
#define each_row(...) shmbox_core_each_row(__VA_ARGS__)
#define each_thread(...) shmbox_core_each_thread(__VA_ARGS__)
#define find_holders(...) shmbox_core_find_holders(__VA_ARGS__)
#define has_capability(...) shmbox_core_has_capability(__VA_ARGS__)
#define job_advance(...) shmbox_core_job_advance(__VA_ARGS__)
#define job_again(...) shmbox_core_job_again(__VA_ARGS__)
#define job_begin(...) shmbox_core_job_begin(__VA_ARGS__)
#define job_begin_with_fd(...) shmbox_core_job_begin_with_fd(__VA_ARGS__)
#define job_tell(...) shmbox_core_job_tell(__VA_ARGS__)
#define kernel_device(...) shmbox_core_kernel_device(__VA_ARGS__)
#define make_room(...) shmbox_core_make_room(__VA_ARGS__)
#define may_choose_id(...) shmbox_core_may_choose_id(__VA_ARGS__)
#define may_release(...) shmbox_core_may_release(__VA_ARGS__)
#define next_number(...) shmbox_core_next_number(__VA_ARGS__)
#define owns(...) shmbox_core_owns(__VA_ARGS__)
#define page_size(...) shmbox_core_page_size(__VA_ARGS__)
#define place_holder(...) shmbox_core_place_holder(__VA_ARGS__)
#define proc_is_ours(...) shmbox_core_proc_is_ours(__VA_ARGS__)
#define read_ahead(...) shmbox_core_read_ahead(__VA_ARGS__)
#define read_file(...) shmbox_core_read_file(__VA_ARGS__)
#define read_number(...) shmbox_core_read_number(__VA_ARGS__)
#define read_smaps(...) shmbox_core_read_smaps(__VA_ARGS__)
#define room_for_one(...) shmbox_core_room_for_one(__VA_ARGS__)
#define shares(...) shmbox_core_shares(__VA_ARGS__)
#define sign_off(...) shmbox_core_sign_off(__VA_ARGS__)
#define sign_up(...) shmbox_core_sign_up(__VA_ARGS__)
#define source_close(...) shmbox_core_source_close(__VA_ARGS__)
#define source_none(...) shmbox_core_source_none(__VA_ARGS__)
#define source_open(...) shmbox_core_source_open(__VA_ARGS__)
#define source_read(...) shmbox_core_source_read(__VA_ARGS__)
#define source_run(...) shmbox_core_source_run(__VA_ARGS__)
#define state_of(...) shmbox_core_state_of(__VA_ARGS__)
#define touch(...) shmbox_core_touch(__VA_ARGS__)
#define wake_range(...) shmbox_core_wake_range(__VA_ARGS__)
#define window_close(...) shmbox_core_window_close(__VA_ARGS__)
#define window_move(...) shmbox_core_window_move(__VA_ARGS__)
#define zero_range(...) shmbox_core_zero_range(__VA_ARGS__)

#endif
