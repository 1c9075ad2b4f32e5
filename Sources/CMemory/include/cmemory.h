// What becomes of a program that memory cannot be had for.
#pragma once

// From now on a request for memory that fails ends the process with this exit status and a message
// that names the bytes, whoever made it: most libraries crash at some later place. Requests beyond
// a terabyte, which only damaged numbers make, fail as ever. Without glibc nothing changes.
void cmemory_exit_where_none(int status);
