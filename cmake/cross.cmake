# SPDX-License-Identifier: MIT
# A CMake toolchain for a static program of another machine, SHMBOX_MACHINE: the
# distribution's cross compiler of that name and its glibc. The programs run under qemu-user,
# or on the machine itself.

set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SHMBOX_MACHINE SHMBOX_CLANG)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${SHMBOX_MACHINE})

# Debian calls the compiler by the processor and the calling convention it makes code for.
set(_target ${SHMBOX_MACHINE}-linux-gnu)
if(SHMBOX_MACHINE STREQUAL "i386")
	set(_target i686-linux-gnu)
elseif(SHMBOX_MACHINE STREQUAL "armhf")
	set(_target arm-linux-gnueabihf)
endif()
find_program(CROSS_GCC ${_target}-gcc)
if(NOT CROSS_GCC)
	message(FATAL_ERROR "${_target}-gcc is missing (Debian: gcc-${_target} and its libc6-dev)")
endif()
set(CMAKE_C_COMPILER ${CROSS_GCC})

# clang makes code for every machine, with the libraries of that gcc.
if(SHMBOX_CLANG)
	execute_process(COMMAND ${CROSS_GCC} -print-libgcc-file-name
		OUTPUT_VARIABLE _libgcc OUTPUT_STRIP_TRAILING_WHITESPACE)
	cmake_path(GET _libgcc PARENT_PATH _libgcc)
	set(CMAKE_C_COMPILER clang)
	set(CMAKE_C_COMPILER_TARGET ${_target})
	set(CMAKE_C_FLAGS_INIT "-nostdlibinc -isystem /usr/${_target}/include")
	set(CMAKE_EXE_LINKER_FLAGS_INIT
		"-B ${_libgcc} -L ${_libgcc} -B /usr/${_target}/lib -L /usr/${_target}/lib")
endif()

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
