# cmake/format.c, the printf(3) of what is shipped, against that of a whole libc

setup()
{
    load ../lib/helper
    common_setup
}

teardown() { common_teardown; }

# comparison [SED] - compiles format.c, edited perhaps, under other names, and what compares
comparison()
{
    sed "${1-}" "$SHMBOX_SOURCE/cmake/format.c" >ours.c
    "$SHMBOX_BUILD/cc" -O1 -g -Dvfprintf=our_vfprintf -Dvsnprintf=our_vsnprintf -c ours.c
    "$SHMBOX_BUILD/cc" -O1 -g -o compare "$SHMBOX_SOURCE/tests/project/format.c" ours.o
}

@test "format.c prints what the libc prints, whatever flags, width, precision and value" {
    comparison
    succeeds ./compare
    like "compared" "?????* formats and values" "$output"
}

@test "a mistake in format.c would be seen" {
    for mistake in 's/"0x"/"0X"/' 's/spec->precision <= /spec->precision < /' 's/return sizeof(short)/return sizeof(int)/' \
        's/size - 1 : 0/size : 0/' 's/EINVAL/ERANGE/' 's/value < 0 ? -(unsigned)value/value < 0 ? 0U/'; do
        comparison "$mistake"
        cmp -s ours.c "$SHMBOX_SOURCE/cmake/format.c" && same "source" "edited by $mistake" "as it was"
        run --separate-stderr ./compare
        [ "$status" -ne 0 ] || same "status with $mistake" "not 0" "$status"
    done
}
