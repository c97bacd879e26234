#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ffi.py - the library from Python, by ctypes and without a compiler

usage: ffi.py

It makes a segment, writes a text, reads it back, changes a number, and lists what exists.
The classes repeat the structs of <shmbox/shmbox.h> field by field.
"""
import ctypes as c

lib = c.CDLL("libshmbox.so.0.2", use_errno=True)


class Spec(c.Structure):
    _fields_ = [("key", c.c_int), ("new_key", c.c_bool), ("size", c.c_uint64), ("mode", c.c_uint),
                ("huge_page", c.c_uint64), ("noreserve", c.c_bool), ("filled", c.c_bool),
                ("want_id", c.c_bool), ("id", c.c_int)]


class Field(c.Structure):
    _fields_ = [("kind", c.c_int), ("width", c.c_uint), ("swapped", c.c_bool), ("tear", c.c_bool),
                ("offset", c.c_uint64), ("count", c.c_uint64)]


# A struct that is only passed on may be memory that is large enough.
Map = c.c_char * 256
lib.shmbox_read.restype = lib.shmbox_write.restype = c.c_int64
lib.shmbox_read.argtypes = lib.shmbox_write.argtypes = [c.c_void_p, c.c_uint64, c.c_void_p, c.c_size_t]
lib.shmbox_strerror.restype = c.c_char_p

CREATE, STAT, ATTACH = 0, 3, 5
ADD = 1


def check(op, rc):
    """rc, or an exception with the words of the library."""
    if rc < 0:
        raise OSError(-rc, lib.shmbox_strerror(op, rc).decode())
    return rc


segment = check(CREATE, lib.shmbox_create(c.byref(Spec(size=4096, mode=0o600))))
try:
    memory = Map()
    check(ATTACH, lib.shmbox_attach(segment, 0, memory))
    text = b"hello from Python"
    check(ATTACH, lib.shmbox_write(memory, 8, text, len(text)))
    back = c.create_string_buffer(len(text))
    check(ATTACH, lib.shmbox_read(memory, 8, back, len(text)))
    print(back.raw.decode())
    now = c.c_uint64()
    for _ in range(3):
        check(ATTACH, lib.shmbox_field_update(memory, c.byref(Field(width=4, count=1)), ADD, c.byref(c.c_uint64(7)), None, c.byref(now)))
    print(now.value)
    check(ATTACH, lib.shmbox_detach(memory))
finally:
    lib.shmbox_remove(segment)
try:
    check(STAT, lib.shmbox_attach(segment, 0, memory))
except OSError as error:
    print(error.strerror)
