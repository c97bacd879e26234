// SPDX-License-Identifier: MIT
//
// raii.cc - segments and attaches that end with their scope, in C++11
//
// usage: raii
//
// An error is an exception with the words of the library. The segment is removed and
// detached however the scope is left.

#include <cstdint>
#include <iostream>
#include <shmbox/shmbox.h>
#include <stdexcept>

class Error : public std::runtime_error {
public:
	Error(shmbox_op op, int rc) : std::runtime_error(shmbox_strerror(op, rc)), rc_(rc) {}
	int rc() const { return rc_; }

private:
	int rc_;
};

static int check(shmbox_op op, int rc)
{
	if (rc < 0)
		throw Error(op, rc);
	return rc;
}

// Owns a segment: removes it at the end.
class Segment {
public:
	explicit Segment(std::uint64_t size)
	{
		shmbox_spec spec = {};
		spec.size = size;
		spec.mode = 0600;
		id_ = check(SHMBOX_CREATE, shmbox_create(&spec));
	}
	~Segment() { (void)shmbox_remove(id_); }
	Segment(const Segment &) = delete;
	Segment &operator=(const Segment &) = delete;
	int id() const { return id_; }

private:
	int id_;
};

// Owns an attach. T is what the segment contains: numbers without pointers.
template <typename T> class Attached {
public:
	explicit Attached(const Segment &segment)
	{
		check(SHMBOX_ATTACH, shmbox_attach(segment.id(), 0, &map_));
		if (map_.size < sizeof(T)) {
			shmbox_detach(&map_);
			throw std::length_error("the segment is too small");
		}
	}
	~Attached() { (void)shmbox_detach(&map_); }
	Attached(const Attached &) = delete;
	Attached &operator=(const Attached &) = delete;
	T *operator->() { return static_cast<T *>(map_.address); }

private:
	shmbox_map map_;
};

struct Point {
	std::int32_t x;
	std::int32_t y;
};

int main()
{
	int id = -1;

	try {
		Segment segment(sizeof(Point));
		Attached<Point> writer(segment);
		Attached<Point> reader(segment);

		id = segment.id();
		writer->x = 3;
		writer->y = 4;
		std::cout << "point " << reader->x << " " << reader->y << "\n";
		Attached<char[64]> larger(segment); // throws
	} catch (const std::length_error &error) {
		std::cout << error.what() << "\n";
	}
	try {
		shmbox_info info;
		check(SHMBOX_STAT, shmbox_stat(id, &info));
	} catch (const Error &error) {
		std::cout << error.what() << "\n";
	}
	return 0;
}
