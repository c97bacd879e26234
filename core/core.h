/* core.h - what the files of the core share with each other and with nobody else */
#ifndef CORE_H
#define CORE_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

#include "symbols.h"

/* From <linux/shm.h>, which cannot be included beside <sys/shm.h>. */
enum { HUGE_SHIFT = 26 };

/* 0, or why shmbox_create() could not ask for an id. */
int may_choose_id(void);
/* Whether these are permission bits alone: a segment has no others. */
static inline bool is_mode(mode_t mode)
{
	return (mode & ~(mode_t)0777) == 0;
}

/* Whether we own or made it, so that our part of its mode counts, and is ours to change. */
bool owns(const struct shmbox_info *info);

/*
 * Whether rc is a refusal: of the kernel, a filter or a security module. ENOSYS is one where
 * the kernel has the calls, which its table in /proc shows.
 */
bool was_refused(int rc);
/* shmbox_explain() of a call on the segment spec->id; and of shmget(2) that was refused. */
void explain_use(enum shmbox_op op, int rc, const struct shmbox_spec *spec,
                 struct shmbox_cause *cause);
void explain_no_creation(enum shmbox_op op, int rc, const struct shmbox_spec *spec,
                         struct shmbox_cause *cause);

/* The id of the segment that has the kernel's place for id, which need not be id; or -ENOENT. */
int place_holder(int id);

/* The id of the segment with this key by the table in /proc, or -ENOENT; refusal without it. */
int id_in_table(key_t key, int refusal);

/* rc as our callers see it: a segment that is not there is -ENOENT in every disguise. */
static inline int segment_error(int error)
{
	return error == EINVAL || error == EIDRM ? -ENOENT : -error;
}

/*
 * Calls each(info, data) for every row of /proc/sysvipc/shm until it returns false. Sizes
 * are right there even where shm_segsz is 32 bits wide. Returns 0, or why the table
 * cannot be read.
 */
int each_row(bool (*each)(const struct shmbox_info *row, void *data), void *data);

/*
 * A file in memory, which is never run: a descriptor, or -1 with errno. vm.memfd_noexec=2 refuses
 * those that may be run, and kernels before 6.3 do not know of others.
 */
static inline int memory_file(const char *name)
{
	enum { CLOEXEC = 1, NOEXEC_SEAL = 8 };
	int fd = (int)syscall(SYS_memfd_create, name, CLOEXEC | NOEXEC_SEAL);

	return fd < 0 && errno == EINVAL ? (int)syscall(SYS_memfd_create, name, CLOEXEC)
	                                 : fd;
}

/* Reads a small file of numbers or words; at most size - 1 bytes and a NUL. */
int read_file(const char *path, char *buffer, size_t size);

/*
 * Calls each(line, data) for every line of a file until it returns false, the newlines
 * taken off. Returns 0, or why it cannot be read.
 */
int each_line(const char *path, bool (*each)(const char *line, void *data), void *data);
/* The same of an open one. */
int each_line_of(int fd, bool (*each)(const char *line, void *data), void *data);

/*
 * Calls each(name, data) for every entry of a directory until it returns false. Returns 0, or
 * why it cannot be read.
 */
int each_name(const char *path, bool (*each)(const char *name, void *data), void *data);

/*
 * Calls each(number, data) for every entry of a directory that is a number, until it returns
 * false. Returns 0, or why it cannot be read.
 */
int each_number(const char *path, bool (*each)(pid_t number, void *data), void *data);

/* The same for every thread of a process. */
int each_thread(pid_t pid, bool (*each)(pid_t thread, void *data), void *data);

/*
 * The block with room for one more behind count elements of so many bytes; it may have moved.
 * NULL if there is no memory, and then it is as it was. It grows by this function alone.
 */
void *room_for_one(void *block, size_t count, size_t size);

/*
 * The state of a thread as proc(5) has it, a letter, and how many threads its process has; 0
 * if there is no such thread, or that cannot be told.
 */
int state_of(pid_t thread, int *threads);

/* Whether /proc numbers processes as we do: it may have been mounted for others. */
bool proc_is_ours(void);

/*
 * Whether it shows all of them as well. Process 1 is there always: a /proc where it cannot be
 * read hides others too.
 */
bool all_visible(void);

/* The process that made this one, or adopted it; 0 if that is not told. */
pid_t parent_of(pid_t pid);

/* Whether we have this one of <linux/capability.h>. */
bool has_capability(unsigned number);
/* The same in the user namespace that owns our IPC namespace: only there it is a right here. */
bool has_capability_here(unsigned number);

/* False in a user namespace whose root has no right on the machine itself. */
bool in_first_user_namespace(void);

/* Whether this is our group or one of our supplementary groups. */
bool in_group(gid_t group);

/*
 * Whether mode, owner and capabilities allow us to use the segment so, by the rule of
 * ipcperms() in the kernel's ipc/util.c: wanted is 4 to read, 2 to write, or both.
 */
bool mode_allows(const struct shmbox_info *info, mode_t wanted);

/* The number a file holds, or SHMBOX_UNKNOWN. */
int64_t read_number(const char *path);

/*
 * The next number of *text in this base, behind blanks and with a sign if it has one (then
 * as two's complement); *text is moved behind it, or set to NULL if there is none.
 */
uint64_t next_number(const char **text, unsigned base);

/* Where the kernel keeps segments of ordinary pages; false if that cannot be told. */
bool kernel_device(dev_t *device);

/* 1 if a process is in our namespace of this kind (ipc, pid), 0 if not, or why it is not told. */
int shares(pid_t pid, const char *kind);

/*
 * Shows other processes that one thread of ours waits on this segment, until sign_off(); NULL if
 * that cannot be shown.
 */
void *sign_up(int id);
void sign_off(void *sign);
/*
 * Whether all processes that have the segment attached show that each of their threads waits
 * on it; false if that cannot be told.
 */
bool all_wait(int id);

/* Bytes of a page. */
uint64_t page_size(void);

/* Makes the kernel touch the pages of a range, so that want of memory is no SIGBUS. */
int touch(const void *address, size_t length, bool write);

/* The same for pages that are there: a help for what comes next, and no failure. */
void read_ahead(const void *address, size_t length);

/* Whether an access at offset would take a huge page from the pool, as far as that is known. */
bool would_take_huge_page(const struct shmbox_map *map, uint64_t offset);

/* shmbox_wake() for a range that was checked, of one word every step bytes. */
int wake_words(const struct shmbox_map *map, uint64_t offset, uint64_t length,
               uint64_t step);

/* 0 if length bytes at offset lie inside the segment, or else -ERANGE. */
int check_range(const struct shmbox_map *map, uint64_t offset, uint64_t length);

#endif
