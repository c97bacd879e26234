/* SPDX-License-Identifier: MIT */
/* listing.h - the facts that a listing finds out about segments */
#ifndef LISTING_H
#define LISTING_H

#include <shmbox/shmbox.h>

#include "text/text.h"

/*
 * Facts that are expensive to find out: the table of segments in /proc, a scan of all
 * processes, the namespaces of the host.
 */
enum { NEEDS_MEMORY = 1, NEEDS_HOLDERS = 2, NEEDS_NAMESPACE = 4 };

/* Default idle time of an orphan, in seconds. */
enum { ORPHAN_IDLE = 60 };

/* An IPC namespace whose segments are listed. */
struct listed_namespace {
	uint64_t ns;
	pid_t pid;            /* a process in it */
	char group[TEXT_MAX]; /* container or unit of pid; "": no group */
	bool group_hidden;    /* the group is unknown */
	struct shmbox_holder *holders;
	int holder_count; /* a negated errno if the holders are unknown */
};

/* The user or group name that was looked up last: segments in a row often share it. */
struct cached_name {
	bool valid;
	uint32_t number;
	char name[TEXT_MAX];
};

/* Bytes of a command line that are shown; Linux before 4.2 shows no more either. */
enum { ARGS_MAX = 4096 };

/* The process that was queried last: one query serves a run of segments. */
struct cached_process {
	pid_t pid;
	int result; /* result of shmbox_process_name() */
	char name[16];
	int64_t began; /* result of shmbox_process_began() */
	bool asked_args;
	int args_length; /* result of shmbox_process_args() */
	char args[ARGS_MAX];
};

/* Set now, bytes and idle, zero-initialise the rest; free with listing_end(). */
struct listing {
	int64_t now;
	bool bytes;   /* sizes in bytes, not in K and M */
	int64_t idle; /* idle time of an orphan, in seconds; usually ORPHAN_IDLE */
	/* private to the files of list/ */
	struct listed_namespace *listed;
	int listed_count;
	struct cached_name owner;
	struct cached_name creator;
	struct cached_name group;
	struct cached_process process;
	struct shmbox_witness witness;
	int unknown; /* segments that an orphan filter skipped: of unknown state .. */
	int recent;  /* .. and used too recently */
	int undated; /* segments that an idle filter skipped: of unknown idle time */
	bool judged;
	int judged_id;
	uint64_t judged_ns;
	struct shmbox_verdict verdict; /* on the segment judged last */
	/* verdicts that were acted on, and must not change any more (shmreap) */
	const struct shmbox_info *fixed_infos;
	const struct shmbox_verdict *fixed_verdicts;
	int fixed_count;
};

/* The visible processes that have a segment attached. */
struct holding {
	const struct shmbox_holder *first; /* sorted by pid */
	int mappings;
	bool certain;  /* each mapping is exactly one attach */
	bool complete; /* the mappings are exactly the attaches */
};

/*
 * Finds out what columns with these NEEDS_ bits require about count segments of our
 * namespace.
 */
void listing_read(struct listing *listing, struct shmbox_info *infos, int count,
                  unsigned needs);
/* The same for another namespace; the segments have its number. */
void listing_read_in(struct listing *listing, const struct shmbox_namespace *namespace,
                     struct shmbox_info *infos, int count, unsigned needs);
void listing_end(struct listing *listing);

const struct listed_namespace *listing_namespace(const struct listing *listing,
                                                 const struct shmbox_info *info);
struct holding listing_holding(const struct listing *listing,
                               const struct shmbox_info *info);

/*
 * Returns the verdict on the segment. Two calls in a row for one segment judge it once.
 */
const struct shmbox_verdict *listing_judge(struct listing *listing,
                                           const struct shmbox_info *info);
/*
 * Makes the next verdict a new one: processes may have started or exited since the last.
 */
void listing_forget(struct listing *listing);
/* Writes the reason of the verdict to out: "creator 812 is alive". */
void listing_reason(struct listing *listing, const struct shmbox_info *info, char *out);

#endif
