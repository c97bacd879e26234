/* plain.c - functions of the libc that are plainer in the release program than in musl
 *
 * The program has one thread and asks for the time now and then: no lock has to be taken,
 * none to be put right in a child, and the kernel may be asked for the time by a call.
 */

#define _GNU_SOURCE

#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int fputc(int byte, FILE *file)
{
	return putc_unlocked(byte, file);
}

int putc(int byte, FILE *file)
{
	return putc_unlocked(byte, file);
}

int putchar(int byte)
{
	return putc_unlocked(byte, stdout);
}

pid_t fork(void)
{
	return _Fork();
}

/* Other machines have a call of another name. */
#ifdef SYS_clock_gettime
int clock_gettime(clockid_t clock, struct timespec *now)
{
	return (int)syscall(SYS_clock_gettime, clock, now);
}

time_t time(time_t *seconds)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (seconds)
		*seconds = now.tv_sec;
	return now.tv_sec;
}
#endif
