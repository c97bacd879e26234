# A CMake toolchain for a static program of another machine, SHMBOX_MACHINE: the
# distribution's cross compiler of that name and its glibc. The programs run under qemu-user,
# or on the machine itself.

set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SHMBOX_MACHINE)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${SHMBOX_MACHINE})

# Debian calls the compiler by the processor it makes code for.
set(_target ${SHMBOX_MACHINE}-linux-gnu)
if(SHMBOX_MACHINE STREQUAL "i386")
	set(_target i686-linux-gnu)
endif()
find_program(CROSS_GCC ${_target}-gcc)
if(NOT CROSS_GCC)
	message(FATAL_ERROR "${_target}-gcc is missing (Debian: gcc-${_target} and its libc6-dev)")
endif()
set(CMAKE_C_COMPILER ${CROSS_GCC})

# A library for another machine is of no use to the programs of this one: see core/.
set(SHMBOX_FOREIGN_LIBC ON)

# Not every machine's glibc has start files for a static program at any address.
execute_process(COMMAND ${CROSS_GCC} -print-file-name=rcrt1.o
	OUTPUT_VARIABLE _start OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT IS_ABSOLUTE "${_start}")
	set(SHMBOX_STATIC_LINK -static)
endif()

set(CMAKE_FIND_ROOT_PATH /usr/${_target})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
