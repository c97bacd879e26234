/* SPDX-License-Identifier: MIT */
/*
 * shmbox.h - System V shared memory segments through one small C API
 *
 * These rules apply to every function declared here, unless its comment says otherwise:
 *   - The result is 0, or a count or an id that is not negative, or a negated errno value
 *     such as -ENOENT. shmbox_strerror() gives the words for such a value.
 *   - The function prints nothing, never exits, installs no signal handler and keeps no
 *     state between calls. Any thread may call it at any time.
 *   - Sizes and offsets are in bytes. Times are seconds since the Epoch; 0 means never.
 *   - 0 is a valid segment id: the first segment of every IPC namespace has it.
 *   - If a segment does not exist, the error is -ENOENT, whichever error the kernel
 *     reports.
 *   - A comment names the errors of its function. Any function can also return these:
 *     -ENOMEM without memory for its work, -EMFILE and -ENFILE without a file descriptor,
 *     -ENOSYS if the kernel has no System V shared memory, and -EACCES, -EPERM or -ENOSYS
 *     if a security policy (a seccomp filter, SELinux, AppArmor) refuses a system call.
 *
 * A process attaches a segment by shmat(2), and its mapping of the segment is an attach.
 * A hole is a part of a segment that has no memory, because it was never written or its
 * pages were given back; it reads as zeros.
 */
#ifndef SHMBOX_H
#define SHMBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/types.h>

/* The version of this header: 10000 times major, 100 times minor, and the patch number. */
#define SHMBOX_VERSION "0.2.0"
#define SHMBOX_VERSION_NUMBER 200

/*
 * SHMBOX_NONNULL: these arguments, counted from 1, must not be NULL. SHMBOX_USE: a caller
 * that ignores the result has an error.
 */
#if defined(__GNUC__)
#define SHMBOX_API __attribute__((visibility("default")))
#define SHMBOX_NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))
#define SHMBOX_USE __attribute__((warn_unused_result))
#else
#define SHMBOX_API
#define SHMBOX_NONNULL(...)
#define SHMBOX_USE
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A value that the kernel or /proc does not show. Do not show it as "none" or 0. It is
 * less than every negated errno value: the kernel's largest errno is 4095.
 */
#define SHMBOX_UNKNOWN (-4096)

/* The operation that failed, for shmbox_strerror() and shmbox_explain(). */
enum shmbox_op {
	SHMBOX_CREATE = 0, /* shmbox_create(), shmbox_would_fit() */
	SHMBOX_OBTAIN = 1, /* shmbox_obtain(), shmbox_would_fit() */
	SHMBOX_LOOKUP = 2, /* shmbox_lookup() */
	SHMBOX_STAT = 3,   /* shmbox_stat() */
	SHMBOX_LIST = 4,   /* shmbox_list(), shmbox_holders(), shmbox_namespaces() */
	SHMBOX_ATTACH = 5, /* shmbox_attach(), shmbox_attach_key(), shmbox_fopen() */
	SHMBOX_READ = 6,   /* shmbox_read(), shmbox_send(), shmbox_field_load(), .. */
	SHMBOX_WRITE = 7, /* shmbox_write(), shmbox_receive(), shmbox_wipe() and others */
	SHMBOX_CHANGE = 8,  /* shmbox_modify() */
	SHMBOX_LOCK = 9,    /* shmbox_lock() */
	SHMBOX_REMOVE = 10, /* shmbox_remove(), shmbox_remove_many() */
	SHMBOX_LIMITS = 11, /* shmbox_get_limits() */
	SHMBOX_KEY = 12,    /* shmbox_key() */
	SHMBOX_ENTER = 13,  /* shmbox_enter(), shmbox_visit() */
	SHMBOX_BORROW = 14, /* shmbox_borrow() */
	SHMBOX_FREEZE = 15, /* shmbox_freeze(), shmbox_blank(), shmbox_copy() */
	SHMBOX_WAIT = 16,   /* shmbox_wait(), shmbox_field_exchange() */
	SHMBOX_HELD = 17    /* shmbox_held_by() */
};

/* ---- the version of the library ---- */

/* Returns SHMBOX_VERSION_NUMBER of the library, which may differ from the header's. */
SHMBOX_API int shmbox_version(void);

/* ---- naming a segment ---- */

/* The name of a segment: its id or its key. */
struct shmbox_ref {
	bool by_key;
	int id;    /* if by_key is false */
	key_t key; /* if by_key is true; not IPC_PRIVATE, which names no segment */
};

/*
 * Returns the id of the segment that ref names. An id is returned unchanged, whether or
 * not such a segment exists.
 *   -ENOENT: No segment has the key, or the id is negative.
 *   -EINVAL: The key is 0 (IPC_PRIVATE).
 */
SHMBOX_API int shmbox_lookup(struct shmbox_ref ref) SHMBOX_USE;

/*
 * Stores in *key the key that ftok(3) makes of path and the low 8 bits of proj. Returns
 * 0.
 *   -ERANGE: The key would be 0 (IPC_PRIVATE).
 * Other errors are those of stat(2).
 */
SHMBOX_API int shmbox_key(const char *path, int proj, key_t *key)
	SHMBOX_NONNULL(1, 3) SHMBOX_USE;

/*
 * Stores in *key a random key that no segment of this IPC namespace has, and that is not
 * IPC_PRIVATE. Makes no segment, so another process can make one with this key first:
 * shmbox_create() with new_key makes key and segment in one step. Returns 0.
 */
SHMBOX_API int shmbox_new_key(key_t *key) SHMBOX_NONNULL(1) SHMBOX_USE;

/* ---- making and removing segments ---- */

/* The segment to create. Initialise it with zeros, then set the fields that you need. */
struct shmbox_spec {
	key_t key;     /* IPC_PRIVATE (0): a segment without a key */
	bool new_key;  /* choose a random key that is free, and ignore key */
	uint64_t size; /* bytes; not rounded up to whole pages */
	/*
	 * permission bits such as 0600, and no other bits. shmbox_explain() of an attach:
	 * 0400 if it was read-only
	 */
	mode_t mode;
	uint64_t huge_page; /* bytes of a huge page, such as 2097152; 0: ordinary pages */
	bool noreserve;     /* SHM_NORESERVE: do not reserve swap space for it */
	bool filled;        /* it will be filled: shmbox_would_fit() checks for memory */
	bool want_id; /* give it id: requires CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE */
	int id; /* if want_id is true; shmbox_explain(): the segment that was used */
};

/*
 * Makes a segment that did not exist before. Returns the id of the new segment.
 * shmbox_explain() names the limit or the right that caused an error.
 *   -EEXIST: The key or the wanted id is taken.
 *   -EINVAL: The size is 0 or above kernel.shmmax, the mode has other bits than 0777, or
 *     this machine has no huge pages of the wanted size.
 *   -ENOSPC: A limit on segments (kernel.shmmni) or on their pages (kernel.shmall) was
 *     reached.
 *   -ENOMEM: There is too little memory, or there are too few huge pages.
 *   -EPERM: The caller may not use huge pages, or may not choose an id.
 *   -EOPNOTSUPP: The id cannot be chosen: kernel.shm_next_id is missing or read-only.
 *   -ENOTRECOVERABLE: The wanted segment could not be made, but one of 1 byte now has the
 *     wanted id, and the kernel refuses to remove it.
 *
 * With want_id the kernel may make a segment with another id, and then refuse to remove
 * it. A result that is neither negative nor spec->id is the id of such a segment.
 */
SHMBOX_API int shmbox_create(const struct shmbox_spec *spec) SHMBOX_NONNULL(1) SHMBOX_USE;

/*
 * Returns the id of the segment that has spec->key, and makes the segment if there is
 * none. *created is true if it was made now. An existing segment is not changed.
 *   -EEXIST: The existing segment is smaller than spec->size, or the wanted id is taken.
 *   -EACCES: The caller may not read the existing segment.
 * Other errors are those of shmbox_create().
 */
SHMBOX_API int shmbox_obtain(const struct shmbox_spec *spec, bool *created)
	SHMBOX_NONNULL(1, 2) SHMBOX_USE;

/*
 * Checks whether an operation could succeed now: shmbox_create(spec) if op is
 * SHMBOX_CREATE, shmbox_obtain(spec) if op is SHMBOX_OBTAIN. Returns 0, or the error that
 * the operation would return. Makes no segment. The rights to choose an id and to use
 * huge pages are not fully checked.
 *   -EINVAL: op is another operation.
 */
SHMBOX_API int shmbox_would_fit(enum shmbox_op op, const struct shmbox_spec *spec)
	SHMBOX_NONNULL(2);

/*
 * Removes the segment. Returns 0 if the segment no longer exists, and otherwise the
 * number of its attaches, at most INT32_MAX. An attached segment is marked for removal
 * and loses its key. The kernel removes it with its last attach (shmctl(2)).
 *   -ENOENT: There is no such segment.
 *   -EPERM: The caller is not its owner or creator, and lacks CAP_SYS_ADMIN.
 */
SHMBOX_API int shmbox_remove(int id);

/*
 * Removes count segments, with fewer system calls than one shmbox_remove() for each.
 * results[i] becomes what shmbox_remove(ids[i]) would return. Returns how many segments
 * were removed or marked.
 */
SHMBOX_API int shmbox_remove_many(const int *ids, int *results, int count);

/* ---- what is known of a segment ---- */

/* One segment, as shmctl(2) shows it. resident, swapped and huge_page are from /proc. */
struct shmbox_info {
	int id;
	key_t key; /* 0: it has none, or lost it when it was marked for removal */
	/* bytes; in a 32-bit process without /proc, modulo 4 GiB */
	uint64_t size;
	mode_t mode;       /* the nine permission bits */
	bool removed;      /* marked for removal: it is removed with its last attach */
	bool locked;       /* kept in memory by SHM_LOCK */
	uint64_t attached; /* number of attaches; a process may have several */
	pid_t creator_pid; /* 0: a process outside the caller's PID namespace */
	pid_t last_pid; /* attached or detached it last; 0: no process, or one outside */
	uid_t owner_uid;
	gid_t owner_gid;
	uid_t creator_uid;
	gid_t creator_gid;
	int64_t attach_time;
	int64_t detach_time;
	int64_t change_time; /* it was made, or its owner or mode was changed */
	int64_t resident;    /* bytes in memory, or SHMBOX_UNKNOWN: see shmbox_memory() */
	int64_t swapped;     /* bytes in swap, or SHMBOX_UNKNOWN */
	bool counted;  /* count is set, for shmbox_memory(): see shmbox_list_counted() */
	int64_t count; /* resident as the kernel counts it: wrong for huge pages */
	int64_t huge_page; /* bytes of a huge page; 0: ordinary ones; or SHMBOX_UNKNOWN */
	/* 0; the caller of several shmbox_list() may store shmbox_namespace.ns here */
	uint64_t ns;
};

/*
 * Stores in *info what is known of a segment, even if the caller may not read the
 * segment. resident, swapped and huge_page are SHMBOX_UNKNOWN. Returns 0.
 *   -ENOENT: There is no such segment.
 *   -EACCES: The caller may not read it, the kernel is older than Linux 4.17, and there
 *     is no /proc.
 */
SHMBOX_API int shmbox_stat(int id, struct shmbox_info *info) SHMBOX_NONNULL(2);

/*
 * Lists every segment of this IPC namespace in the kernel's order, even those that the
 * caller may not read. Returns the number of segments. *out is one malloc(3) block, which
 * the caller frees. After an error it is NULL. A segment that is made or removed during
 * the call is no error.
 */
SHMBOX_API int shmbox_list(struct shmbox_info **out) SHMBOX_NONNULL(1) SHMBOX_USE;

/*
 * As shmbox_list(), for a caller that passes the whole list to shmbox_memory() next. It
 * stores in the infos what shmbox_memory() would read from /proc, so that /proc is read
 * only once. Without /proc it does the same as shmbox_list().
 */
SHMBOX_API int shmbox_list_counted(struct shmbox_info **out) SHMBOX_NONNULL(1) SHMBOX_USE;

/*
 * Fills in resident, swapped and huge_page of count infos from /proc/sysvipc/shm. Returns
 * 0, or the error of reading that file, such as -ENOENT. A value that the file does not
 * show stays SHMBOX_UNKNOWN. The kernel counts the resident size of huge pages wrongly:
 * resident is corrected where possible, and SHMBOX_UNKNOWN otherwise. Set huge_page from
 * a shmbox_holder before the call, if you have one: then more can be corrected.
 */
SHMBOX_API int shmbox_memory(struct shmbox_info *infos, size_t count);

/*
 * Returns 1 if the segment described by info no longer exists, and 0 if it exists, if it
 * is only marked for removal, or if this is unknown. The kernel reuses ids after some
 * time: a different segment with the same id does not count. It can be the condition of a
 * shmbox_wait().
 */
SHMBOX_API int shmbox_is_gone(const struct shmbox_info *info) SHMBOX_NONNULL(1);

/* ---- changing a segment ---- */

/* What to change, all in one step. Initialise it with zeros, then set the fields. */
struct shmbox_change {
	bool set_mode;
	mode_t mode;
	bool set_uid;
	uid_t uid;
	bool set_gid;
	gid_t gid;
};

/*
 * Changes the mode and the owner of a segment. Returns 0.
 *   -ENOENT: There is no such segment.
 *   -EPERM: The caller is not its owner or creator, and lacks CAP_SYS_ADMIN.
 *   -EINVAL: The caller's user namespace does not map the user or the group, or the mode
 *     has other bits than the nine permission bits.
 */
SHMBOX_API int shmbox_modify(int id, const struct shmbox_change *change)
	SHMBOX_NONNULL(2);

/*
 * Returns 1 if the caller may change and remove the segment, and 0 otherwise. This is a
 * prediction: a security policy may still refuse the call.
 */
SHMBOX_API int shmbox_may_control(const struct shmbox_info *info) SHMBOX_NONNULL(1);

/*
 * Keeps the segment's pages in memory (SHM_LOCK), or allows them in swap again. Returns
 * 0.
 *   -ENOENT: There is no such segment.
 *   -EPERM: The caller lacks CAP_IPC_LOCK, and is not its owner or creator, or has a
 *     limit on locked memory (RLIMIT_MEMLOCK) of 0.
 *   -ENOMEM: The segment exceeds RLIMIT_MEMLOCK.
 */
SHMBOX_API int shmbox_lock(int id, bool locked);

/* ---- processes that have a segment attached ---- */

/* One mapping of a segment. A process may have several, also of parts of it. */
struct shmbox_holder {
	int id;
	pid_t pid;
	pid_t thread; /* the first thread of the process that has not exited */
	bool writable;
	key_t key; /* the segment's key, even if the segment is now marked for removal */
	uint64_t start; /* addresses in that process */
	uint64_t end;
	int64_t huge_page; /* size of the segment's huge pages; 0: ordinary pages */
	/* maybe no attach of its own: the process may share memory with another one */
	bool doubtful;
};

enum { SHMBOX_ALL = -4097 }; /* all segments, in place of an id */

/*
 * Lists the mappings of a segment, or of all segments of this IPC namespace (SHMBOX_ALL).
 * It inspects all processes of this IPC namespace that the caller may inspect, in one
 * pass. The list is sorted by id, pid and address. Returns the number of mappings, which
 * may be less than shmbox_info.attached. *out is one malloc(3) block, which the caller
 * frees.
 *   -ENOENT: There is no such segment.
 *   -ENOSYS: /proc shows no processes.
 *
 * If processes share their memory (vfork(2), clone(2) with CLONE_VM), only one of them is
 * in the list. If kcmp(2) is refused, all of them may be in it, and are doubtful.
 *
 * A process is left out in these cases:
 *   - One of its threads, or a process that shares its memory, is in another IPC
 *     namespace: the mapping may be of a segment there that has the same id.
 *   - The file of the mapping (/proc/PID/map_files, if the caller may read it) has
 *     another size or creator than the segment.
 *
 * The source is PROCMAP_QUERY of ioctl(2) since Linux 6.11, and the text of
 * /proc/PID/maps before.
 */
SHMBOX_API int shmbox_holders(int id, struct shmbox_holder **out)
	SHMBOX_NONNULL(2) SHMBOX_USE;

/*
 * As shmbox_holders(), for the count segments in infos. Processes may attach and detach
 * during the search. While the list does not match the kernel's counts of attaches, the
 * search is repeated, until nothing changes any more. It updates attached, last_pid,
 * attach_time and detach_time of the infos. The list may contain other segments too. The
 * list is complete for a segment if it contains info.attached mappings of the segment,
 * and none of them is doubtful.
 *   -ENOSYS: /proc shows no processes.
 */
SHMBOX_API int shmbox_held(struct shmbox_info *infos, size_t count,
                           struct shmbox_holder **out) SHMBOX_NONNULL(3) SHMBOX_USE;

/*
 * Finds the mappings of one segment in a list of count mappings that is sorted as above.
 * Returns the number of mappings of that segment. *first is the index of the first.
 */
SHMBOX_API int shmbox_held_at(const struct shmbox_holder *holders, int count, int id,
                              int *first) SHMBOX_NONNULL(4);

/*
 * As shmbox_holders(), for all segments that one process has attached. A result of 0
 * means that the process has none attached; every failure is an error.
 *   -ESRCH or -ENOENT: There is no such process.
 *   -EACCES: The caller may not inspect it.
 *   -EXDEV: It is in another IPC namespace.
 *   -ENOSYS: /proc shows no processes.
 */
SHMBOX_API int shmbox_held_by(pid_t pid, struct shmbox_holder **out)
	SHMBOX_NONNULL(2) SHMBOX_USE;

/*
 * Returns how many bytes of a segment one process has in its page tables, by
 * /proc/PID/smaps, or SHMBOX_UNKNOWN. holders points to the count mappings of that
 * segment in that process, in a list as above.
 */
SHMBOX_API int64_t shmbox_holder_memory(const struct shmbox_holder *holders, int count);

/* ---- whether a segment is an orphan ---- */

/* The state of a process that made or last used a segment. */
enum shmbox_fate {
	SHMBOX_FATE_UNKNOWN = 0,   /* outside the PID namespace, or hidden in /proc */
	SHMBOX_FATE_NONE = 1,      /* there never was such a process */
	SHMBOX_FATE_ALIVE = 2,     /* a process has this pid, whenever it was started */
	SHMBOX_FATE_ELSEWHERE = 3, /* the same, in another PID namespace (a container) */
	SHMBOX_FATE_ENDED = 4
};

enum shmbox_orphan {
	SHMBOX_ORPHAN_UNKNOWN = 0, /* do not remove the segment as an orphan */
	SHMBOX_ORPHAN_NO = 1,
	SHMBOX_ORPHAN_YES = 2
};

/* The reason for a verdict. */
enum shmbox_reason {
	/* yes: not attached; creator and last user have exited */
	SHMBOX_REASON_ENDED = 0,
	SHMBOX_REASON_ATTACHED = 1, /* no, as the next three */
	SHMBOX_REASON_CREATOR_ALIVE = 2,
	SHMBOX_REASON_LAST_ALIVE = 3,
	SHMBOX_REASON_RECENT = 4, /* idle for less than at_least seconds */
	SHMBOX_REASON_PROC = 5,   /* unknown: /proc is missing or hides processes */
	/* unknown: outside the caller's PID namespace */
	SHMBOX_REASON_CREATOR_UNKNOWN = 6,
	SHMBOX_REASON_LAST_UNKNOWN = 7, /* unknown: likewise */
	/* unknown: a time lies in the future, or before the boot */
	SHMBOX_REASON_CLOCK = 8
};

/* A verdict on one segment, and the evidence for it. */
struct shmbox_verdict {
	enum shmbox_orphan orphan;
	enum shmbox_reason reason;
	enum shmbox_fate creator;
	enum shmbox_fate last; /* the process that attached or detached it last */
	int64_t idle;          /* as shmbox_idle() */
};

/*
 * Facts that verdicts on one list share, so that they are found out only once. The caller
 * keeps them. Initialise this with zeros, and again for a list that was made later.
 */
struct shmbox_witness {
	bool asked;   /* visible, boot and now are set */
	bool visible; /* /proc shows all processes, by the caller's own numbers */
	pid_t pid;    /* the process that was inspected last */
	enum shmbox_fate fate; /* the state of that process */
	int64_t boot;          /* when this machine was booted */
	int64_t now;           /* when the first segment was judged */
};

/*
 * Stores in *verdict whether the segment is an orphan. A segment is an orphan if all of
 * these are true:
 *   - It is not attached.
 *   - Its creator has exited.
 *   - The process that attached or detached it last has exited, or it was never attached.
 *   - It was idle for at_least seconds.
 *
 * A verdict is evidence and no permission to remove: some programs attach a segment only
 * when they work on it, and need it again later.
 */
SHMBOX_API void shmbox_judge(const struct shmbox_info *info, int64_t at_least,
                             struct shmbox_witness *witness,
                             struct shmbox_verdict *verdict) SHMBOX_NONNULL(1, 3, 4);

/*
 * Returns the seconds since the segment was last attached, detached, made or changed, or
 * SHMBOX_UNKNOWN if one of its times lies in the future or before the boot: then a clock
 * was set.
 */
SHMBOX_API int64_t shmbox_idle(const struct shmbox_info *info) SHMBOX_NONNULL(1);

/* ---- bytes of a segment ---- */

enum { SHMBOX_READ_ONLY = 1, SHMBOX_MARK = 2 };

struct shmbox_stopped;

/* Access to the bytes of a segment. Other processes may change the bytes at any time. */
struct shmbox_map {
	int id;
	bool writable;
	void *address; /* NULL after shmbox_borrow() and shmbox_blank() */
	uint64_t size; /* of the segment; do not use the rest of its last page */
	struct shmbox_holder holder; /* after shmbox_borrow(): the mapping that is used */
	int copy; /* after shmbox_blank(): a descriptor of the bytes; otherwise 0 */
	struct shmbox_stopped *stopped; /* by shmbox_freeze() */
	pid_t last_pid;  /* while frozen: attached or detached it last; otherwise 0 */
	pid_t unstopped; /* after -ETIMEDOUT or -EALREADY: the process */
	pid_t tracer;    /* after -EALREADY: its tracer */
};

/*
 * Attaches the segment (shmat(2)) and fills in *map. Returns 0. shmbox_detach() undoes
 * it. flags is 0, or one or both of these:
 *   - SHMBOX_READ_ONLY: Attach it for reading only.
 *   - SHMBOX_MARK: Mark it for removal by the next system call. The kernel removes it
 *     with its last attach. If it cannot be marked, it is not attached either.
 *
 * Errors:
 *   -ENOENT: There is no such segment.
 *   -EACCES: Its mode does not permit the access.
 *   -EPERM: The caller may not mark it.
 *   -ENOMEM: The address space has no room for it.
 *   -EINVAL: There are other flags.
 */
SHMBOX_API int shmbox_attach(int id, unsigned flags, struct shmbox_map *map)
	SHMBOX_NONNULL(3) SHMBOX_USE;

/*
 * Attaches the segment that has the key, as shmbox_attach() does. Returns 0.
 *   -ENOENT: No segment has the key.
 *   -EINVAL: The key is 0 (IPC_PRIVATE), or there are other flags.
 * Other errors are those of shmbox_attach().
 */
SHMBOX_API int shmbox_attach_key(key_t key, unsigned flags, struct shmbox_map *map)
	SHMBOX_NONNULL(3) SHMBOX_USE;

/*
 * Detaches the segment, or frees the copy that shmbox_blank() made. Detaching a borrowed
 * map does nothing. Returns 0; afterwards map->size is 0 and map->address is NULL.
 *   -EINVAL: The segment is not attached at map->address.
 */
SHMBOX_API int shmbox_detach(struct shmbox_map *map) SHMBOX_NONNULL(1);

/*
 * Makes a map that reads the segment without attaching it, for shmbox_read(),
 * shmbox_walk() and shmbox_send(). The bytes are read through /proc/PID/map_files of a
 * process that has the segment attached. The segment's times and counts do not change,
 * and its mode does not matter. Returns 0.
 *   -ENOENT: There is no such segment.
 *   -ESRCH: No process has it attached. A function that uses the map later returns -ESRCH
 *     if the process has detached it or has exited.
 *   -EPERM: The caller cannot inspect a process that has it attached. That requires
 *     CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE in the first user namespace.
 *   -ENOSYS: /proc shows no processes.
 */
SHMBOX_API int shmbox_borrow(int id, struct shmbox_map *map) SHMBOX_NONNULL(2) SHMBOX_USE;

/*
 * Copies at most length bytes at offset to buffer, as pread(2) does. Returns the number
 * of bytes that were copied, which is less than length at the end of the segment, and 0
 * past the end. Bytes that were never written are zeros, and reading them takes no
 * memory.
 *   -EFAULT: The kernel has no memory for a page.
 *   -ESRCH: The map is borrowed, and its process has exited.
 */
SHMBOX_API int64_t shmbox_read(const struct shmbox_map *map, uint64_t offset,
                               void *buffer, size_t length) SHMBOX_NONNULL(1);

/*
 * Copies length bytes from buffer into the segment: all of them or none. Returns the
 * number of bytes that were copied, which is length.
 *   -ERANGE: The bytes do not fit at offset.
 *   -EACCES: The map is not writable.
 *   -EFAULT: The kernel has no memory for a page.
 */
SHMBOX_API int64_t shmbox_write(const struct shmbox_map *map, uint64_t offset,
                                const void *buffer, size_t length) SHMBOX_NONNULL(1);

/* ---- many bytes of a segment at once ---- */

/* Flags of a job: bits of shmbox_job.flags. */
enum {
	/*
	 * receive, wipe: give pages of zeros back to the system; send: the file already
	 * reads as zeros in the range, so leave holes out
	 */
	SHMBOX_SPARSE = 1,
	/* wipe: give pages back, even the last page with its bytes past the end */
	SHMBOX_RELEASE = 2,
	/* wipe up to the segment's end: also the bytes past the end in its last page */
	SHMBOX_SLACK = 4,
	/*
	 * send, receive: end with -EAGAIN if the descriptor would block, and with -EINTR
	 * if a signal interrupts a system call, instead of trying again
	 */
	SHMBOX_NO_RETRY = 8,
	/* send, receive: use fd 0, which otherwise means that fd was not set (-EBADF) */
	SHMBOX_STDIN = 16
};

/* How a job was done: bits of shmbox_job.how. */
enum {
	SHMBOX_BY_COPY = 1,      /* read(2) or write(2) between descriptor and mapping */
	SHMBOX_BY_BUFFER = 2,    /* through a buffer, and map_files where allowed */
	SHMBOX_BY_SPLICE = 4,    /* splice(2) from map_files, without a copy */
	SHMBOX_BY_VMSPLICE = 8,  /* vmsplice(2) from the mapping; splice(2) to a file */
	SHMBOX_BY_SENDFILE = 16, /* sendfile(2) from or to map_files: one copy */
	SHMBOX_BY_SKIP = 32,     /* holes were not read, or left out in the file */
	SHMBOX_BY_RELEASE = 64,  /* pages were given back instead of written */
	SHMBOX_BY_SEEK = 128,    /* map_files showed where the holes are */
	SHMBOX_BY_MINCORE = 256, /* mincore(2) showed it, and no page was in swap */
	/* through a buffer, which the kernel copied to or from the mapping: */
	SHMBOX_BY_PROCESS_VM = 512, /* process_vm_writev(2), process_vm_readv(2) */
	SHMBOX_BY_MEM = 1024        /* /proc/self/mem */
};

/*
 * Work on a range of a segment, and its result. Initialise it with zeros, then set the
 * fields up to context. The function sets done and how. They are correct even after a
 * failure, and while progress() runs.
 *
 * progress() is called at these times:
 *   - after each piece of the work
 *   - when a signal interrupts a system call
 *   - ten times a second while the descriptor of shmbox_send() or shmbox_receive() would
 *     block (O_NONBLOCK)
 *
 * progress() returns 0 to continue. Any other value ends the job, and the function
 * returns that value. No byte is lost then: a new job continues the work if offset is
 * larger by done, and length smaller by done.
 */
struct shmbox_job {
	uint64_t offset;
	uint64_t length;
	int fd;                         /* send and receive: the descriptor; 0: not set */
	unsigned flags;                 /* SHMBOX_SPARSE and others */
	int (*progress)(void *context); /* or NULL */
	void *context;
	uint64_t done; /* bytes */
	unsigned how;  /* SHMBOX_BY_ bits */
};

/*
 * Writes the range to job->fd at its file position, in the fastest way that is allowed.
 * Returns 0, or what progress() returned. As with write(2), the caller may get a signal
 * such as SIGPIPE. Holes of the segment take no memory. If the bytes are added to the end
 * of a regular file, they become holes of the file.
 *
 * After the return, later changes of the segment do not reach the reader of a pipe,
 * unless progress() ended the job. The pipe may be enlarged to 1 MiB. If the descriptor
 * would block, the function waits until it is ready. progress() can end this wait. With
 * SHMBOX_NO_RETRY there is no such wait.
 *   -ERANGE: The range is not inside the segment.
 *   -EINVAL: There are unknown flags.
 *   -EBADF: job->fd is 0 without SHMBOX_STDIN.
 *   -EFAULT or -ENOMEM: There is no memory for a part of the range.
 *   -ESRCH: The map is borrowed, and its process has exited.
 *   -EAGAIN or -EINTR: The descriptor would block, or a signal interrupted a call. Only
 *     with SHMBOX_NO_RETRY.
 * Other errors are those of the descriptor.
 */
SHMBOX_API int shmbox_send(const struct shmbox_map *map, struct shmbox_job *job)
	SHMBOX_NONNULL(1, 2);

/*
 * Reads from job->fd into the range, until the range is full or the input ends. Returns
 * 0, or what progress() returned. job->done is the number of bytes that were stored.
 *   -EACCES: The map is not writable.
 *   -EFAULT or -ENOMEM: There is no memory for a part of the range. Bytes that were read
 *     then may be lost.
 * Other errors are those of shmbox_send().
 */
SHMBOX_API int shmbox_receive(const struct shmbox_map *map, struct shmbox_job *job)
	SHMBOX_NONNULL(1, 2);

/*
 * Overwrites the range with zeros. Returns 0, or what progress() returned. With
 * SHMBOX_SPARSE or SHMBOX_RELEASE it gives whole pages back to the system, except locked
 * and huge pages, which it overwrites. With SHMBOX_SLACK, if the range ends at the end of
 * the segment, it also overwrites the rest of the last page.
 *   -ERANGE: The range is not inside the segment.
 *   -EINVAL: There are unknown flags.
 *   -EACCES: The map is not writable.
 *   -EFAULT or -ENOMEM: There is no memory for a part of the range.
 *   -EOPNOTSUPP: With SHMBOX_SLACK, /proc does not show where the last huge page ends.
 *     Nothing was done.
 */
SHMBOX_API int shmbox_wipe(const struct shmbox_map *map, struct shmbox_job *job)
	SHMBOX_NONNULL(1, 2);

/*
 * Allocates memory for every page of the range now. If the map is read-only, it only
 * reads ordinary pages in. If there is no memory, it returns an error; the first access
 * to a page would raise SIGBUS. Returns 0, or what progress() returned.
 *   -ERANGE: The range is not inside the segment.
 *   -EINVAL: There are unknown flags.
 *   -EACCES: The map is not attached.
 *   -EFAULT or -ENOMEM: There is no memory for a part of the range.
 */
SHMBOX_API int shmbox_populate(const struct shmbox_map *map, struct shmbox_job *job)
	SHMBOX_NONNULL(1, 2);

/*
 * Calls each() for one piece of the range after another, in order. bytes is NULL for a
 * hole, and the length of a hole may be large. Otherwise bytes points to a copy, which is
 * valid until each() returns. each() returns 0 to continue. Any other value ends the
 * walk, and the function returns that value. progress() can end the walk too.
 *   -ERANGE: The range is not inside the segment.
 *   -EINVAL: There are unknown flags.
 *   -EFAULT or -ENOMEM: There is no memory for a part of the range.
 *   -ESRCH: The map is borrowed, and its process has exited.
 */
SHMBOX_API int shmbox_walk(const struct shmbox_map *map, struct shmbox_job *job,
                           int (*each)(void *data, const void *bytes, uint64_t length),
                           void *data) SHMBOX_NONNULL(1, 2, 3);

/*
 * Copies length bytes from one segment to another, or to another part of the same one.
 * Holes become zeros. Where shmbox_wipe() with SHMBOX_SPARSE can give their pages back,
 * they take no memory in the target either. Returns 0. After other errors than -ERANGE,
 * -EACCES and -EINVAL, a part may have been copied.
 *   -ERANGE: A range is not inside its segment.
 *   -EACCES: The map to is not writable.
 *   -EINVAL: The ranges overlap in one segment.
 *   -EFAULT or -ENOMEM: There is no memory for a part of a range.
 *   -ESRCH: The map from is borrowed, and its process has exited.
 */
SHMBOX_API int shmbox_copy_bytes(const struct shmbox_map *from, uint64_t from_offset,
                                 const struct shmbox_map *to, uint64_t to_offset,
                                 uint64_t length) SHMBOX_NONNULL(1, 3);

/*
 * Sets how likely the kernel is to kill this process when memory is exhausted: score is
 * from -1000 (never) to 1000 (first), as in oom_score_adj of proc(5). It is meant for a
 * process that fills a segment, because the kernel does not count the segment's pages for
 * any process. *before, if not NULL, is the previous score. Returns 0.
 *   -EACCES: Lowering the score below its initial value requires CAP_SYS_RESOURCE.
 *   -EINVAL: The score is out of range.
 *   -ENOENT: There is no /proc.
 */
SHMBOX_API int shmbox_expendable(int score, int *before);

/*
 * Returns how many bytes of memory and swap are available now, or SHMBOX_UNKNOWN. This is
 * the kernel's estimate: MemAvailable and SwapFree of /proc/meminfo. Limits of a memory
 * cgroup are not considered.
 */
SHMBOX_API int64_t shmbox_available(void);

/*
 * Returns how many processes this kernel has killed so far because memory was exhausted,
 * or SHMBOX_UNKNOWN. Memory means that of the machine or of a memory cgroup. The source
 * is oom_kill of /proc/vmstat, since Linux 4.13.
 */
SHMBOX_API int64_t shmbox_oom_kills(void);

/*
 * Opens the segment as a stdio stream for fread(3), fwrite(3), fseeko(3), ftello(3) and
 * rewind(3). fclose(3) detaches the segment. mode is "r" to attach it for reading only,
 * or "r+" or "w", which both keep the content and the size. b and e may follow and have
 * no effect. Returns NULL with errno set on failure: EINVAL for another mode, or an error
 * of shmbox_attach() without its sign. Writing past the end fails with ENOSPC, and
 * seeking past the end with EINVAL.
 */
SHMBOX_API FILE *shmbox_fopen(int id, const char *mode) SHMBOX_NONNULL(2) SHMBOX_USE;

/* ---- a segment at one point in time ---- */

/*
 * Stops every thread of every other process that has the segment attached, by ptrace(2),
 * until shmbox_thaw(). Returns 0. After an error no process is stopped.
 *
 * A child process that shares the caller's memory traces the threads until then. wait(2)
 * does not report it. Any thread of the caller may call shmbox_thaw(). If the caller's
 * process ends, even by SIGKILL, the stopped processes continue by themselves.
 *
 * Stopping takes at most 20 seconds, and 2 seconds for one thread. Processes that freeze
 * segments of one IPC namespace take turns: the function waits up to 20 more seconds for
 * its turn.
 *   -EBUSY: The process of an attach cannot be seen, or it is unknown how many attaches
 *     were seen.
 *   -EAGAIN: A process attached or detached the segment meanwhile.
 *   -ETIMEDOUT: The process map->unstopped does not stop.
 *   -EALREADY: Another process, map->tracer, traces the process map->unstopped.
 *   -EPERM: The caller may not stop a process, or may not see which other processes there
 *     are. That requires CAP_SYS_PTRACE or the same user (see yama in the kernel's
 *     documentation).
 *   -EINVAL: The map is frozen already.
 *   -ENOSYS: /proc shows no processes.
 *   -EIO: The child was killed.
 *
 * Until shmbox_thaw(), do not attach or detach the segment, and do not wait for a process
 * that may be stopped.
 */
SHMBOX_API int shmbox_freeze(struct shmbox_map *map) SHMBOX_NONNULL(1) SHMBOX_USE;

/*
 * Lets all processes that shmbox_freeze() stopped continue. A process that was stopped
 * before stays stopped. No signal is lost. Without a freeze it does nothing.
 */
SHMBOX_API void shmbox_thaw(struct shmbox_map *map) SHMBOX_NONNULL(1);

/*
 * The same for all holders of count segments, which are stopped together until
 * shmbox_thaw_all() of the same maps. After an error, *which is the index of the map that the
 * error is about, unless which is NULL. Returns 0.
 *   -EINVAL: count is 0, or the first map is frozen already.
 */
SHMBOX_API int shmbox_freeze_all(struct shmbox_map *maps, size_t count,
                                 size_t *which) SHMBOX_USE;
SHMBOX_API void shmbox_thaw_all(struct shmbox_map *maps, size_t count);

/*
 * Makes *copy a map of new memory with the size of map, which consists of one hole.
 * shmbox_copy() fills it. shmbox_read(), shmbox_walk() and shmbox_send() read it. The
 * caller frees it with shmbox_detach(). Returns 0.
 *   -EOPNOTSUPP: memfd_create(2) is refused or missing.
 */
SHMBOX_API int shmbox_blank(const struct shmbox_map *map, struct shmbox_map *copy)
	SHMBOX_NONNULL(1, 2) SHMBOX_USE;

/*
 * Copies the range to the same offset of a copy that shmbox_blank() made. job->fd is the
 * descriptor of the copy, copy.copy. The copy must still be a hole in that range. Holes
 * stay holes. Returns 0, or what progress() returned.
 *   -ENOMEM: There is no memory for the copy.
 *   -EAGAIN: The map is frozen, but a process has attached or detached the segment since
 *     then. With a borrowed map this is not noticed if the same process did so last
 *     before the freeze.
 * Other errors are those of shmbox_send().
 */
SHMBOX_API int shmbox_copy(const struct shmbox_map *map, struct shmbox_job *job)
	SHMBOX_NONNULL(1, 2);

/*
 * Compares the range with the copy that shmbox_copy() made. job->fd is the descriptor of
 * the copy. Returns 0 if the range has not changed, or what progress() returned.
 *   -EAGAIN: Bytes differ, or pages were given back since then.
 *   -EBADF: job->fd is 0 without SHMBOX_STDIN.
 *   -EIO: The copy cannot be read.
 * Other errors are those of shmbox_walk().
 */
SHMBOX_API int shmbox_compare(const struct shmbox_map *map, struct shmbox_job *job)
	SHMBOX_NONNULL(1, 2);

/* ---- values in a segment ---- */

/* The type of a number. */
enum shmbox_kind { SHMBOX_UNSIGNED = 0, SHMBOX_SIGNED = 1, SHMBOX_FLOAT = 2 };

/*
 * The place and the type of a number in a segment, or of several numbers side by side.
 * The functions below read and change a number in one step if it is aligned to its width,
 * on every machine. Each of several numbers is one step, but all of them together are
 * not.
 *
 * The caller passes and gets each number as 64 bits. A signed number has its sign
 * extended. A FLOAT is its bits; the bits of a 4-byte FLOAT are in the lower half.
 */
struct shmbox_field {
	enum shmbox_kind kind;
	unsigned width; /* bytes of a number: 1, 2, 4 or 8; FLOAT: 4 or 8 */
	bool swapped;   /* in the other byte order than this machine's */
	bool tear;      /* allow an unaligned number, which is accessed byte by byte */
	uint64_t offset;
	uint64_t count; /* how many numbers */
};

/*
 * Stores in numbers the field->count numbers of a field. Returns 0. Bytes that were never
 * written are zeros, and reading them takes no memory.
 *   -ERANGE: The field ends past the end of the segment.
 *   -EINVAL: The kind or the width is not valid, or the field is not aligned.
 *   -EFAULT: The kernel has no memory for a page.
 *   -ESRCH: The map is borrowed, and its process has exited.
 */
SHMBOX_API int shmbox_field_load(const struct shmbox_map *map,
                                 const struct shmbox_field *field, uint64_t *numbers)
	SHMBOX_NONNULL(1, 2, 3);

/* The new value, made of the old value a and the given number b. Integers wrap around. */
enum shmbox_change_by {
	SHMBOX_SET = 0,      /* b */
	SHMBOX_ADD = 1,      /* a + b */
	SHMBOX_SUBTRACT = 2, /* a - b */
	SHMBOX_OR = 3,       /* a | b; not for FLOAT, as the next two */
	SHMBOX_AND = 4,      /* a & b */
	SHMBOX_XOR = 5       /* a ^ b */
};

/*
 * Changes the numbers of a field, each in one atomic step. Returns 0. Then it wakes
 * threads as shmbox_wake() does: those that sleep on the first word of a number, for at
 * most 1024 words. Other waits notice the change at their next check. before receives the
 * old numbers and now the new ones, unless it is NULL. One of them may be the same array as
 * numbers.
 *   -ERANGE: The field ends past the end of the segment, or cannot contain one of the
 *     numbers. Nothing was changed.
 *   -EINVAL: The kind, the width or by is not valid, or the field is not aligned.
 *   -EACCES: The map is not writable.
 *   -EFAULT: The kernel has no memory for a page.
 */
SHMBOX_API int shmbox_field_update(const struct shmbox_map *map,
                                   const struct shmbox_field *field,
                                   enum shmbox_change_by by, const uint64_t *numbers,
                                   uint64_t *before, uint64_t *now)
	SHMBOX_NONNULL(1, 2, 4);

/* ---- waiting for a segment ---- */

#define SHMBOX_FOREVER UINT64_MAX

/* Flags of a wait. */
enum {
	/*
	 * Continue when the segment is marked for removal, as if it had been marked
	 * before the wait: until no other process has it attached.
	 */
	SHMBOX_DESPITE_MARK = 1
};

/* An exchange. Initialise it with zeros, then set the fields. */
struct shmbox_swap {
	uint64_t expected;
	uint64_t value;
	uint64_t timeout; /* nanoseconds, or SHMBOX_FOREVER; 0: do not wait */
	unsigned flags;   /* 0 or SHMBOX_DESPITE_MARK */
	uint64_t *seen;   /* NULL, or receives what the field contained at the last try */
};

/*
 * Stores value in a field of one number if the field contains expected, in one atomic
 * step. The numbers are compared bit by bit. Returns 0 once the value is stored, and
 * wakes threads as shmbox_field_update() does. While the field contains another number,
 * it waits until timeout. *seen is set if the result is 0, -ETIMEDOUT or -ENOENT.
 *   -ETIMEDOUT: The field did not contain expected in time.
 *   -ENOENT: The segment was removed during the wait, as explained for shmbox_wait().
 *   -ERANGE: The field ends past the end of the segment, or cannot contain expected or
 *     value.
 *   -EINVAL: The kind, the width, the count or a flag is not valid, or the field is not
 *     aligned.
 *   -EACCES: The map is not writable.
 *   -EFAULT: The kernel has no memory for a page.
 */
SHMBOX_API int shmbox_field_exchange(const struct shmbox_map *map,
                                     const struct shmbox_field *field,
                                     const struct shmbox_swap *wanted)
	SHMBOX_NONNULL(1, 2, 3);

/*
 * Wakes threads of all processes that sleep on a word of the range, in shmbox_wait() or in
 * futex(2) without FUTEX_PRIVATE_FLAG: at most count threads for each word, and all of
 * them with INT_MAX. A word is 4 bytes at a multiple of 4; it belongs to the range if one
 * of its bytes does. Each word takes a system call, so only the first 1024 words of the
 * range are woken. For other words shmbox_wait() notices the change by itself, at most
 * 50 ms later if look() is fast. Returns the number of threads that were woken.
 *   -ERANGE: The range is not inside the segment.
 *   -EACCES: The map is not attached.
 *   -EINVAL: count is 0 or less.
 */
SHMBOX_API int shmbox_wake(const struct shmbox_map *map, uint64_t offset, uint64_t length,
                           int count) SHMBOX_NONNULL(1);

/* A wait. Initialise it with zeros, then set the fields. Only look is required. */
struct shmbox_watch {
	int (*look)(void *data); /* 0: wait on; another value ends the wait */
	void *data;
	uint64_t timeout;               /* nanoseconds, or SHMBOX_FOREVER; 0: look once */
	const struct shmbox_map *map;   /* the segment whose removal ends the wait */
	const struct shmbox_info *info; /* without a map: that segment */
	unsigned flags;                 /* 0 or SHMBOX_DESPITE_MARK */
	bool wakeable; /* call look() when this word is woken; requires an attached map */
	uint64_t word; /* offset of the word, a multiple of 4 */
};

/*
 * Calls look() until it returns a value other than 0, and returns that value. The second
 * call is 1 ms after the first. Later intervals grow to 50 ms, or to 20 times the
 * duration of look() if that is longer. When the word is woken, as shmbox_field_update()
 * does, look() is called at once. Signals do not end the wait.
 *   -ETIMEDOUT: The timeout was reached.
 *   -ENOENT: The segment was removed.
 *   -EINVAL: look is NULL, there are unknown flags, or the map has no such word.
 *
 * The removal of a segment ends the wait, if map or info is set, in these cases:
 *   - The segment no longer exists.
 *   - It was not marked for removal when the wait began, and now it is.
 *   - It was marked before, and now no other process has it attached.
 *   - It was marked before, and in all processes that have it attached all threads are in
 *     shmbox_wait() for it. This is recognized by a mapping of one page in /proc:
 *     shm-protocols(7) describes it.
 *
 * The last two cases require an attached map.
 */
SHMBOX_API int shmbox_wait(const struct shmbox_watch *watch) SHMBOX_NONNULL(1);

/* ---- locks in a segment ---- */

/* The result of shmbox_mutex_lock() if the last owner has died. */
enum { SHMBOX_OWNER_DIED = 1 };

/*
 * Returns the calling thread as an owner of locks, which is never 0. A thread needs it
 * once; the child of fork(2) is another thread. It depends on the thread id, the time when
 * the thread was started, and the PID namespace; without /proc on the thread id alone.
 */
SHMBOX_API uint64_t shmbox_self(void);

/*
 * Takes a lock: 8 bytes at a multiple of 8, which are zeros while it is free. While
 * another thread has it, waits until timeout (nanoseconds, SHMBOX_FOREVER; 0: does not
 * wait). self is the result of shmbox_self(). Returns 0, or SHMBOX_OWNER_DIED if the last
 * owner has exited without giving the lock back: the caller has it now, and what it
 * protects may be half changed. Without /proc, a process that has exited is noticed once
 * its parent has waited for it. A thread of another PID namespace never counts as exited.
 * Between 32-bit and 64-bit processes, and between C libraries, the lock is the same.
 *   -ETIMEDOUT: Another thread had it for the whole time.
 *   -EDEADLK: The caller has it already.
 *   -ENOENT: The segment was removed during the wait, and no other process has it attached.
 *   -ERANGE: The range is not inside the segment.
 *   -EINVAL: The offset is no multiple of 8, or self is 0.
 *   -EACCES: The map is not writable.
 *   -EFAULT: The kernel has no memory for the page.
 */
SHMBOX_API int shmbox_mutex_lock(const struct shmbox_map *map, uint64_t offset,
                                 uint64_t self, uint64_t timeout)
	SHMBOX_NONNULL(1) SHMBOX_USE;

/*
 * Gives a lock back, and wakes the threads that wait for it. Returns 0.
 *   -EPERM: The caller does not have it.
 * Other errors are those of shmbox_mutex_lock().
 */
SHMBOX_API int shmbox_mutex_unlock(const struct shmbox_map *map, uint64_t offset,
                                   uint64_t self) SHMBOX_NONNULL(1);

/* ---- whether bytes have changed ---- */

/*
 * Stores in *digest a number that depends on the bytes of the range. If the bytes change,
 * the number changes too, except with a probability of 1 in 2^64. Holes are not read;
 * they count as zeros. Returns 0. The errors are those of shmbox_walk().
 */
SHMBOX_API int shmbox_digest(const struct shmbox_map *map, uint64_t offset,
                             uint64_t length, uint64_t *digest) SHMBOX_NONNULL(1, 4);

/* ---- limits on segments ---- */

enum { SHMBOX_HUGE_POOLS = 4 };

/* One size of huge pages, and their numbers, from /sys/kernel/mm/hugepages. */
struct shmbox_pool {
	uint64_t page_size; /* bytes */
	uint64_t total;
	uint64_t free;
	uint64_t reserved; /* free pages that segments and mappings have reserved */
};

/* The limits on segments in this IPC namespace, and how much is in use. */
struct shmbox_limits {
	uint64_t page_size;
	uint64_t max_segments; /* kernel.shmmni */
	uint64_t max_pages;    /* kernel.shmall, pages over all segments */
	uint64_t max_size;     /* kernel.shmmax, bytes of one segment */
	uint64_t segments;     /* in use */
	uint64_t pages;        /* in use */
	/*
	 * bytes of all segments in memory; SHMBOX_UNKNOWN while huge pages are in use,
	 * because the kernel counts those wrongly: see shmbox_memory() for each segment
	 */
	int64_t resident;
	uint64_t swapped; /* bytes of all segments in swap */
	uint64_t memlock; /* RLIMIT_MEMLOCK in bytes; UINT64_MAX: no limit */
	int rmid_forced;  /* kernel.shm_rmid_forced, or SHMBOX_UNKNOWN */
	int pool_count;   /* elements of pools; SHMBOX_UNKNOWN if /sys cannot be read */
	struct shmbox_pool pools[SHMBOX_HUGE_POOLS];
};

/*
 * Stores in *limits the limits on segments, and how much is in use. Returns 0, or the
 * error of shmctl(2) if that is refused and /proc does not show the limits either.
 */
SHMBOX_API int shmbox_get_limits(struct shmbox_limits *limits) SHMBOX_NONNULL(1);

/*
 * Returns 1 if the kernel removes an unattached segment when the process that made it
 * exits (kernel.shm_rmid_forced), 0 if not, or SHMBOX_UNKNOWN.
 */
SHMBOX_API int shmbox_rmid_forced(void);

/* ---- processes and namespaces ---- */

/*
 * Returns a descriptor that poll(2) reports as readable once the process has exited. A
 * zombie has exited. The caller closes the descriptor.
 *   -ESRCH: The process has exited, or never existed.
 *   -ENOSYS: pidfd_open(2) is missing or refused. Call shmbox_process_alive() repeatedly
 *     instead.
 */
SHMBOX_API int shmbox_process_watch(pid_t pid);

/*
 * Returns 1 if a thread of the process has not exited yet, and 0 otherwise. If neither
 * pidfd_open(2) nor /proc is available, a zombie counts as alive.
 */
SHMBOX_API int shmbox_process_alive(pid_t pid);

/*
 * Stores in name the command name of the process (/proc/PID/comm): at most 15 bytes and a
 * NUL. The name may be empty, and may contain any other byte, even newlines. Returns 0.
 *   -ESRCH: There is no such process.
 *   -ENOENT: /proc does not show it.
 */
SHMBOX_API int shmbox_process_name(pid_t pid, char name[16]) SHMBOX_NONNULL(2);

/*
 * Stores in args the command line of the process (/proc/PID/cmdline): its words, joined by
 * blanks, in at most size - 1 bytes, and a NUL. A longer command line is cut off. The text
 * may be empty, and may contain any other byte. Returns the length of the text.
 *   -ESRCH: There is no such process.
 *   -ENOENT: /proc does not show it.
 */
SHMBOX_API int shmbox_process_args(pid_t pid, char *args, size_t size);

/*
 * Returns when the process was started, by the present clock, or SHMBOX_UNKNOWN. If this
 * is later than an action of a process with the same pid, that was probably another
 * process. It is no proof, because the clock may have been set since then.
 */
SHMBOX_API int64_t shmbox_process_began(pid_t pid);

/*
 * Moves the caller into the IPC namespace of a process (setns(2)). If that is not
 * permitted, it first joins the user namespace that owns the IPC namespace. It cannot be
 * undone. Returns 0.
 *   -ESRCH: There is no such process.
 *   -EACCES: The caller may not inspect the process.
 *   -EPERM: The caller may not enter its namespaces.
 *   -EOPNOTSUPP: /proc does not show its namespaces.
 */
SHMBOX_API int shmbox_enter(pid_t pid);

/*
 * Stores in *uid the effective user of the process. Returns 0. The errors are those of
 * shmbox_process_name().
 */
SHMBOX_API int shmbox_process_user(pid_t pid, uid_t *uid) SHMBOX_NONNULL(2);

/*
 * Stores in name, which has size bytes, the container or the unit that the process
 * belongs to by its control group. It is taken from the path in /proc/PID/cgroup: the
 * part with the number of a container, cut after 12 digits of that number, or otherwise
 * the last part. Returns 0. After an error name is empty.
 *   -ENOENT: The process belongs to no container or unit.
 *   -ERANGE: The name has size or more bytes.
 *   -ESRCH: There is no such process.
 *   -ENOSYS: /proc does not show it.
 * Other errors are those of reading the file.
 */
SHMBOX_API int shmbox_process_cgroup(pid_t pid, char *name, size_t size);

/* An IPC namespace: its number (the inode of /proc/PID/ns/ipc) and a process in it. */
struct shmbox_namespace {
	uint64_t ns;
	pid_t pid;
};

/*
 * Stores in *here the IPC namespace of the calling thread. here->pid is the id of that
 * thread, because shmbox_visit() moves one thread only. Returns 0.
 *   -ENOENT: /proc does not show it.
 */
SHMBOX_API int shmbox_own_namespace(struct shmbox_namespace *here) SHMBOX_NONNULL(1);

/*
 * Lists the IPC namespaces of all processes that the caller may inspect, each with its
 * lowest pid, in the order of these pids. Returns the number of namespaces. *out is one
 * malloc(3) block, which the caller frees. *hidden is the number of processes that could
 * not be inspected, mostly because the caller lacks CAP_SYS_PTRACE.
 *   -ENOSYS: /proc shows no processes.
 * Other errors are those of reading /proc.
 */
SHMBOX_API int shmbox_namespaces(struct shmbox_namespace **out, int *hidden)
	SHMBOX_NONNULL(1);

/*
 * Moves the calling thread into the IPC namespace of a process, as shmbox_enter() does,
 * but never into another user namespace. Each such move, even the return, requires
 * CAP_SYS_ADMIN in the caller's user namespace and in the one that owns the IPC namespace
 * (setns(2)). The errors are those of shmbox_enter().
 */
SHMBOX_API int shmbox_visit(pid_t pid);

/* ---- errors and their causes ---- */

/*
 * Returns a text for rc, a negated errno value that op returned. It accepts any other
 * number too. The text is a constant and never NULL.
 */
SHMBOX_API const char *shmbox_strerror(enum shmbox_op op, int rc);

/* The cause of a failure. The comments name the fields of shmbox_cause that are set. */
enum shmbox_cause_kind {
	SHMBOX_CAUSE_NONE = 0, /* unknown: there is only the error number */
	SHMBOX_CAUSE_SIZE_ZERO = 1,
	SHMBOX_CAUSE_SHMMAX = 2, /* kernel.shmmax; limit, wanted: bytes */
	SHMBOX_CAUSE_SHMALL = 3, /* kernel.shmall; limit, used, wanted: pages */
	SHMBOX_CAUSE_SHMMNI = 4, /* kernel.shmmni; limit, used: segments */
	/* limit: memory and swap of this machine, wanted: bytes */
	SHMBOX_CAUSE_MEMORY = 5,
	SHMBOX_CAUSE_FILL = 6, /* as MEMORY, for a segment that will be filled */
	/* vm.overcommit_memory is 2; limit, used, wanted: bytes */
	SHMBOX_CAUSE_COMMIT = 7,
	/* the segment id has the key; limit: its size in bytes */
	SHMBOX_CAUSE_KEY_TAKEN = 8,
	/* as KEY_TAKEN, but the caller may not read it; owner */
	SHMBOX_CAUSE_KEY_CLOSED = 9,
	/* as KEY_CLOSED, but the caller owns or made it; mode */
	SHMBOX_CAUSE_KEY_OWN = 10,
	/* the segment id has the key and only limit bytes; owner */
	SHMBOX_CAUSE_SMALLER = 11,
	SHMBOX_CAUSE_ID_TAKEN = 12, /* another segment has the place of the wanted id */
	/* choosing an id requires a capability: see want_id */
	SHMBOX_CAUSE_ID_RIGHT = 13,
	SHMBOX_CAUSE_HUGE_SIZE = 14, /* this machine has no huge pages of wanted bytes */
	/* limit: left, used: in the pool, wanted: of huge_page */
	SHMBOX_CAUSE_HUGE_POOL = 15,
	/* too few of huge_page (wanted: too); no pool in /sys */
	SHMBOX_CAUSE_HUGE_NONE = 16,
	/* requires CAP_IPC_LOCK or the vm.hugetlb_shm_group */
	SHMBOX_CAUSE_HUGE_RIGHT = 17,
	SHMBOX_CAUSE_MEMLOCK = 18, /* limit: RLIMIT_MEMLOCK, wanted: bytes */
	/* wanted: bytes, more than the address space has left */
	SHMBOX_CAUSE_ADDRESSES = 19,
	SHMBOX_CAUSE_ADDRESS_LIMIT = 20, /* limit: RLIMIT_AS, wanted: bytes */
	SHMBOX_CAUSE_MODE = 21,          /* the segment's mode denies it; owner, mode */
	SHMBOX_CAUSE_OWN_MODE = 22,      /* as MODE, but the caller may change the mode */
	SHMBOX_CAUSE_OWNER = 23,         /* only the owner or the creator may; owner */
	/* requires a right in the first user namespace */
	SHMBOX_CAUSE_USER_NAMESPACE = 24,
	/* refused although mode, owner and capabilities permit it */
	SHMBOX_CAUSE_POLICY = 25
};

struct shmbox_cause {
	enum shmbox_cause_kind kind;
	uint64_t limit;
	uint64_t used;
	uint64_t wanted;
	uint64_t huge_page; /* bytes of a huge page, or 0 */
	int id;
	uid_t owner;
	mode_t mode;
};

/*
 * Stores in *cause which limit or right made op fail with rc. spec is the segment that
 * was to be made, or contains the id that was used, or is NULL. *cause is always filled
 * in. It is the likeliest cause and no proof: the state of the system may have changed
 * since the failure.
 */
SHMBOX_API int shmbox_explain(enum shmbox_op op, int rc, const struct shmbox_spec *spec,
                              struct shmbox_cause *cause) SHMBOX_NONNULL(4);

/* ---- archives of segments ---- */

/*
 * An archive is a POSIX pax archive (pax(1), tar(5)). A member is the content of one segment,
 * named key-0x00005432 or id-42, whose holes are a map of GNU.sparse 1.0. What tar has no place
 * for are records SCHILY.xattr.user.shmbox.NAME. The last member is CKSUM: a line as cksum(1)
 * prints it for each of the others.
 */

enum { SHMBOX_NAME_SIZE = 256 };

/* One member of an archive. An empty text, and SHMBOX_UNKNOWN, is what is not known. */
struct shmbox_member {
	char name
		[SHMBOX_NAME_SIZE]; /* of a member with a path: the part after the last / */
	bool described; /* it has the records of shmbox_dump_segment(); else only the next six */
	uint64_t size; /* of the segment, in bytes */
	mode_t mode;   /* the nine permission bits */
	uid_t owner_uid;
	gid_t owner_gid;
	char user[32]; /* names of the owner, for tar to show */
	char group[32];
	int id;    /* the id and key that the segment had, or SHMBOX_UNKNOWN; .. */
	key_t key; /* .. 0: none */
	uid_t creator_uid;
	gid_t creator_gid;
	int64_t attach_time;
	int64_t detach_time;
	int64_t change_time;
	int64_t huge_page; /* as in shmbox_info */
	bool locked;
	char host[65];   /* the machine that it was on */
	uint64_t stored; /* bytes that the member takes in the archive, with its map */
};

/* Flags of an archive. */
enum {
	/* dump: write no CKSUM; restore: compare no sums, and look for none */
	SHMBOX_NO_SUMS = 1,
	/* restore: fd 0 is one, see SHMBOX_STDIN */
	SHMBOX_FROM_STDIN = 2
};

/*
 * An archive that is written. Zero-initialise, set the first part, shmbox_dump_begin();
 * shmbox_dump_end() is due whatever happens. Takes 160 KiB, 16 bytes for each run of data of the
 * segment that is written, and 64 bytes for each segment.
 */
struct shmbox_dump {
	/* takes all of the bytes, and returns 0; anything else ends the dump, and is returned */
	int (*put)(void *context, const void *bytes, size_t length);
	void *context;
	/*
	 * the descriptor that put() writes to, without a buffer; 0: none. Without sums, data goes
	 * there as by shmbox_send(), which may need no copy.
	 */
	int fd;
	unsigned flags;             /* SHMBOX_NO_SUMS */
	uint64_t written;           /* bytes of the archive so far */
	struct shmbox_archive *own; /* the library's */
};

/* Returns 0 or -ENOMEM; -EINVAL without put() and for unknown flags. */
SHMBOX_API int shmbox_dump_begin(struct shmbox_dump *dump) SHMBOX_NONNULL(1);

/* Fills in all of a member but the names of its owner, which the library does not know. */
SHMBOX_API void shmbox_dump_describe(const struct shmbox_info *info,
                                     struct shmbox_member *member) SHMBOX_NONNULL(1, 2);

/*
 * Writes the whole of map as the next member. Of job, which may be NULL, progress, context and
 * SHMBOX_NO_RETRY count; length, done and how are set, done with holes counted in. Errors as
 * for shmbox_send(), what put() returned, -EINVAL if sizes differ, -ENOMEM. After an error the
 * archive is of no use.
 */
SHMBOX_API int shmbox_dump_segment(struct shmbox_dump *dump,
                                   const struct shmbox_member *member,
                                   const struct shmbox_map *map, struct shmbox_job *job)
	SHMBOX_NONNULL(1, 2, 3);

/* Writes what ends an archive: 0, or what put() returned. */
SHMBOX_API int shmbox_dump_finish(struct shmbox_dump *dump) SHMBOX_NONNULL(1);
SHMBOX_API void shmbox_dump_end(struct shmbox_dump *dump) SHMBOX_NONNULL(1);

/*
 * An archive that is read. Zero-initialise, set the first part, shmbox_restore_begin();
 * shmbox_restore_end() is due whatever happens. An archive is not trusted: numbers are bounded,
 * no name is opened, and what is wrong with it is -EBADMSG, with words in problem. Takes
 * 420 KiB, 300 bytes for each member, twice the length of CKSUM, and 16 bytes for each run of
 * data of the member that is read. Archives of more than 65536 members, or with 4194304 runs in
 * one, are refused.
 *
 * The struct may be in memory that is shared with a child, which calls shmbox_restore_data().
 */
struct shmbox_restore {
	/* as read(2): how many bytes it got, 0 at the end of the input, or -errno */
	int64_t (*get)(void *context, void *bytes, size_t length);
	void *context;
	/*
	 * the descriptor that get() reads from, without a buffer; 0: none, see
	 * SHMBOX_FROM_STDIN. Data that is not wanted is then skipped, and without sums it
	 * reaches the segment as by shmbox_receive(), which may take fewer copies.
	 */
	int fd;
	unsigned flags;
	/* what became of it */
	uint64_t place;      /* bytes of the archive that were read */
	const char *problem; /* constant words, after -EBADMSG; otherwise NULL */
	char about
		[SHMBOX_NAME_SIZE]; /* the member that has it; empty: none, or not known */
	bool has_sums;              /* a CKSUM has been read */
	/* the library's own: the member whose data comes next, and its sum */
	uint64_t left;
	uint64_t padding;
	uint64_t size;
	uint32_t sum;
	bool sparse;
	bool plain;
	bool unread;
	bool summed;
	bool ended;
	struct shmbox_archive *own;
};

/* Returns 0 or -ENOMEM; -EINVAL without get() and for unknown flags. */
SHMBOX_API int shmbox_restore_begin(struct shmbox_restore *restore) SHMBOX_NONNULL(1);

/*
 * Fills in the next member, after what was not read of the one before has been skipped.
 * Returns 1; or 0 at the end of the archive, when all of the input has been read and every sum
 * that was taken is as CKSUM says. -EBADMSG, -ENOMEM, or what get() returned.
 */
SHMBOX_API int shmbox_restore_next(struct shmbox_restore *restore,
                                   struct shmbox_member *member) SHMBOX_NONNULL(1, 2);

/*
 * Reads the data of that member, once: into map, which is a new segment of member->size bytes;
 * or, with NULL, only to check it. job as for shmbox_dump_segment(). -EBADMSG, what get()
 * returned, -EFAULT or -ENOMEM if there is no memory, -EACCES on a read-only map, -EINVAL if
 * there is no such data, or the map has another size.
 */
SHMBOX_API int shmbox_restore_data(struct shmbox_restore *restore,
                                   const struct shmbox_map *map, struct shmbox_job *job)
	SHMBOX_NONNULL(1);
SHMBOX_API void shmbox_restore_end(struct shmbox_restore *restore) SHMBOX_NONNULL(1);

#ifdef __cplusplus
}
#endif

#endif
