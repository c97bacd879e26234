# SPDX-License-Identifier: MIT
# A CMake toolchain for the static program: musl by way of gcc and musl's own specs.
#
# Where musl is the system's libc, the native compiler is used as it is. Otherwise the specs
# that the distribution's musl-gcc(1) uses are the source of every path; two things are wrong
# with them for us: they predate -static-pie (which then gives a dynamic program, silently), and
# they hide the kernel's headers.

set(SHMBOX_MUSL ON)
set(CMAKE_C_COMPILER gcc)
execute_process(COMMAND ${CMAKE_C_COMPILER} -dumpmachine
	OUTPUT_VARIABLE _machine OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REGEX REPLACE "-.*" "" _processor "${_machine}")

if(_machine MATCHES "musl")
	return()
endif()

# A library for musl is of no use to the programs of this system: see core/.
set(SHMBOX_FOREIGN_LIBC ON)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${_processor})

find_program(MUSL_GCC musl-gcc)
if(NOT MUSL_GCC)
	message(FATAL_ERROR "musl-gcc is missing (Debian: musl-tools)")
endif()
file(STRINGS ${MUSL_GCC} _specs_file REGEX "-specs")
string(REGEX REPLACE ".*-specs[= ]*\"?([^ \"]+).*" "\\1" _specs_file "${_specs_file}")
file(READ ${_specs_file} _specs)
string(REGEX REPLACE ".*\\*link_libgcc:\n-L([^ ]+).*" "\\1" _lib "${_specs}")

# Start files for each kind of program, and a link line without an interpreter. The static
# one does without what gcc and musl have for C++ and for old kinds of start code.
string(REGEX REPLACE "(\\*startfile:\n)[^\n]*" "\\1%{static-pie:${_lib}/rcrt1.o;\
static:${_lib}/crt1.o;!shared:${_lib}/Scrt1.o} %{!static-pie:${_lib}/crti.o \
%{static:crtbeginT.o%s;:crtbeginS.o%s}}" _specs "${_specs}")
string(REGEX REPLACE "(\\*endfile:\n)[^\n]*" "\\1%{!static-pie:\
%{static:crtend.o%s;:crtendS.o%s} ${_lib}/crtn.o}" _specs "${_specs}")
string(REGEX REPLACE "(-dynamic-linker [^ ]+) -nostdlib" "%{!static:%{!static-pie:\\1}} \
-nostdlib %{static-pie:-static -pie --no-dynamic-linker -z text}" _specs "${_specs}")

# The kernel's headers, and no other directory of /usr/include.
set(_kernel ${CMAKE_BINARY_DIR}/kernel-headers)
file(MAKE_DIRECTORY ${_kernel})
foreach(_name linux asm asm-generic)
	foreach(_from /usr/include /usr/include/${_machine})
		if(EXISTS ${_from}/${_name})
			file(CREATE_LINK ${_from}/${_name} ${_kernel}/${_name} SYMBOLIC)
		endif()
	endforeach()
endforeach()

# Rewriting a file that is as it should be would make everything compile again.
set(_out ${CMAKE_BINARY_DIR}/musl.specs)
file(CONFIGURE OUTPUT ${_out} CONTENT "${_specs}" @ONLY)
set(CMAKE_C_FLAGS_INIT "\"-specs=${_out}\" -isystem \"${_kernel}\"")

set(CMAKE_FIND_ROOT_PATH ${_lib})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
