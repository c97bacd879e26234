/* SPDX-License-Identifier: MIT */
/* shmbox_self - change two numbers that belong together, under a lock */

#include <shmbox/shmbox.h>

/* What is in the segment. A new segment is zero: the lock is free. */
struct account {
	uint64_t lock;
	int32_t balance;
	int32_t changes;
};

int main(void)
{
	struct shmbox_spec spec = { .size = sizeof(struct account), .mode = 0600 };
	const uint64_t self = shmbox_self();
	struct shmbox_map map;
	struct account *account;
	int id = shmbox_create(&spec);
	int rc;

	if (id < 0 || shmbox_attach(id, 0, &map) < 0)
		return 1;
	account = map.address;
	rc = shmbox_mutex_lock(&map, offsetof(struct account, lock), self,
	                       SHMBOX_FOREVER);
	if (rc == SHMBOX_OWNER_DIED)
		printf("the last owner has died: check the numbers\n");
	if (rc >= 0) {
		account->balance += 100;
		account->changes++;
		printf("balance %d after %d change\n", account->balance,
		       account->changes);
		shmbox_mutex_unlock(&map, offsetof(struct account, lock), self);
	}
	shmbox_detach(&map);
	return shmbox_remove(id) != 0;
}

/* prints: balance 100 after 1 change */
