/* listing.h - what a listing knows beside the segments themselves */
#ifndef LISTING_H
#define LISTING_H

#include <shmbox/shmbox.h>

#include "text/text.h"

/*
 * What columns may need, each with a price: the table of segments, a look at all processes,
 * where we are.
 */
enum { NEEDS_MEMORY = 1, NEEDS_HOLDERS = 2, NEEDS_NAMESPACE = 4 };

/* Seconds without use after which an orphan is one, where none are asked for. */
enum { ORPHAN_IDLE = 60 };

/* An IPC namespace that is listed. */
struct place {
	uint64_t ns;
	pid_t pid;            /* a process in it */
	char group[TEXT_MAX]; /* container or unit; "": none */
	bool group_hidden;    /* it cannot be told */
	struct shmbox_holder *holders;
	int holder_count; /* negative: they cannot be seen */
};

/* The name of one user or group: one look-up serves a run of segments. */
struct named {
	bool known;
	uint32_t number;
	char name[TEXT_MAX];
};

/* The last process that was asked after. */
struct met {
	pid_t pid;
	int found; /* as shmbox_process_name() said: 0 and .. */
	char name[16];
	int64_t began; /* as shmbox_process_began() */
};

/* Set the first part, leave the rest zero; listing_end() is due. */
struct listing {
	int64_t now;
	bool bytes;   /* sizes in bytes, not in K and M */
	int64_t idle; /* so many seconds make an orphan; ORPHAN_IDLE is usual */
	/* listing.c's own, and what the columns remember */
	struct place *places;
	int place_count;
	struct named owner;
	struct named maker;
	struct named group;
	struct met met;
	struct shmbox_witness witness;
	int doubts; /* how many a filter for orphans left out because that is unknown, .. */
	int recent;  /* .. and because too little time has passed */
	int undated; /* how many a filter by idle time left out because that is unknown */
	bool judged;
	int judged_id;
	uint64_t judged_ns;
	struct shmbox_verdict verdict; /* on that one */
	/* verdicts that stand, on each of these; shmreap's */
	const struct shmbox_info *settled;
	const struct shmbox_verdict *verdicts;
	int settled_count;
};

/* Who holds a segment, as far as they can be seen. */
struct holding {
	const struct shmbox_holder *first; /* by pid */
	int mappings;
	bool certain;  /* each of them is an attach of its own */
	bool complete; /* all attaches are among them, and nothing else is */
};

/* What the columns need of count segments of the namespace that we are in. */
void listing_look(struct listing *listing, struct shmbox_info *infos, int count,
                  unsigned needs);
/* The same for a namespace of a list of them, whose segments have its number. */
void listing_look_at(struct listing *listing, const struct shmbox_namespace *namespace,
                     struct shmbox_info *infos, int count, unsigned needs);
void listing_end(struct listing *listing);

const struct place *listing_place(const struct listing *listing,
                                  const struct shmbox_info *info);
struct holding listing_holding(const struct listing *listing,
                               const struct shmbox_info *info);

/* The verdict on it; the same one is not judged twice in a row. */
const struct shmbox_verdict *listing_judge(struct listing *listing,
                                           const struct shmbox_info *info);
/* The next verdict is a new one: processes that were asked after may have ended, or begun. */
void listing_forget(struct listing *listing);
/* That in words: "creator 812 is alive". */
void listing_reason(struct listing *listing, const struct shmbox_info *info, char *out);

#endif
