/* SPDX-License-Identifier: MIT */
/* sweep-harms.c - runs a case unharmed, and once with each call that fails */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep-calls.h"

void print_call(const struct call *call)
{
	const struct kind *kind = kind_of(call->number);

	printf("  %d.%-4d %s(0x%llx, 0x%llx, 0x%llx, 0x%llx) = %ld\n", call->process,
	       call->nth, kind ? kind->name : "?", (unsigned long long)call->arguments[0],
	       (unsigned long long)call->arguments[1],
	       (unsigned long long)call->arguments[2],
	       (unsigned long long)call->arguments[3], call->result);
}

static void print_words(const struct basis *basis)
{
	for (char *const *word = basis->test->words; *word; word++)
		printf("%s%s", word == basis->test->words ? "" : " ", *word);
}

static void tell(const struct basis *basis, const struct harm *harm,
                 const struct outcome *got, const char *verdict)
{
	char copy[TEXT];

	printf("%s %d.%d %s: ", basis->test->name, harm->call ? harm->call->process : 0,
	       harm->call ? harm->call->nth : 0, error_name(harm->error));
	print_words(basis);
	snprintf(copy, sizeof(copy), "%s", verdict);
	if (harm->call)
		printf(": %s", kind_of(harm->call->number)->name);
	printf(": %s: status %d: %.*s\n", copy, WEXITSTATUS(got->status), SHOWN,
	       got->err);
	fflush(stdout);
}

static bool try(struct sweep *sweep, const struct basis *basis, const struct harm *harm)
{
	struct world world = {
		.test = basis->test,
		.program = sweep->program,
		.self = sweep->self,
		.directory = sweep->directory,
	};
	struct outcome outcome;
	char verdict[TEXT];
	bool right;

	run(&world, harm, NULL, &outcome);
	__atomic_fetch_add(&sweep->sums->runs, 1, __ATOMIC_RELAXED);
	if (harm->call && !outcome.harmed)
		__atomic_fetch_add(&sweep->sums->missed, 1, __ATOMIC_RELAXED);
	right = is_right(basis, harm, &outcome, verdict);
	if (!right) {
		__atomic_fetch_add(&sweep->sums->faults, 1, __ATOMIC_RELAXED);
		tell(basis, harm, &outcome, verdict);
	}
	outcome_free(&outcome);
	return right;
}

/* The number of the call after which the program's own begin: main() asks for descriptors. */
static int last_of_start(const struct calls *calls)
{
	for (int i = 0; i < calls->count; i++) {
		if (calls->list[i].number == SYS_fcntl)
			return calls->list[i].nth - 1;
	}
	return 0;
}

void make_basis(struct sweep *sweep, const struct test *test, struct basis *basis)
{
	const struct harm none = { 0 };
	struct world world = {
		.test = test,
		.program = sweep->program,
		.self = sweep->self,
		.directory = sweep->directory,
	};

	*basis = (struct basis){ .test = test };
	world_make(&world);
	world_state(&world, basis->before);
	close(world.out);
	world_end(&world);
	run(&world, &none, &basis->calls, &basis->outcome);
	if (WEXITSTATUS(basis->outcome.status) >= 97 &&
	    WEXITSTATUS(basis->outcome.status) <= 99)
		errx(USAGE, "%s: cannot be run", sweep->program);
	/* the judge has to accept what nothing happened to */
	try(sweep, basis, &none);
}

void free_basis(struct basis *basis)
{
	free(basis->calls.list);
	outcome_free(&basis->outcome);
}

/* Runs a test with each harm in turn; those which chosen() leaves out are not run. */
void sweep_test(struct sweep *sweep, const struct basis *basis,
                bool (*chosen)(void *data), void *data)
{
	int start = last_of_start(&basis->calls);

	for (int i = 0; i < basis->calls.count; i++) {
		const struct call *call = &basis->calls.list[i];
		struct harm harm = { .call = call };

		if (call->process == 0 && call->nth <= start)
			continue;
		if (!kind_of(call->number)) {
			printf("%s: call %ld is not in the table\n", basis->test->name,
			       call->number);
			__atomic_fetch_add(&sweep->sums->faults, 1, __ATOMIC_RELAXED);
			continue;
		}
		for (int j = 0; (harm.error = nth_error(call, j)); j++) {
			if (chosen(data))
				try(sweep, basis, &harm);
		}
	}
}
