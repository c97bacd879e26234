/*
 * shmbox.h - System V shared memory segments behind one small C API
 *
 * True of every function declared here, unless its comment says otherwise:
 *   - it returns 0, or a count or an id >= 0, or a negated errno value (-ENOENT);
 *     shmbox_strerror() puts such a value into words;
 *   - it prints nothing, never exits, installs no signal handler and keeps no state
 *     between calls, so any thread may call it at any time;
 *   - sizes and offsets are in bytes; times are seconds since the Epoch, and 0 means
 *     "never happened";
 *   - 0 is a valid segment id (the first one in every IPC namespace), and a segment
 *     that is not there is always -ENOENT, whatever the kernel called it.
 */
#ifndef SHMBOX_H
#define SHMBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/types.h>

#define SHMBOX_VERSION "0.1.0"

#if defined(__GNUC__)
#define SHMBOX_API __attribute__((visibility("default")))
#else
#define SHMBOX_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What the kernel or /proc does not tell: never to be shown as "none" or 0. It is less than
 * every negated errno value, of which the kernel's last is -4095.
 */
#define SHMBOX_UNKNOWN (-4096)

/* What was tried when an error came back. */
enum shmbox_op {
	SHMBOX_CREATE,
	SHMBOX_OBTAIN,
	SHMBOX_LOOKUP,
	SHMBOX_STAT,
	SHMBOX_LIST,
	SHMBOX_ATTACH,
	SHMBOX_READ,
	SHMBOX_WRITE,
	SHMBOX_CHANGE,
	SHMBOX_LOCK,
	SHMBOX_REMOVE,
	SHMBOX_LIMITS,
	SHMBOX_KEY,
	SHMBOX_ENTER,
	SHMBOX_BORROW,
	SHMBOX_FREEZE,
	SHMBOX_WAIT,
	SHMBOX_HELD
};

/* ---- naming a segment ---- */

/* How a caller names a segment: by the kernel's id or by its System V key. */
struct shmbox_ref {
	bool by_key;
	int id;    /* if not by_key */
	key_t key; /* if by_key; never IPC_PRIVATE, which names nothing */
};

/*
 * Returns the id ref stands for; -ENOENT if its key is free, -EINVAL for key 0. An id
 * is taken as it is: the call that uses it finds out whether it exists.
 */
SHMBOX_API int shmbox_lookup(struct shmbox_ref ref);

/*
 * The key that ftok(3) gives for path and proj (its low 8 bits), in *key. Fails as
 * stat(2) does; -ERANGE if the key would be 0, which is IPC_PRIVATE.
 */
SHMBOX_API int shmbox_key(const char *path, int proj, key_t *key);

/* ---- making and removing segments ---- */

/* What to create. Zero-initialise, then set the fields you care about. */
struct shmbox_spec {
	key_t key;     /* IPC_PRIVATE (0): a segment that nobody can look up */
	bool new_key;  /* draw a random key that is free, instead of key */
	uint64_t size; /* exact; the kernel rounds nothing that a caller sees */
	/*
	 * permission bits, e.g. 0600; no others: -EINVAL. To shmbox_explain of an attach: 0400
	 * if only to read
	 */
	mode_t mode;
	uint64_t huge_page; /* size of its huge pages: 2097152, ..; 0: ordinary pages */
	bool noreserve;     /* SHM_NORESERVE: swap space is not set aside for it */
	bool filled;  /* all of it will be: shmbox_would_fit() then looks for the room */
	bool want_id; /* ask for this id: needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE */
	int id;       /* if want_id; to shmbox_explain: the segment that was used */
};

/*
 * Makes a segment that did not exist before. Returns its id; -EEXIST if the key (or the
 * id asked for) is taken, -EINVAL, -ENOSPC or -ENOMEM at a limit: see shmbox_explain(). With
 * want_id, the kernel may refuse to remove what it made instead. A result that is neither
 * negative nor spec->id is the id of such a segment; after -ENOTRECOVERABLE, spec->id is, of
 * 1 byte.
 */
SHMBOX_API int shmbox_create(const struct shmbox_spec *spec);

/*
 * The segment that has spec->key, made if there is none: *created tells. An existing one
 * is left as it is. Returns its id; -EEXIST if it is smaller than spec->size.
 */
SHMBOX_API int shmbox_obtain(const struct shmbox_spec *spec, bool *created);

/*
 * Whether shmbox_create(spec) or shmbox_obtain(spec), as op says, could succeed now: 0, or
 * the error it would meet. Makes nothing. Permission to choose an id or to use huge pages
 * is not looked into. -EINVAL for another op.
 */
SHMBOX_API int shmbox_would_fit(enum shmbox_op op, const struct shmbox_spec *spec);

/*
 * Removes the segment. Returns 0 if it is gone, or else how many attaches still hold it:
 * then it is only marked, has lost its key, and goes with the last of them (shmctl(2)).
 */
SHMBOX_API int shmbox_remove(int id);

/* ---- what is known of a segment ---- */

/* One segment, as shmctl(2) tells it and, for the last part, /proc. */
struct shmbox_info {
	int id;
	key_t key; /* 0: none, or lost by removal */
	/* bytes; of 4 GiB and more, a process of 32 bits without /proc gets the rest alone */
	uint64_t size;
	mode_t mode;       /* the nine permission bits */
	bool removed;      /* marked; goes with its last attach */
	bool locked;       /* kept in memory by SHM_LOCK */
	uint64_t attached; /* mappings: a process may hold several */
	pid_t creator_pid; /* 0: a process outside our pid namespace */
	pid_t last_pid;    /* the last to attach or detach; 0: nobody, or outside */
	uid_t owner_uid;
	gid_t owner_gid;
	uid_t creator_uid;
	gid_t creator_gid;
	int64_t attach_time;
	int64_t detach_time;
	int64_t change_time; /* made, or owner or mode changed */
	int64_t resident;    /* bytes in memory, or SHMBOX_UNKNOWN: see shmbox_memory() */
	int64_t swapped;     /* bytes in swap, or SHMBOX_UNKNOWN */
	bool counted; /* the next is for shmbox_memory(): see shmbox_list_counted() */
	int64_t count; /* resident as the kernel counts it, which is wrong for huge pages */
	int64_t huge_page; /* size of its huge pages, 0: ordinary ones; or SHMBOX_UNKNOWN */
	uint64_t
		ns; /* for who lists several IPC namespaces: shmbox_namespace.ns; else 0 */
};

/*
 * One segment, whether the caller may read it or not (on kernels before 4.17 without
 * /proc: -EACCES if not). resident and swapped are left unknown.
 */
SHMBOX_API int shmbox_stat(int id, struct shmbox_info *info);

/*
 * Every segment of this IPC namespace, readable or not, in the kernel's own order.
 * Returns their number; *out is theirs, one malloc(3) block for the caller to free.
 * Segments that come and go meanwhile are no error.
 */
SHMBOX_API int shmbox_list(struct shmbox_info **out);

/*
 * The same for who wants shmbox_memory() of them all: what that would read of /proc is read
 * along, in one pass. Without /proc it is the same indeed.
 */
SHMBOX_API int shmbox_list_counted(struct shmbox_info **out);

/*
 * Fills in resident, swapped and huge_page of count infos from /proc/sysvipc/shm; what that
 * does not tell, or tells wrongly (the resident size of huge pages), stays unknown. An info
 * whose huge_page is known before (shmbox_holder) is told better. Returns 0, or why /proc
 * could not be read.
 */
SHMBOX_API int shmbox_memory(struct shmbox_info *infos, size_t count);

/*
 * 1 if the segment that info tells of is gone, and not merely marked; 0 if not, or if that
 * cannot be told. Ids come again, if not soon: another one that has its id by now is not it.
 * Good for shmbox_wait() to look at.
 */
SHMBOX_API int shmbox_is_gone(const struct shmbox_info *info);

/* ---- changing a segment ---- */

/* What to change, all in one step. Zero-initialise, then set what is to change. */
struct shmbox_change {
	bool set_mode;
	mode_t mode;
	bool set_uid;
	uid_t uid;
	bool set_gid;
	gid_t gid;
};

/*
 * Changes mode and owner; -EPERM unless we own or made it, or have CAP_SYS_ADMIN, -EINVAL
 * for a user or group that our user namespace does not know, or a mode of more than the nine
 * permission bits.
 */
SHMBOX_API int shmbox_set(int id, const struct shmbox_change *change);

/*
 * Whether we may change and remove the segment: 1 or 0. For a look before; the kernel has
 * the last word.
 */
SHMBOX_API int shmbox_may_control(const struct shmbox_info *info);

/* Keeps the segment's pages in memory (SHM_LOCK), or lets them go to swap again. */
SHMBOX_API int shmbox_lock(int id, bool locked);

/* ---- who holds a segment ---- */

/* One mapping of a segment; a process may have several, also of parts of it. */
struct shmbox_holder {
	int id;
	pid_t pid;
	pid_t thread; /* the first of its threads that has not ended */
	bool writable;
	key_t key;      /* the segment's, also if removal took it away since */
	uint64_t start; /* addresses in that process */
	uint64_t end;
	int64_t huge_page; /* size of the segment's huge pages; 0: ordinary ones */
	/* it may be the memory of another process of the list, and is counted twice then */
	bool doubtful;
};

enum { SHMBOX_ALL = -4097 };

/*
 * The mappings of a segment, or of all segments here (SHMBOX_ALL), in all processes of this
 * IPC namespace that can be looked into, in one pass: sorted by id, pid and address. Returns
 * their number, which may be less than shmbox_info.attached; *out is theirs, one malloc(3)
 * block for the caller to free. -ENOENT if there is no such segment, -ENOSYS if /proc shows no
 * processes. From PROCMAP_QUERY of ioctl(2), Linux 6.11, or the text of /proc/PID/maps.
 *
 * Of processes that share their memory (vfork(2), CLONE_VM of clone(2)) one is in it; where
 * kcmp(2) is refused all may be, as doubtful. A process is not in it if one of its threads, or
 * of those that share its memory, is in another IPC namespace: the mapping may be of a segment
 * there that has the same id. Nor is it if the file behind the mapping (/proc/PID/map_files,
 * for whom that is allowed) has another size or maker than the segment.
 */
SHMBOX_API int shmbox_holders(int id, struct shmbox_holder **out);

/*
 * The same for count segments at once, with counts that fit: processes come and go while we
 * look, so we look again while the list has another number of mappings of a segment than the
 * kernel counts attaches, until nothing changes. attached, last_pid and the times of attach and
 * detach of the infos are brought up to date. A segment is then known to have all its holders
 * in the list if it has info.attached of them, and none of these is doubtful.
 */
SHMBOX_API int shmbox_held(struct shmbox_info *infos, size_t count,
                           struct shmbox_holder **out);

/* How many of count holders, sorted as above, are of this segment; *first is the first of them. */
SHMBOX_API int shmbox_held_at(const struct shmbox_holder *holders, int count, int id,
                              int *first);

/*
 * The same of one process, whatever segments it has. -ESRCH or -ENOENT if there is none,
 * -EACCES if it cannot be looked into, -EXDEV if it is in another IPC namespace, -ENOSYS if
 * /proc shows no processes; what else fails is told, and never that it holds nothing.
 */
SHMBOX_API int shmbox_held_by(pid_t pid, struct shmbox_holder **out);

/*
 * Bytes of count mappings of one segment in one process, as they stand in such a list, that are
 * in memory and in its page tables (/proc/PID/smaps), or SHMBOX_UNKNOWN.
 */
SHMBOX_API int64_t shmbox_holder_memory(const struct shmbox_holder *holders, int count);

/* ---- whether a segment is garbage ---- */

/* What became of a process that a segment names. */
enum shmbox_fate {
	SHMBOX_FATE_UNKNOWN, /* outside our pid namespace, or /proc is hidden or missing */
	SHMBOX_FATE_NONE,    /* there never was one */
	SHMBOX_FATE_ALIVE,   /* there is a process with this pid, which is enough */
	SHMBOX_FATE_ELSEWHERE, /* so there is, in another pid namespace, as of a container */
	SHMBOX_FATE_ENDED
};

enum shmbox_orphan {
	SHMBOX_ORPHAN_UNKNOWN, /* and so not to be removed for being one */
	SHMBOX_ORPHAN_NO,
	SHMBOX_ORPHAN_YES
};

/* What decided. */
enum shmbox_reason {
	SHMBOX_REASON_ENDED, /* yes: nobody holds it, who made and used it have ended */
	SHMBOX_REASON_ATTACHED,
	SHMBOX_REASON_CREATOR_ALIVE,
	SHMBOX_REASON_LAST_ALIVE,
	SHMBOX_REASON_RECENT,          /* not idle for as long as was asked for */
	SHMBOX_REASON_PROC,            /* unknown: /proc is missing or hides processes */
	SHMBOX_REASON_CREATOR_UNKNOWN, /* unknown: outside our pid namespace */
	SHMBOX_REASON_LAST_UNKNOWN,
	SHMBOX_REASON_CLOCK /* unknown: a time in the future, or before the boot */
};

/* A verdict on one segment, and the evidence for it. */
struct shmbox_verdict {
	enum shmbox_orphan orphan;
	enum shmbox_reason reason;
	enum shmbox_fate creator;
	enum shmbox_fate last; /* who attached or detached it last */
	int64_t idle;          /* as shmbox_idle() */
};

/*
 * What verdicts on one list have in common, kept by the caller. Zero-initialise, once more
 * for a list that was made later: nothing is asked twice.
 */
struct shmbox_witness {
	bool asked;   /* processes is known */
	bool visible; /* /proc shows processes, all of them, and numbers them as we do */
	pid_t pid;    /* the last one asked after, .. */
	enum shmbox_fate fate; /* .. and what became of it */
	int64_t boot;          /* when this machine was booted, .. */
	int64_t now;           /* .. and when the first segment was judged */
};

/*
 * Whether nobody can want the segment any more: it is not attached, its creator has ended,
 * so has who used it last, and it was idle for at_least seconds. Programs that attach on
 * demand leave such segments on purpose: a verdict is evidence, not leave to remove.
 */
SHMBOX_API void shmbox_judge(const struct shmbox_info *info, int64_t at_least,
                             struct shmbox_witness *witness,
                             struct shmbox_verdict *verdict);

/*
 * Seconds since the segment was last attached, detached, made or changed; SHMBOX_UNKNOWN
 * when one of its times is in the future or before the boot: then a clock was set.
 */
SHMBOX_API int64_t shmbox_idle(const struct shmbox_info *info);

/* ---- bytes of a segment ---- */

enum { SHMBOX_READ_ONLY = 1, SHMBOX_MARK = 2 };

struct shmbox_stopped;

/* A segment that we can look into. Its bytes may change under us at any time. */
struct shmbox_map {
	int id;
	bool writable;
	void *address; /* NULL: not in our address space, see shmbox_borrow(), shmbox_blank() */
	uint64_t
		size; /* the segment's own; what is behind it in the last page is not ours */
	struct shmbox_holder holder; /* if borrowed: from whom */
	int copy; /* if made by shmbox_blank(): a descriptor of the bytes; else 0 */
	struct shmbox_stopped *stopped; /* by shmbox_freeze() */
	pid_t last_pid;  /* while frozen: who attached or detached before that; else 0 */
	pid_t unstopped; /* after -ETIMEDOUT or -EALREADY of shmbox_freeze(): who it was */
	pid_t tracer;    /* after -EALREADY: the process that traces it */
};

/*
 * Attaches the segment: flags is 0, or SHMBOX_READ_ONLY, or'ed with SHMBOX_MARK, which marks it
 * for removal in the next system call: the kernel frees it with its last attach; other flags
 * are -EINVAL. -EACCES without permission, -ENOMEM if it is larger than the address space. If
 * it cannot be marked it is not attached either.
 */
SHMBOX_API int shmbox_attach(int id, unsigned flags, struct shmbox_map *map);
SHMBOX_API int shmbox_detach(struct shmbox_map *map);

/*
 * A map for shmbox_read(), shmbox_walk() and shmbox_send() that attaches nothing: bytes
 * come through /proc/PID/map_files of a process that holds the segment, and its times and
 * counts stay as they are. -ESRCH if nobody holds it; -EPERM if no holder can be looked
 * into, which takes CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE of the first user namespace,
 * and is enough whatever the segment's mode; -ENOSYS without /proc. If the holder ends meanwhile, the calls that use it say -ESRCH.
 */
SHMBOX_API int shmbox_borrow(int id, struct shmbox_map *map);

/*
 * Copies bytes from the segment, like pread(2): returns how many, fewer at the end of
 * the segment and 0 behind it; -EFAULT if the kernel has no page for them. What was never
 * written is zeros, and gets no memory by being read.
 */
SHMBOX_API int64_t shmbox_read(const struct shmbox_map *map, uint64_t offset,
                               void *buffer, size_t length);

/*
 * Copies bytes into the segment: all of them, or none and -ERANGE if they do not fit;
 * -EFAULT if the kernel has no page for them, -EACCES on a read-only map.
 */
SHMBOX_API int64_t shmbox_write(const struct shmbox_map *map, uint64_t offset,
                                const void *buffer, size_t length);

/* ---- many bytes of a segment at once ---- */

/* What a job may do, and how it was done: bits of shmbox_job. */
enum {
	/*
	 * receive, wipe: pages of nothing but zeros are given back; send: the file has zeros
	 * where it goes, so that holes are left out
	 */
	SHMBOX_SPARSE = 1,
	SHMBOX_RELEASE = 2, /* wipe: the last page too, with what is behind the end */
	/* wipe: at the end, what is behind it in the last page as well */
	SHMBOX_SLACK = 4,
	/*
	 * send, receive: end with -EAGAIN when the descriptor would block, and with -EINTR when
	 * a signal interrupts a call, instead of a wait and a new try
	 */
	SHMBOX_NO_RETRY = 8,
	/* send, receive: fd 0 is one; without this it is a field that was not set: -EBADF */
	SHMBOX_STDIN = 16
};
enum {
	SHMBOX_BY_COPY = 1,      /* read(2) or write(2) between descriptor and mapping */
	SHMBOX_BY_BUFFER = 2,    /* the same by way of a buffer and map_files */
	SHMBOX_BY_SPLICE = 4,    /* splice(2) from map_files: no copy */
	SHMBOX_BY_VMSPLICE = 8,  /* vmsplice(2) from the mapping: no copy */
	SHMBOX_BY_SENDFILE = 16, /* sendfile(2) from or to map_files: one copy */
	SHMBOX_BY_SKIP = 32,     /* holes were left out: holes of a file, or not read */
	SHMBOX_BY_RELEASE = 64,  /* pages were given back instead of written */
	SHMBOX_BY_SEEK = 128,    /* holes are known from map_files */
	SHMBOX_BY_MINCORE =
		256 /* holes are known from mincore(2), and no swap is in use */
};

/*
 * A long piece of work on a range of a segment, and what became of it. Zero-initialise,
 * then set the first part. done and how are right also when the job fails, and in progress().
 *
 * progress() is called after each piece, when a signal interrupts a call, and ten times a
 * second while a descriptor of send or receive would block (O_NONBLOCK). It returns 0 to go on;
 * anything else ends the job, and is returned. A job that ended so loses nothing: a new one for
 * the rest, with offset and length moved by done, continues it.
 */
struct shmbox_job {
	uint64_t offset;
	uint64_t length;
	int fd;                         /* send and receive: the other end; 0: not set */
	unsigned flags;                 /* SHMBOX_SPARSE, .. */
	int (*progress)(void *context); /* or NULL */
	void *context;
	uint64_t done; /* bytes */
	unsigned how;  /* SHMBOX_BY_ bits */
};

/*
 * Writes the range to job->fd by the fastest way that is allowed, from its position on, as
 * write(2) would, signals included. Holes of the segment get no memory, and stay holes at
 * the end of a regular file. Once it has returned, nothing that is written into the segment
 * can reach the reader of a pipe any more, unless progress() has ended it. A pipe may be made
 * larger, up to 1 MiB; a descriptor that would block is waited for, without end if neither
 * progress() nor SHMBOX_NO_RETRY ends that. -ERANGE if the range is not inside the segment, -EINVAL for
 * unknown flags, -EFAULT or -ENOMEM if there is no memory for a part of it, -ESRCH if the map is borrowed
 * and its holder has ended; any other error is the descriptor's.
 */
SHMBOX_API int shmbox_send(const struct shmbox_map *map, struct shmbox_job *job);

/*
 * Reads from job->fd into the range until that is full or the input ends. Errors as for
 * shmbox_send(), and -EACCES on a map that is read-only or borrowed; what was read when
 * memory ran out may be lost.
 */
SHMBOX_API int shmbox_receive(const struct shmbox_map *map, struct shmbox_job *job);

/*
 * Zeros over the range; with SHMBOX_SPARSE or SHMBOX_RELEASE its whole pages are given back
 * to the system where that is right: locked and huge pages are kept, and zeroed. With
 * SHMBOX_SLACK a range up to the end of the segment has zeros to the end of its last page;
 * -EOPNOTSUPP, and nothing done, if that is a huge one and /proc does not tell where it
 * ends. Errors as above.
 */
SHMBOX_API int shmbox_wipe(const struct shmbox_map *map, struct shmbox_job *job);

/*
 * Gives every page of the range memory now (ordinary pages of a read-only map: reads
 * them in). -EFAULT or -ENOMEM if there is none, instead of SIGBUS at the first touch;
 * -EACCES on a borrowed map.
 */
SHMBOX_API int shmbox_populate(const struct shmbox_map *map, struct shmbox_job *job);

/*
 * Calls each() with one piece of the range after another, in order. bytes is NULL for a
 * hole, whose length may be large; else they are a copy, good until each() returns.
 * each() returns 0 to go on; anything else ends the walk, and is returned.
 */
SHMBOX_API int shmbox_walk(const struct shmbox_map *map, struct shmbox_job *job,
                           int (*each)(void *data, const void *bytes, uint64_t length),
                           void *data);

/*
 * How likely this process is to be ended when memory runs out, from -1000 to 1000 (first of
 * all), for one that fills a segment, whose pages no process is blamed for. *before, if not
 * NULL, is what it was. From oom_score_adj: see proc(5); to lower it again below where it
 * began takes CAP_SYS_RESOURCE.
 */
SHMBOX_API int shmbox_expendable(int score, int *before);

/*
 * Bytes of memory and swap that could be had now, by the kernel's estimate (MemAvailable and
 * SwapFree of /proc/meminfo), or SHMBOX_UNKNOWN. What holds for a memory cgroup is not in it.
 */
SHMBOX_API int64_t shmbox_available(void);

/*
 * How many processes this kernel has ended so far for want of memory, its own or a memory
 * cgroup's (oom_kill of /proc/vmstat, Linux 4.13), or SHMBOX_UNKNOWN.
 */
SHMBOX_API int64_t shmbox_oom_kills(void);

/*
 * The segment as a stdio stream: fread, fwrite, fseeko, ftello and rewind work on it, and
 * fclose detaches it. mode is "r" (attached read-only), "r+" or "w" (nothing is cut off: a
 * segment has one size), with b or e added or not; any other is EINVAL. Returns NULL with
 * errno set; writing behind the end is ENOSPC.
 */
SHMBOX_API FILE *shmbox_fopen(int id, const char *mode);

/* ---- a segment at one point in time ---- */

/*
 * Stops, by ptrace(2), every thread of every other process that holds the segment, until
 * shmbox_thaw(), which any thread may call. A child that shares our memory traces them until
 * then; wait(2) does not see it. When our process ends, SIGKILL included, they go on by
 * themselves. Takes 20 seconds at most, and 2 for a thread; those who freeze segments of one
 * IPC namespace take turns, for which it waits 20 seconds more.
 * -EBUSY if there is an attach that we cannot see a process for, or it cannot be told how many
 * attaches those are that we see; -EAGAIN if a process attached or detached it meanwhile;
 * -ETIMEDOUT if a process does not stop; -EALREADY if another
 * process traces it; -EPERM if we may not stop a process, or may not see which others there
 * are: that takes CAP_SYS_PTRACE, or to be its user (see yama in the kernel's documentation);
 * -EINVAL if they are stopped already; -ENOSYS without /proc; -ENOMEM; -EIO if the child was
 * killed. Then no process is stopped. Until the thaw: attach and detach the segment nowhere,
 * and wait for no process that may be stopped.
 */
SHMBOX_API int shmbox_freeze(struct shmbox_map *map);

/* Lets them all go on; what was stopped before stays stopped, and no signal is lost. */
SHMBOX_API void shmbox_thaw(struct shmbox_map *map);

/*
 * Makes *copy a map as large as map, of memory that is ours and has only holes, to be filled
 * by shmbox_copy() and looked into by shmbox_read(), shmbox_walk() and shmbox_send(). It is
 * the caller's to shmbox_detach(). -EOPNOTSUPP if memfd_create(2) is refused.
 */
SHMBOX_API int shmbox_blank(const struct shmbox_map *map, struct shmbox_map *copy);

/*
 * Copies the range to where it is in the copy whose descriptor is job->fd, and which has
 * nothing there yet. Holes stay holes. -ENOMEM if there is no memory for it, -EAGAIN if the map
 * is frozen, but somebody attached or detached the segment since (through a borrowed map: if
 * that was another than the last before). Other errors as for shmbox_send().
 */
SHMBOX_API int shmbox_copy(const struct shmbox_map *map, struct shmbox_job *job);

/*
 * 0 if the range is now as it was when shmbox_copy() put it there, -EAGAIN if not: other
 * bytes, or pages given back since. Other errors as for shmbox_walk().
 */
SHMBOX_API int shmbox_compare(const struct shmbox_map *map, struct shmbox_job *job);

/* ---- values in a segment ---- */

/* What a number is. */
enum shmbox_kind { SHMBOX_UNSIGNED, SHMBOX_SIGNED, SHMBOX_FLOAT };

/*
 * Where in a segment a number lies, or several side by side. One that is aligned to its
 * width is read and changed in one step by the functions below, on every machine; of an
 * array each element is, not the whole. To the caller each is 64 bits: a signed one with its
 * sign, a FLOAT as its bits, of which one of 4 bytes has the lower half.
 */
struct shmbox_field {
	enum shmbox_kind kind;
	unsigned width; /* bytes of an element: 1, 2, 4 or 8; FLOAT: 4 or 8 */
	bool swapped;   /* in the byte order that is not this machine's */
	bool tear;      /* need not be aligned; is then read and written byte by byte */
	uint64_t offset;
	uint64_t count; /* elements */
};

/*
 * The elements of a field in numbers, which has room for count of them. -ERANGE if it
 * reaches behind the end, -EINVAL if it is no field or not aligned, -EFAULT if the kernel
 * has no page for it. What was never written is zeros, and gets no memory by being read.
 */
SHMBOX_API int shmbox_get(const struct shmbox_map *map, const struct shmbox_field *field,
                          uint64_t *numbers);

/* What becomes of the old element a and the given b; sums of integers wrap around. */
enum shmbox_change_by {
	SHMBOX_SET,      /* b */
	SHMBOX_ADD,      /* a + b */
	SHMBOX_SUBTRACT, /* a - b */
	SHMBOX_OR,       /* a | b; not for FLOAT, as the next two */
	SHMBOX_AND,      /* a & b */
	SHMBOX_XOR       /* a ^ b */
};

/*
 * Changes the elements of a field, each in one step that no other change comes between,
 * and wakes the processes that wait for them as shmbox_wake() does: those that sleep on the
 * first word of an element, at most 1024 words in all. Other waits notice the change when
 * they look by themselves. now, if not NULL, gets what the elements became; it may be
 * numbers. Errors as above, -EACCES on a map that is read-only, and -ERANGE, with nothing
 * changed, if one of the numbers is none that the field can contain.
 */
SHMBOX_API int shmbox_update(const struct shmbox_map *map,
                             const struct shmbox_field *field, enum shmbox_change_by by,
                             const uint64_t *numbers, uint64_t *now);

/* ---- waiting for a segment ---- */

#define SHMBOX_FOREVER UINT64_MAX

/* Flags of a wait. */
enum {
	/*
	 * A mark for removal that is made meanwhile does not end it: it goes on as if the
	 * segment had been marked before, until no other process has it attached.
	 */
	SHMBOX_DESPITE_MARK = 1
};

/* What to put in place of what. Zero-initialise, then set the fields. */
struct shmbox_swap {
	uint64_t expected;
	uint64_t value;
	uint64_t timeout; /* nanoseconds, or SHMBOX_FOREVER; 0: do not wait */
	unsigned flags;   /* SHMBOX_DESPITE_MARK */
};

/*
 * Puts value into a field of one aligned element if it holds expected, compared bit for
 * bit, in one step, and wakes as shmbox_update(). As long as it holds something else, it
 * waits until timeout, and then it is -ETIMEDOUT. -ENOENT if the segment goes meanwhile, as
 * shmbox_wait() knows it; -ERANGE if the field cannot contain expected or value; other errors
 * as above.
 */
SHMBOX_API int shmbox_exchange(const struct shmbox_map *map,
                               const struct shmbox_field *field,
                               const struct shmbox_swap *wanted);

/*
 * Wakes all threads, of any process, that sleep on a word (4 bytes, aligned) that has a byte
 * of the range: in shmbox_wait(), or in futex(2) without FUTEX_PRIVATE_FLAG. Each word takes a
 * system call, so only the first 1024 words of the range are woken; shmbox_wait() looks at the
 * others by itself, at most 50 ms later if a look takes little time. Returns how many threads
 * were woken.
 */
SHMBOX_API int shmbox_wake(const struct shmbox_map *map, uint64_t offset,
                           uint64_t length);

/* What to wait for. Zero-initialise, then set the fields; only look is required. */
struct shmbox_watch {
	int (*look)(
		void *data); /* 0: not yet; else that ends the wait, and is returned */
	void *data;
	uint64_t timeout;               /* nanoseconds, or SHMBOX_FOREVER; 0: look once */
	const struct shmbox_map *map;   /* the segment whose removal ends the wait */
	const struct shmbox_info *info; /* the same without a map: by shmbox_stat() */
	unsigned flags;                 /* SHMBOX_DESPITE_MARK */
	bool wakeable; /* look again when this word of map, which is attached, is woken */
	uint64_t word; /* its offset, a multiple of 4 */
};

/*
 * Calls look() again and again until it returns something else than 0: after 1 ms, and then
 * at intervals that grow to 50 ms, or to 20 times what a look takes if that is more; at once
 * when the word is woken, as shmbox_update() does. Returns that, or -ETIMEDOUT, or -ENOENT if
 * the segment was removed: it was not marked when we began and is now, or it was, and no
 * process but ours has it attached, or only processes all of whose threads are in
 * shmbox_wait() for it too. /proc has to show that, by a sign, a mapping of one page, that
 * shm-protocols(7) describes. Without map and info no removal ends the wait. Signals do not
 * end it. -EINVAL without look, with unknown flags, and if there is no such word to be woken.
 */
SHMBOX_API int shmbox_wait(const struct shmbox_watch *watch);

/*
 * A number that is another one when the bytes of the range are (but for one chance in
 * 2^64), in *digest. Holes are not looked at; they count as zeros. Errors as shmbox_walk().
 */
SHMBOX_API int shmbox_digest(const struct shmbox_map *map, uint64_t offset,
                             uint64_t length, uint64_t *digest);

/* ---- limits on segments ---- */

enum { SHMBOX_HUGE_POOLS = 4 };

/* One size of huge pages and how many there are, from /sys/kernel/mm/hugepages. */
struct shmbox_pool {
	uint64_t page_size;
	uint64_t total;
	uint64_t free;
	uint64_t reserved; /* of the free ones: promised to segments and mappings */
};

/* What the kernel allows here, and how much of it is taken. */
struct shmbox_limits {
	uint64_t page_size;
	uint64_t max_segments; /* kernel.shmmni */
	uint64_t max_pages;    /* kernel.shmall, pages over all segments */
	uint64_t max_size;     /* kernel.shmmax, bytes of one segment */
	uint64_t segments;     /* in use */
	uint64_t pages;        /* in use */
	/*
	 * bytes of them in memory; SHMBOX_UNKNOWN while huge pages are in use, which the kernel
	 * counts wrongly: shmbox_memory() tells it of each segment
	 */
	int64_t resident;
	uint64_t swapped; /* bytes of them in swap */
	uint64_t memlock; /* RLIMIT_MEMLOCK in bytes; UINT64_MAX: no limit */
	int rmid_forced;  /* kernel.shm_rmid_forced, or SHMBOX_UNKNOWN */
	int pool_count;   /* rows of pools; SHMBOX_UNKNOWN if /sys is unreadable */
	struct shmbox_pool pools[SHMBOX_HUGE_POOLS];
};

SHMBOX_API int shmbox_get_limits(struct shmbox_limits *limits);

/*
 * Whether segments here die with the process that made them (kernel.shm_rmid_forced): 1,
 * 0, or SHMBOX_UNKNOWN.
 */
SHMBOX_API int shmbox_rmid_forced(void);

/* ---- processes and namespaces ---- */

/*
 * A descriptor that poll(2) finds readable once the process has ended, a zombie included;
 * close it. -ESRCH if it has ended already or never was, -ENOSYS where pidfd_open(2) is not
 * to be had: ask shmbox_process_alive() from time to time then.
 */
SHMBOX_API int shmbox_process_watch(pid_t pid);

/*
 * 1 if a thread of the process runs still, 0 if not. Where neither pidfd_open(2) nor /proc
 * can tell, a zombie counts as alive.
 */
SHMBOX_API int shmbox_process_alive(pid_t pid);

/*
 * The process's command name (/proc/PID/comm, at most 15 bytes and a NUL) in name. It may be
 * empty, and may contain any other byte, newlines too.
 * -ESRCH if there is no such process, -ENOENT if /proc does not tell.
 */
SHMBOX_API int shmbox_process_name(pid_t pid, char name[16]);

/*
 * When the process began, in seconds since the Epoch by the clock as it is now, or
 * SHMBOX_UNKNOWN. A process that began later than what its pid is said to have done is another
 * one; unless the clock was set since, so that this is evidence, not proof.
 */
SHMBOX_API int64_t shmbox_process_began(pid_t pid);

/*
 * Moves the caller into the IPC namespace of a process, joining the user namespace that
 * owns it first where that is what it takes (setns(2)). Cannot be undone.
 */
SHMBOX_API int shmbox_enter(pid_t pid);

/* The user that the process acts as, in *uid; errors as of shmbox_process_name(). */
SHMBOX_API int shmbox_process_user(pid_t pid, uid_t *uid);

/*
 * The container, or else the unit, that the process belongs to by its control group, in name:
 * the last part of /proc/PID/cgroup's path that has a container's number, which is cut to 12
 * digits, or the last part of all. -ENOENT if there is none; -ESRCH if there is no such process,
 * -ENOSYS if /proc does not tell, or why it cannot be read; -ERANGE if it is longer than
 * size - 1 bytes. Then name is empty.
 */
SHMBOX_API int shmbox_process_group(pid_t pid, char *name, size_t size);

/* An IPC namespace: its number (the inode of /proc/PID/ns/ipc) and a process in it. */
struct shmbox_namespace {
	uint64_t ns;
	pid_t pid;
};

/*
 * The IPC namespace of the calling thread, with that thread as the process: shmbox_visit()
 * changes it for one thread alone. -ENOENT if /proc does not tell.
 */
SHMBOX_API int shmbox_namespace(struct shmbox_namespace *here);

/*
 * Those that the processes which can be looked into are in, each with its lowest pid, and in
 * that order. Returns their number; *out is theirs, one malloc(3) block for the caller to
 * free; *hidden is how many processes could not be looked into, mostly for want of
 * CAP_SYS_PTRACE. -ENOSYS if /proc shows none, or why it cannot be read.
 */
SHMBOX_API int shmbox_namespaces(struct shmbox_namespace **out, int *hidden);

/*
 * Moves the calling thread into the IPC namespace of a process, without leaving its user
 * namespace: to visit another one after it, or to come back, takes CAP_SYS_ADMIN in both (setns(2)).
 */
SHMBOX_API int shmbox_visit(pid_t pid);

/* ---- errors and their causes ---- */

/*
 * Words for rc, a negated errno that op returned; for any other number too. They are
 * constants that no later call changes; never NULL.
 */
SHMBOX_API const char *shmbox_strerror(enum shmbox_op op, int rc);

/* Why it failed, as far as can be found out afterwards. */
enum shmbox_cause_kind {
	SHMBOX_CAUSE_NONE, /* nothing more than errno says */
	SHMBOX_CAUSE_SIZE_ZERO,
	SHMBOX_CAUSE_SHMMAX, /* limit, wanted: bytes */
	SHMBOX_CAUSE_SHMALL, /* limit, used, wanted: pages */
	SHMBOX_CAUSE_SHMMNI, /* limit, used: segments */
	SHMBOX_CAUSE_MEMORY, /* limit: memory and swap of this machine, wanted: bytes */
	SHMBOX_CAUSE_FILL,   /* the same of what is to be filled */
	SHMBOX_CAUSE_COMMIT, /* vm.overcommit_memory 2: limit, used, wanted: bytes */
	SHMBOX_CAUSE_KEY_TAKEN,  /* by id, which has limit bytes */
	SHMBOX_CAUSE_KEY_CLOSED, /* the same, and we may not read it: owner */
	SHMBOX_CAUSE_KEY_OWN, /* the same, and it is ours: its mode shuts us out: mode */
	SHMBOX_CAUSE_SMALLER, /* the segment with that key, id, has only limit bytes: owner */
	SHMBOX_CAUSE_ID_TAKEN,  /* another segment has the id that was asked for */
	SHMBOX_CAUSE_ID_RIGHT,  /* choosing an id is not for everybody */
	SHMBOX_CAUSE_HUGE_SIZE, /* this machine has no huge pages of that size (wanted) */
	SHMBOX_CAUSE_HUGE_POOL, /* limit: huge pages left, wanted: huge pages */
	SHMBOX_CAUSE_HUGE_NONE, /* too few huge pages, without /sys to tell; wanted: their size */
	SHMBOX_CAUSE_HUGE_RIGHT, /* huge pages are for CAP_IPC_LOCK or vm.hugetlb_shm_group */
	SHMBOX_CAUSE_MEMLOCK,   /* limit: RLIMIT_MEMLOCK, wanted: bytes */
	SHMBOX_CAUSE_ADDRESSES, /* wanted: more bytes than the address space has left */
	SHMBOX_CAUSE_ADDRESS_LIMIT, /* limit: RLIMIT_AS, wanted: bytes */
	SHMBOX_CAUSE_MODE,          /* its mode shuts us out: owner, mode */
	SHMBOX_CAUSE_OWN_MODE,      /* the same, and it is ours to change */
	SHMBOX_CAUSE_OWNER,         /* only owner or creator may: owner */
	SHMBOX_CAUSE_USER_NAMESPACE, /* requires a right in the first one: this is another */
	SHMBOX_CAUSE_POLICY /* mode, owner and capabilities allow it: seccomp, SELinux, .. */
};

struct shmbox_cause {
	enum shmbox_cause_kind kind;
	uint64_t limit;
	uint64_t used;
	uint64_t wanted;
	int id;
	uid_t owner;
	mode_t mode;
};

/*
 * Finds out, after op returned rc, which limit or right stopped it; spec is what was to
 * be created or has the id that was used; NULL if neither is known. Always fills *cause.
 * The state may have changed since: the answer is the likeliest cause, not a proof.
 */
SHMBOX_API int shmbox_explain(enum shmbox_op op, int rc, const struct shmbox_spec *spec,
                              struct shmbox_cause *cause);

#ifdef __cplusplus
}
#endif

#endif
