/* getters.h - how each column is filled */
#ifndef GETTERS_H
#define GETTERS_H

#include "list/column.h"

void get_id(const struct look *look, struct cell *cell);
void get_key(const struct look *look, struct cell *cell);
void get_owner(const struct look *look, struct cell *cell);
void get_cuser(const struct look *look, struct cell *cell);
void get_group(const struct look *look, struct cell *cell);
void get_percent(const struct look *look, struct cell *cell);
void get_perms(const struct look *look, struct cell *cell);
void get_size(const struct look *look, struct cell *cell);
void get_nattch(const struct look *look, struct cell *cell);
void get_status(const struct look *look, struct cell *cell);
void get_ctime(const struct look *look, struct cell *cell);
void get_atime(const struct look *look, struct cell *cell);
void get_dtime(const struct look *look, struct cell *cell);
void get_cpid(const struct look *look, struct cell *cell);
void get_lpid(const struct look *look, struct cell *cell);
void get_uid(const struct look *look, struct cell *cell);
void get_gid(const struct look *look, struct cell *cell);
void get_cuid(const struct look *look, struct cell *cell);
void get_cgid(const struct look *look, struct cell *cell);
void get_command(const struct look *look, struct cell *cell);
void get_rss(const struct look *look, struct cell *cell);
void get_swap(const struct look *look, struct cell *cell);
void get_age(const struct look *look, struct cell *cell);
void get_idle(const struct look *look, struct cell *cell);
void get_orphan(const struct look *look, struct cell *cell);
void get_creator(const struct look *look, struct cell *cell);
void get_last(const struct look *look, struct cell *cell);
void get_reason(const struct look *look, struct cell *cell);
void get_holders(const struct look *look, struct cell *cell);
void get_hugepage(const struct look *look, struct cell *cell);
void get_untouched(const struct look *look, struct cell *cell);
void get_origkey(const struct look *look, struct cell *cell);
void get_user(const struct look *look, struct cell *cell);
void get_ns(const struct look *look, struct cell *cell);
void get_nspid(const struct look *look, struct cell *cell);
void get_cgroup(const struct look *look, struct cell *cell);
void get_locked(const struct look *look, struct cell *cell);

#endif
