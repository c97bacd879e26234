/* SPDX-License-Identifier: MIT */
/* status.h - exit statuses */
#ifndef STATUS_H
#define STATUS_H

/* The same in every applet; documented in shmbox(1). */
enum {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_MISSING = 3,
	STATUS_DENIED = 4,
	STATUS_EXISTS = 5,
	STATUS_LIMIT = 6,
	STATUS_REFUSED = 7,
	STATUS_TIMEOUT = 124,
	STATUS_BEFORE_COMMAND = 125,
	STATUS_CANNOT_RUN = 126,
	STATUS_NOT_FOUND = 127,
};

#endif
